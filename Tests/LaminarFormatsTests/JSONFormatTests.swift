import Foundation
import LaminarFormats
import Testing

@Suite struct JSONFormatTests {
    static let order: [ColumnSchema] = [
        ColumnSchema("id", .bigint, isNullable: false), ColumnSchema("name", .text), ColumnSchema("amount", .double),
        ColumnSchema("ts", .timestamp), ColumnSchema("active", .boolean),
        ColumnSchema("address", .structure([StructField("city", .text)])),
        ColumnSchema("tags", .array(.text)), ColumnSchema("attributes", .map(.int)),
    ]

    @Test("fields land in their columns, in any order, with anything unknown between") func fields() throws {
        let outcome = try decode(
            [
                #"{"id":1,"name":"Anna","amount":1.5,"ts":"2024-06-01T12:00:00.123456Z","active":true,"address":{"street":"x","city":"Kraków"},"tags":["a","b"],"attributes":{"x":1}}"#,
                #"{ "tags" : [ ] , "unknown" : {"a":[1,2,{"b":null}]}, "id" : 2 , "address": null, "ts": 1717243200000 }"#,
                #"{"id":3,"ts":"2024-06-01T12:00:00.123456Z"}"#,
            ], Self.order)
        #expect(outcome.failures.isEmpty)
        let timestamp = Value.timestamp(Timestamp(microseconds: 1_717_243_200_123_456))
        let expected: [[Value]] = [
            [
                .bigint(1), .text("Anna"), .double(1.5), timestamp, .boolean(true),
                .structure([NamedValue("city", .text("Kraków"))]), .array([.text("a"), .text("b")]),
                .map([NamedValue("x", .int(1))]),
            ],
            [
                .bigint(2), .null, .null, .timestamp(Timestamp(milliseconds: 1_717_243_200_000)), .null, .null,
                .array([]), .null,
            ],
            [.bigint(3), .null, .null, timestamp, .null, .null, .null, .null],
        ]
        let rows = outcome.rows
        #expect(rows == expected)
    }

    /// One column, one payload: its cell, or the failure's code.
    private func cell(_ type: ColumnType, _ json: String, _ options: [String: String] = [:]) throws -> Result<
        Value, DecodeFailure
    > {
        let outcome = try decode([#"{"v":\#(json)}"#], [ColumnSchema("v", type)], options: options)
        if let failure = outcome.failures.first?.failure {
            #expect(failure.path.hasPrefix("v"))
            #expect(outcome.rows.isEmpty)
            return .failure(failure)
        }
        return .success(outcome.rows[0][0])
    }

    static let cells: [(ColumnType, String, Value)] = [
        (.bigint, "9223372036854775807", .bigint(.max)), (.bigint, "-9223372036854775808", .bigint(.min)),
        (.bigint, "9007199254740993", .bigint(9_007_199_254_740_993)), (.bigint, "0", .bigint(0)),
        (.bigint, "-0", .bigint(0)),
        (.bigint, "1.0", .bigint(1)), (.bigint, "1e3", .bigint(1000)), (.bigint, "1234567.8e1", .bigint(12_345_678)),
        (.bigint, "10000000000000000000000e-5", .bigint(100_000_000_000_000_000)),
        (.bigint, "12345678", .bigint(12_345_678)),
        (.bigint, "1234567890123456", .bigint(1_234_567_890_123_456)),
        (.int, "2147483647", .int(.max)), (.int, "-2147483648", .int(.min)), (.smallint, "32767", .smallint(.max)),
        (.boolean, "true", .boolean(true)), (.boolean, "false", .boolean(false)),
        (.double, "0.1", .double(0.1)), (.double, "1e22", .double(1e22)), (.double, "-2.5e-3", .double(-2.5e-3)),
        (.double, "9007199254740993", .double(9_007_199_254_740_992)),
        (.double, "1.7976931348623157e308", .double(.greatestFiniteMagnitude)),
        (.double, "4.9e-324", .double(.leastNonzeroMagnitude)), (.double, "1e-400", .double(0)),
        (.double, "-0.0", .double(-0.0)),
        (.double, "0.30000000000000004", .double(0.1 + 0.2)),
        (.double, "123456789012345678901234567890", .double(1.2345678901234568e29)),
        (.double, "\"Infinity\"", .double(.infinity)), (.real, "16777217", .real(16_777_216)),
        (.real, "0.1", .real(0.1)),
        (.real, "1.00000017881393432617187499", .real(1.0000001)),
        (.real, "1.00000017881393432617187501", .real(1.0000002)),
        (.decimal(precision: 10, scale: 2), "12345678.90", .decimal(ExactDecimal(unscaled: 1_234_567_890, scale: 2))),
        (.decimal(precision: 10, scale: 2), "\"1.5\"", .decimal(ExactDecimal(unscaled: 150, scale: 2))),
        (.decimal(precision: 10, scale: 2), "1.500", .decimal(ExactDecimal(unscaled: 150, scale: 2))),
        (
            .decimal(precision: 38, scale: 0), "99999999999999999999999999999999999999",
            .decimal(ExactDecimal(unscaled: 99_999_999_999_999_999_999_999_999_999_999_999_999, scale: 0))
        ),
        (
            .decimal(precision: 38, scale: 37), "-1.2345678901234567890123456789012345678",
            .decimal(ExactDecimal("-1.2345678901234567890123456789012345678")!)
        ),
        (.decimal(precision: 5, scale: 2), "1e2", .decimal(ExactDecimal(unscaled: 10000, scale: 2))),
        (.text, #""a\n\u00e9\ud834\udd1e\/""#, .text("a\né𝄞/")), (.text, "\"\"", .text("")),
        (.text, #""\u0000""#, .text("\0")),
        (.text, #""0123456789abcdef0123456789abcdef""#, .text("0123456789abcdef0123456789abcdef")),
        (.bytea, "\"aGk=\"", .bytea([0x68, 0x69])), (.bytea, "\"aGk\"", .bytea([0x68, 0x69])),
        (.bytea, "\"\"", .bytea([])),
        (.bytea, "\"_-8=\"", .bytea([0xFF, 0xEF])), (.bytea, #""\/+8=""#, .bytea([0xFF, 0xEF])),
        (.date, "\"2024-02-29\"", .date(CalendarDate("2024-02-29")!)),
        (.date, "\"0001-01-01\"", .date(CalendarDate("0001-01-01")!)),
        (.time, "\"23:59:59.999999\"", .time(TimeOfDay(microseconds: 86_399_999_999))),
        (.interval, "\"P1DT2H\"", .interval(CalendarInterval(days: 1, microseconds: 7_200_000_000))),
        (
            .uuid, "\"123E4567-e89b-12d3-a456-426614174000\"",
            .uuid(UUID(uuidString: "123e4567-e89b-12d3-a456-426614174000")!)
        ),
        (.json, "{ \"a\" : [1, 2.50] }", .json("{ \"a\" : [1, 2.50] }")), (.json, "\"x\"", .json("\"x\"")),
        (.array(.array(.int)), "[[1],[],[2,3]]", .array([.array([.int(1)]), .array([]), .array([.int(2), .int(3)])])),
        (.array(.text), "[\"a\",null]", .array([.text("a"), .null])),
        (.array(.boolean), "[true,false,null]", .array([.boolean(true), .boolean(false), .null])),
        (.map(.int), #"{"a":1,"b":null,"a":2}"#, .map([NamedValue("b", .null), NamedValue("a", .int(2))])),
        (
            .map(.array(.int)), #"{"a":[1],"b":[]}"#,
            .map([NamedValue("a", .array([.int(1)])), NamedValue("b", .array([]))])
        ),
        (
            .structure([StructField("x", .int), StructField("y", .structure([StructField("z", .text)]))]),
            #"{"y":{"z":"q"},"x":1}"#,
            .structure([NamedValue("x", .int(1)), NamedValue("y", .structure([NamedValue("z", .text("q"))]))])
        ),
        (
            .array(.structure([StructField("x", .int)])), #"[{"x":1},{},{"x":null},null]"#,
            .array([
                .structure([NamedValue("x", .int(1))]), .structure([NamedValue("x", .null)]),
                .structure([NamedValue("x", .null)]), .null,
            ])
        ),
        (.bigint, "null", .null), (.text, "null", .null), (.json, "null", .null), (.array(.int), "null", .null),
    ]

    @Test("values arrive exactly", arguments: cells.indices) func exact(index: Int) throws {
        let (type, json, expected) = Self.cells[index]
        #expect(try cell(type, json).get() == expected, "\(type) from \(json)")
    }

    static let refusals: [(ColumnType, String, DecodeFailure.Code)] = [
        (.bigint, "9223372036854775808", .range), (.bigint, "-9223372036854775809", .range), (.bigint, "1.5", .range),
        (.bigint, "1e19", .range), (.bigint, "\"1\"", .type), (.bigint, "true", .type), (.bigint, "01", .syntax),
        (.bigint, "[1]", .type),
        (.bigint, "1e999999999999", .range), (.int, "2147483648", .range), (.smallint, "-32769", .range),
        (.boolean, "1", .type), (.boolean, "\"true\"", .type),
        (.boolean, "truth", .syntax), (.double, "1e309", .range), (.double, "\"1.5\"", .range), (.double, "{}", .type),
        (.double, "1.", .syntax),
        (.real, "1e39", .range), (.decimal(precision: 10, scale: 2), "1.505", .range),
        (.decimal(precision: 4, scale: 2), "100", .range),
        (.decimal(precision: 4, scale: 2), "\"abc\"", .range), (.decimal(precision: 38, scale: 0), "1e38", .range),
        (.text, "1", .type), (.text, "true", .type),
        (.text, #"{"a":1}"#, .type), (.text, "[]", .type), (.text, #""\ud800""#, .encoding), (.bytea, "\"a\"", .range),
        (.bytea, "\"aGl=\"", .range),
        (.bytea, "\"a*==\"", .range), (.date, "\"2023-02-29\"", .range), (.date, "\"2024-2-9\"", .range),
        (.date, "20240101", .type), (.time, "\"24:00:00\"", .range),
        (.uuid, "\"123e4567e89b12d3a456426614174000\"", .range), (.interval, "\"soon\"", .range),
        (.timestamp, "\"yesterday\"", .range),
        (.timestamp, "\"2024-13-01T00:00:00Z\"", .range), (.timestamp, "\"2024-06-31T00:00:00Z\"", .range),
        (.timestamp, "true", .type),
        (.timestamp, "\"2024-06-01T25:00:00.000000Z\"", .range), (.array(.int), "{}", .type),
        (.array(.int), "[1,\"a\"]", .type), (.map(.int), "[]", .type),
        (.map(.int), #"{"a":"b"}"#, .type), (.structure([StructField("x", .int)]), "[]", .type),
        (.structure([StructField("x", .int, isNullable: false)]), "{}", .missing), (.json, "{\"a\":}", .syntax),
    ]

    @Test("what a column can't hold is a bad record", arguments: refusals.indices) func refused(index: Int) throws {
        let (type, json, code) = Self.refusals[index]
        guard case .failure(let failure) = try cell(type, json) else {
            Issue.record("\(type) took \(json)")
            return
        }
        #expect(failure.code == code, "\(type) from \(json): \(failure)")
    }

    static let timestamps: [(String, String, String)] = [
        ("auto", "\"2024-06-01T12:00:00Z\"", "2024-06-01T12:00:00.000000Z"),
        ("auto", "\"2024-06-01T12:00:00.5+02:00\"", "2024-06-01T10:00:00.500000Z"),
        ("auto", "\"2024-06-01T12:00:00.123456789-0530\"", "2024-06-01T17:30:00.123456Z"),
        ("auto", "\"2024-06-01 12:00:00.123\"", "2024-06-01T12:00:00.123000Z"),
        ("auto", "\"2024-06-01T12:00:00\"", "2024-06-01T12:00:00.000000Z"),
        ("auto", "\"2024-06-01\"", "2024-06-01T00:00:00.000000Z"),
        ("auto", "1717243200123", "2024-06-01T12:00:00.123000Z"), ("auto", "-1", "1969-12-31T23:59:59.999000Z"),
        ("auto", "1717243200123.456", "2024-06-01T12:00:00.123456Z"),
        ("auto", "\"1969-12-31T23:59:60Z\"", "1970-01-01T00:00:00.000000Z"),
        ("rfc3339", "\"2024-06-01T12:00:00z\"", "2024-06-01T12:00:00.000000Z"),
        ("unix_s", "1717243200", "2024-06-01T12:00:00.000000Z"),
        ("unix_s", "1717243200.1234567", "2024-06-01T12:00:00.123456Z"),
        ("unix_us", "1717243200123456", "2024-06-01T12:00:00.123456Z"),
        ("unix_ms", "1717243200123", "2024-06-01T12:00:00.123000Z"),
    ]

    @Test("timestamps are read as the option says", arguments: timestamps.indices) func timestamp(index: Int) throws {
        let (format, json, expected) = Self.timestamps[index]
        let value = try cell(.timestamp, json, ["json.timestamp_format": format]).get()
        #expect(value.description == expected)
    }

    @Test(arguments: [("rfc3339", "1717243200"), ("unix_ms", "\"2024-06-01T12:00:00Z\"")])
    func timestampOfTheOtherKindIsRefused(format: String, json: String) throws {
        #expect(throws: DecodeFailure.self) { try cell(.timestamp, json, ["json.timestamp_format": format]).get() }
    }

    @Test("the day that is remembered between records changes nothing") func timestampCache() throws {
        let texts = [
            "2024-06-01T00:00:00.000001Z", "2024-06-01T23:59:59.999999Z", "2024-06-02T00:00:00.000000Z",
            "2024-06-01T10:20:30.405060Z", "2024-06-01T23:59:59.999999+01:00",
        ]
        let outcome = try decode(texts.map { #"{"v":"\#($0)"}"# }, [ColumnSchema("v", .timestamp)])
        #expect(outcome.rows.map { $0[0] } == texts.map { .timestamp(Timestamp($0)!) })
    }

    @Test(
        "a key matches its column by exact name, then ignoring case",
        arguments: [
            (["userid"], #"{"userId":1}"#, [Value.int(1)]), (["userid"], #"{"userId":1,"userid":2}"#, [.int(2)]),
            (["userid"], #"{"userid":2,"userId":1}"#, [.int(2)]), (["userid"], #"{"USERID":1,"userId":3}"#, [.int(3)]),
            (["userId", "userid"], #"{"userid":1,"userId":2}"#, [.int(2), .int(1)]),
            (["userId", "userid"], #"{"USERID":1}"#, [.null, .null]),
            (["ünï"], #"{"ÜNÏ":4}"#, [.int(4)]), (["a\"b"], #"{"a\"b":5}"#, [.int(5)]),
            (["a"], #"{"\u0061":6}"#, [.int(6)]),
            (["a"], #"{"\u0041":7}"#, [.int(7)]),
            (
                ["a long name of more than sixteen bytes"],
                #"{"a long name of more than sixteen bytez":0,"a long name of more than sixteen bytes":8}"#, [.int(8)]
            ),
        ] as [([String], String, [Value])])
    func names(columns: [String], json: String, expected: [Value]) throws {
        // Twice, so that what was learned from the first is used by the second.
        let outcome = try decode([json, json], columns.map { ColumnSchema($0, .int) })
        #expect(outcome.failures.isEmpty)
        #expect(outcome.rows == [expected, expected])
    }

    @Test(
        "the last of duplicated keys wins, null too",
        arguments: [
            (#"{"v":1,"v":2}"#, Value.bigint(2)), (#"{"v":1,"v":null}"#, .null), (#"{"v":null,"v":2}"#, .bigint(2)),
            (#"{"v":1,"v":2,"v":3}"#, .bigint(3)),
        ])
    func duplicates(json: String, expected: Value) throws {
        #expect(try decode([json], [ColumnSchema("v", .bigint)]).rows == [[expected]])
    }

    @Test(
        "missing or null is a bad record where the column is NOT NULL",
        arguments: ["{}", #"{"v":null}"#, #"{"v":1,"v":null}"#])
    func notNull(json: String) throws {
        let outcome = try decode(
            [json, #"{"v":1}"#],
            [ColumnSchema("v", .text, isNullable: true), ColumnSchema("V", .text)].prefix(0) + [
                ColumnSchema("v", .bigint, isNullable: false)
            ])
        #expect(outcome.failures.map(\.failure.code) == [.missing])
        #expect(outcome.failures.map(\.failure.path) == ["v"])
        #expect(outcome.rows == [[.bigint(1)]])
    }

    @Test("a failure names the field and the byte, never the value") func failure() throws {
        let outcome = try decode(
            [#"{"address":{"lines":[{"zip":1},{"zip":"secret"}]}}"#],
            [
                ColumnSchema(
                    "address", .structure([StructField("lines", .array(.structure([StructField("zip", .int)])))]))
            ])
        let failure = try #require(outcome.failures.first?.failure)
        #expect(failure.description == "address.lines[1].zip: a string can't be INT, at byte 38")
        #expect(!failure.description.contains("secret"))
    }

    @Test("a value that isn't an object is refused, and taken with json.unstructured") func unstructured() throws {
        let texts = ["[1,2,3]", "false", " {\"a\": 1} ", "\"x\""]
        let column = [ColumnSchema("value", .json)]
        #expect(try decode(texts, column).failures.map(\.index) == [0, 1, 3])
        let outcome = try decode(texts, column, options: ["json.unstructured": "true"])
        #expect(outcome.rows == [[.json("[1,2,3]")], [.json("false")], [.json("{\"a\": 1}")], [.json("\"x\"")]])
    }

    @Test("a null payload is no row, and is answered") func tombstone() throws {
        var decoder = try JSONFormat().makeDecoder(schema: RowSchema([ColumnSchema("a", .int)]), options: [:])
        let takesTombstones = decoder.decodesTombstones
        #expect(!takesTombstones)
        let bad1 = decoder.append([PayloadSlice.null])
        #expect(bad1 == 0)
        let code = decoder.failure?.code
        #expect(code == .tombstone)
        let rows = decoder.finish().count
        #expect(rows == 0)
    }

    @Test(
        "options that can't be are refused",
        arguments: [
            ["json.timestamp_format": "julian"], ["json.unstructured": "maybe"], ["json.unstructured": "true"],
            ["json.colour": "red"],
            ["json.validate": "true"], ["json.confluent_schema_registry": "maybe"],
        ])
    func options(options: [String: String]) throws {
        let schema = try RowSchema([ColumnSchema("a", .int)])
        #expect(throws: FormatError.self) { _ = try JSONFormat().makeDecoder(schema: schema, options: options) }
    }

    @Test("500 columns are read, in order, in reverse and by halves") func wide() throws {
        let columns = (0..<500).map { ColumnSchema("column_\($0)", .int) }
        func object(_ numbers: [Int]) -> String {
            "{" + numbers.map { #""column_\#($0)":\#($0)"# }.joined(separator: ",") + "}"
        }
        let outcome = try decode(
            [
                object(Array(0..<500)), object((0..<500).reversed()), object(Array(stride(from: 0, to: 500, by: 2))),
                "{}",
            ], columns)
        #expect(outcome.failures.isEmpty)
        let all = (0..<500).map { Value.int(Int32($0)) }
        #expect(outcome.rows[0] == all)
        #expect(outcome.rows[1] == all)
        let halves = (0..<500).map { $0 % 2 == 0 ? Value.int(Int32($0)) : Value.null }
        #expect(outcome.rows[2] == halves)
        #expect(outcome.rows[3] == [Value](repeating: .null, count: 500))
    }

    @Test("the order of keys may change in the middle, and thousands of unknown keys may come") func learning() throws {
        let columns = [ColumnSchema("a", .int), ColumnSchema("b", .text), ColumnSchema("c", .int)]
        var texts: [String] = []
        var expected: [[Value]] = []
        for number in 0..<3000 {
            let members = [
                #""a":\#(number)"#, #""b":"x\#(number)""#, #""c":\#(-number)"#, #""unknown\#(number)":[{"a":1}]"#,
                #""same":{"b":2}"#,
            ]
            let turn = number / 100 % members.count
            texts.append(
                "{" + (members[turn...] + members[..<turn]).joined(separator: number % 2 == 0 ? "," : " , ") + "}")
            expected.append([.int(Int32(number)), .text("x\(number)"), .int(Int32(-number))])
        }
        let outcome = try decode(texts, columns)
        #expect(outcome.failures.isEmpty)
        #expect(outcome.rows == expected)
    }

    @Test("bodies that Confluent's serializer wrote are read") func confluentVectors() throws {
        struct Vector: Decodable {
            let name: String
            let body_hex: String
            let expected: AnyJSON
        }
        for vector in try JSONDecoder().decode([Vector].self, from: Vectors.data("confluent_json.json")) {
            let payload = Payloads(bytes: [Vectors.bytes(vector.body_hex)])
            #expect(
                try JSONValueDecoder<AnyJSON>().decode(payload.slices[0].bytes) == vector.expected, "\(vector.name)")
            let text = try decode(payload, [ColumnSchema("value", .json)], options: ["json.unstructured": "true"])
            #expect(text.rows.count == 1)
        }
        let large = try decode(["{\"v\":18446744073709551615}"], [ColumnSchema("v", .decimal(precision: 20, scale: 0))])
        #expect(large.rows == [[.decimal(ExactDecimal("18446744073709551615")!)]])
        #expect(
            try JSONValueDecoder<[String: UInt64]>().decode(Array("{\"v\":18446744073709551615}".utf8)) == ["v": .max])
        #expect(throws: DecodeFailure.self) {
            try JSONValueDecoder<[String: Int64]>().decode(Array("{\"v\":18446744073709551615}".utf8))
        }
    }

    @Test("malformed bodies are refused") func malformedVectors() throws {
        struct Vector: Decodable {
            struct Repeated: Decodable {
                let prefix_hex: String
                let unit_hex: String
                let count: Int
                let suffix_hex: String
            }
            let name: String
            let format: String
            let kind: String
            let payload_hex: String?
            let payload_repeat: Repeated?
        }
        for vector in try JSONDecoder().decode([Vector].self, from: Vectors.data("malformed.json"))
        where vector.format == "json" && vector.kind != "validation" && vector.kind != "framing" {
            var bytes = vector.payload_hex.map(Vectors.bytes) ?? []
            if let part = vector.payload_repeat {
                let unit = Vectors.bytes(part.unit_hex)
                bytes = Vectors.bytes(part.prefix_hex)
                for _ in 0..<part.count { bytes += unit }
                bytes += Vectors.bytes(part.suffix_hex)
            }
            // Without the five bytes of the frame.
            let payload = Payloads(bytes: [Array(bytes.dropFirst(5))])
            let outcome = try decode(payload, [ColumnSchema("value", .json)], options: ["json.unstructured": "true"])
            #expect(outcome.failures.count == 1, "\(vector.name)")
        }
    }
}

/// Golden files.
enum Vectors {
    static func data(_ name: String) throws -> Data {
        let folder =
            ProcessInfo.processInfo.environment["LAMINAR_VECTORS"].map { URL(fileURLWithPath: $0) }
            ?? URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().appending(
                path: "Vectors")
        let file = folder.appending(path: name)
        if FileManager.default.fileExists(atPath: file.path) { return try Data(contentsOf: file) }
        return try Data(
            contentsOf: URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
                .appending(path: "Vectors/\(name)"))
    }

    static func bytes(_ hexadecimal: String) -> [UInt8] {
        var bytes: [UInt8] = []
        var rest = Substring(hexadecimal)
        while rest.count >= 2 {
            bytes.append(UInt8(rest.prefix(2), radix: 16) ?? 0)
            rest = rest.dropFirst(2)
        }
        return bytes
    }
}
