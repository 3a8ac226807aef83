import Foundation
import LaminarFormats
import Testing

@Suite struct JSONSchemaValidationTests {
    private func verdict(_ schema: String, _ instance: String) throws -> DecodeFailure? {
        try JSONSchemaCase.verdicts(schema: PublishedSchema(.json, schema), instances: [instance])[0]
    }

    static let failures: [(String, String, String, String)] = [
        (#"{"type":"object"}"#, "[]", "type", ""),
        (
            #"{"properties":{"address":{"properties":{"zip":{"minLength":3}}}}}"#, #"{"address":{"zip":"1"}}"#,
            "minLength", "address.zip"
        ),
        (#"{"properties":{"tags":{"items":{"type":"string"}}}}"#, #"{"tags":["a",7]}"#, "type", "tags[1]"),
        (#"{"required":["a"]}"#, "{}", "required", ""),
        (#"{"additionalProperties":false}"#, #"{"secret":1}"#, "additionalProperties", ""),
        (#"{"additionalProperties":{"type":"null"}}"#, #"{"secret":1}"#, "type", "*"),
        (#"{"patternProperties":{"^s":{"maximum":0}}}"#, #"{"secret":1}"#, "maximum", "*"),
        (#"{"propertyNames":{"maxLength":2}}"#, #"{"secret":1}"#, "propertyNames", ""),
        (#"{"enum":["x","y"]}"#, #""secret""#, "enum", ""), (#"{"const":7}"#, "8", "const", ""),
        (#"{"anyOf":[{"type":"null"},{"minimum":5}]}"#, "3", "anyOf", ""),
        (#"{"oneOf":[{"minimum":5},{"minimum":6}]}"#, "7", "oneOf", ""),
        (#"{"not":{"type":"number"}}"#, "7", "not", ""),
        (#"{"if":{"minimum":5},"then":{"multipleOf":2}}"#, "7", "multipleOf", ""),
        (#"{"contains":{"type":"string"}}"#, "[1]", "contains", ""),
        (#"{"uniqueItems":true}"#, "[1,1.0]", "uniqueItems", ""),
        (#"{"uniqueItems":true}"#, #"[{"a":1,"b":"\u00e9"},{"b":"é","a":1e0}]"#, "uniqueItems", ""),
        (#"{"items":[{}],"additionalItems":false}"#, "[1,2]", "additionalItems", ""),
        (#"{"dependencies":{"a":["b"]}}"#, #"{"a":1}"#, "dependencies", ""),
        (#"{"pattern":"^[A-Z]{2}$"}"#, #""secret""#, "pattern", ""),
        (#"{"properties":{"a":false}}"#, #"{"a":1}"#, "the schema false", "a"),
        (#"{"maximum":9007199254740992}"#, "9007199254740993", "maximum", ""),
        (#"{"multipleOf":0.01}"#, "19.999", "multipleOf", ""),
        (
            ##"{"$ref":"#/definitions/x","definitions":{"x":{"properties":{"y":{"type":"string"}}}}}"##, #"{"y":1}"#,
            "type", "y"
        ),
    ]

    @Test(
        "a record that doesn't satisfy its schema is bad, with place and keyword and nothing of the record",
        arguments: failures)
    func failure(schema: String, instance: String, keyword: String, path: String) throws {
        let failure = try #require(try verdict(schema, instance))
        #expect(failure.code == .schema)
        #expect(failure.message.contains(keyword), "\(failure)")
        #expect(failure.path == path)
        #expect(!failure.description.contains("secret"))
    }

    static let satisfying: [(String, String)] = [
        (#"{"multipleOf":0.01}"#, "19.99"), (#"{"multipleOf":0.0001}"#, "0.0075"),
        (#"{"multipleOf":1e-30}"#, "123456789012345678901234567890.123"), (#"{"multipleOf":3}"#, "3e400"),
        (#"{"type":"integer"}"#, "1.0"), (#"{"type":"integer"}"#, "12345678901234567890123"),
        (#"{"const":1.0}"#, "1"), (#"{"const":{"a":[1,"x"],"b":null}}"#, #"{"b":null,"a":[1.0,"\u0078"]}"#),
        (#"{"minLength":1,"maxLength":1}"#, #""𝄞""#), (#"{"minLength":1,"maxLength":1}"#, #""\ud834\udd1e""#),
        (#"{"format":"email"}"#, #""none""#), (#"{"minimum":5}"#, #""text""#),
        (#"{"uniqueItems":true}"#, "[1,true,\"1\",[1],{}]"),
        (##"{"$ref":"#/definitions/x","type":"null","definitions":{"x":true}}"##, "7"),
        (#"{"pattern":"\\u00e9|\\x41{2,}"}"#, #""é""#), (#"{"pattern":"^(?:a|b)+?$"}"#, #""abba""#),
        (#"{"unevaluatedProperties":false}"#, #"{"a":1}"#),
    ]

    @Test("exact numbers, code points, and keywords that don't concern the value", arguments: satisfying)
    func satisfied(schema: String, instance: String) throws {
        #expect(try verdict(schema, instance) == nil)
    }

    static let refusals: [(String, String)] = [
        (
            #"{"$schema":"https://json-schema.org/draft/2020-12/schema","unevaluatedProperties":false}"#,
            "unevaluatedProperties"
        ),
        (##"{"$schema":"https://json-schema.org/draft/2019-09/schema","$recursiveRef":"#"}"##, "$recursiveRef"),
        (#"{"pattern":"(?=a)"}"#, "looks ahead"), (#"{"pattern":"(?<!a)b"}"#, "looks behind"),
        (#"{"pattern":"(a)\\1"}"#, "refers back"),
        (#"{"pattern":"\\p{L}"}"#, "Unicode property"), (#"{"pattern":"(a"}"#, "open"), (#"{"pattern":"a)"}"#, "group"),
        (#"{"pattern":"[b-a]"}"#, "range"), (#"{"pattern":"*"}"#, "nothing"),
        (#"{"pattern":"((a{900}){900}){900}"}"#, "too large"),
        (#"{"minimum":"5"}"#, "minimum"), (#"{"multipleOf":0}"#, "multipleOf"), (#"{"type":"thing"}"#, "type"),
        (#"{"required":"a"}"#, "required"), (#"{"maxLength":-1}"#, "maxLength"), (#"{"allOf":{}}"#, "allOf"),
        (#"{"properties":{"a":3}}"#, "schema"), (##"{"$ref":"#"}"##, "$ref"),
        (##"{"not":{"anyOf":[{"$ref":"#"}]}}"##, "$ref"),
        (#"{"$ref":"gone.json"}"#, "gone.json"),
        (##"{"$schema":"http://json-schema.org/draft-03/schema#"}"##, "draft-03"), ("nope", "JSON"),
    ]

    @Test("a schema that can't be checked is refused by name", arguments: refusals)
    func refused(schema: String, words: String) throws {
        let error = try #require(throws: FormatError.self) { try verdict(schema, "1") }
        #expect(error.code == .schema)
        #expect(error.message.contains(words), "\(error.message)")
    }

    @Test("without json.validate any JSON Schema will do, and fields match by name") func unchecked() throws {
        var decoder = try JSONFormat().makeDecoder(
            schema: RowSchema([ColumnSchema("a", .bigint)]), options: ["json.confluent_schema_registry": "true"])
        let isNeeded = decoder.needsWriter
        #expect(isNeeded)
        let number = try decoder.addWriter(PublishedSchema(.json, #"{"type":"array"}"#), message: .first)
        decoder.selectWriter(number)
        let bad = decoder.append(Payloads([#"{"a":1}"#, #"{"a":2}"#]).slices)
        #expect(bad == nil)
        let rows = decoder.finish().map { $0.values }
        #expect(rows == [[.bigint(1)], [.bigint(2)]])
        var code: FormatError.Code?
        do { _ = try decoder.addWriter(PublishedSchema(.avro, "\"int\""), message: .first) } catch { code = error.code }
        #expect(code == .schema)
    }

    @Test("records of several writers are checked against their own schema") func writers() throws {
        var decoder = try JSONFormat().makeDecoder(
            schema: RowSchema([ColumnSchema("a", .bigint)]),
            options: ["json.confluent_schema_registry": "true", "json.validate": "true"])
        let small = try decoder.addWriter(
            PublishedSchema(.json, #"{"properties":{"a":{"maximum":9}}}"#), message: .first)
        let any = try decoder.addWriter(PublishedSchema(.json, "{}"), message: .first)
        let payloads = Payloads([#"{"a":1}"#, #"{"a":10}"#, #"{"a":"x"}"#, "{"])
        decoder.selectWriter(small)
        let first = decoder.append(payloads.slices)
        #expect(first == 1)
        let failure = decoder.failure
        #expect(failure?.path == "a")
        #expect(failure?.offset == 5)
        decoder.selectWriter(any)
        let second = decoder.append(payloads.slices, from: 1)
        #expect(second == 2)
        let code = decoder.failure?.code
        #expect(code == .type)
        let third = decoder.append(payloads.slices, from: 3)
        #expect(third == 3)
        let rows = decoder.finish().map { $0.values }
        #expect(rows == [[.bigint(1)], [.bigint(10)]])
    }

    @Test("every golden record satisfies its schema and decodes") func vectors() throws {
        let list = try JSONSerialization.jsonObject(with: Vectors.data("confluent_json.json")) as? [[String: Any]]
        let vectors = try #require(list)
        #expect(vectors.count >= 6)
        for vector in vectors {
            let text = try #require(vector["schema"] as? String)
            let references = (vector["references"] as? [[String: Any]] ?? []).map {
                PublishedSchema.Reference(name: $0["name"] as? String ?? "", text: $0["schema"] as? String ?? "")
            }
            let schema = PublishedSchema(.json, text, references: references)
            let body = Vectors.bytes(try #require(vector["body_hex"] as? String))
            #expect(try JSONSchemaCase.verdicts(schema: schema, instances: Payloads(bytes: [body])) == [nil])
            _ = try JSONFormat().identity(of: schema, message: .first)
            guard vector["expected"] is [String: Any], text.contains("properties") else { continue }
            let columns = try JSONFormat().columns(of: schema, message: .first, options: [:])
            let rows = try decode(Payloads(bytes: [body]), columns.columns)
            #expect(rows.failures.isEmpty)
            let row = try #require(rows.batch?.first)
            let written = try JSONSerialization.jsonObject(with: Data(row.jsonLine.utf8)) as? [String: Any]
            for (name, value) in try #require(vector["expected"] as? [String: Any]) {
                let cell = try #require(written?[name])
                if let inner = value as? [String: Any] {
                    #expect((cell as? [String: Any])?["n"] as? String == inner["n"] as? String)
                } else {
                    #expect(cell as? String == value as? String)
                }
            }
        }
    }
}
