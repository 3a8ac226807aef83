import Foundation
import LaminarFormats
import Testing

@Suite struct ProtobufEncoderTests {
    static let inner = [StructField("sku", .text), StructField("quantity", .int), StructField("tags", .array(.text))]
    static let columns = [
        ColumnSchema("id", .bigint, isNullable: false), ColumnSchema("small", .smallint), ColumnSchema("count", .int),
        ColumnSchema("ratio", .real), ColumnSchema("amount", .double), ColumnSchema("yes", .boolean, isNullable: false),
        ColumnSchema("price", .decimal(precision: 20, scale: 4)), ColumnSchema("name", .text),
        ColumnSchema("raw", .bytea),
        ColumnSchema("day", .date), ColumnSchema("clock", .time), ColumnSchema("at", .timestamp),
        ColumnSchema("span", .interval), ColumnSchema("key", .uuid), ColumnSchema("meta", .json),
        ColumnSchema("numbers", .array(.bigint)), ColumnSchema("items", .array(.structure(inner))),
        ColumnSchema("item", .structure(inner)), ColumnSchema("counts", .map(.bigint)),
        ColumnSchema("by_name", .map(.structure(inner))), ColumnSchema("moments", .array(.timestamp)),
    ]

    static func item(_ sku: Value, _ quantity: Value, _ tags: [Value]) -> Value {
        .structure([NamedValue("sku", sku), NamedValue("quantity", quantity), NamedValue("tags", .array(tags))])
    }

    static let rows: [[Value]] = [
        [
            .bigint(-1), .smallint(-7), .int(.min), .real(0.1), .double(-0.0), .boolean(true),
            .decimal(ExactDecimal("1234567890123456.7890")!), .text("né \u{0} 日本"), .bytea([0, 255]),
            .date(CalendarDate("1969-12-31")!), .time(TimeOfDay("23:59:59.999999")!),
            .timestamp(Timestamp(microseconds: -1)),
            .interval(CalendarInterval(months: 14, days: -3, microseconds: -1_500_000)),
            .uuid(UUID(uuidString: "00112233-4455-6677-8899-aabbccddeeff")!),
            .json(#"{"a":[1,"two",null,true,{"b":1.5}]}"#),
            .array([.bigint(1), .bigint(.max)]),
            .array([item(.text("a"), .int(1), [.text("x")]), item(.null, .null, [])]),
            item(.text(""), .int(0), []), .map([NamedValue("a", .bigint(1)), NamedValue("", .bigint(0))]),
            .map([NamedValue("k", item(.text("b"), .null, [.text("")]))]),
            .array([.timestamp(Timestamp(microseconds: 0)), .timestamp(Timestamp(microseconds: 1_700_000_000_123_456))]
            ),
        ],
        [
            .bigint(0), .null, .null, .null, .null, .boolean(false), .null, .null, .null, .null, .null, .null, .null,
            .null,
            .null, .array([]), .array([]), .null, .map([]), .map([]), .array([]),
        ],
    ]

    static func batch(_ columns: [ColumnSchema], _ rows: [[Value]]) throws -> RecordBatch {
        let schema = try RowSchema(columns)
        let cells = try columns.indices.map { column in try Column.values(columns[column].type, rows.map { $0[column] })
        }
        return try RecordBatch(schema: schema, columns: cells)
    }

    static func encode(_ batch: RecordBatch, _ published: PublishedSchema) throws -> [[UInt8]] {
        var encoder = try ProtobufFormat().makeEncoder(
            schema: batch.schema, options: [:], writing: published, message: .first)
        return try batch.map { row in
            var payload = EncodedPayload()
            try encoder.encode(row, into: &payload)
            return payload.bytes
        }
    }

    @Test("rows come back as they were, through the schema that is made for them")
    func roundTrip() throws {
        let batch = try Self.batch(Self.columns, Self.rows)
        let published = try ProtobufFormat().schema(for: batch.schema, named: "com.example.Order", options: [:])
        let bodies = try Self.encode(batch, published)
        let outcome = try decodeProtobuf(bodies, published, .first, Self.columns)
        #expect(outcome.failures.isEmpty, "\(outcome.failures)")
        #expect(outcome.rows == Self.rows)
        #expect(try ProtobufFormat().identity(of: published, message: .first).fullName == "com.example.Order")
    }

    @Test(
        "the vectors' bytes come back, through their own schemas",
        arguments: try ProtobufVector.load("confluent_protobuf.json"))
    func vectors(vector: ProtobufVector) throws {
        let derived = try ProtobufFormat().columns(of: vector.schema, message: .indexes(vector.indexes), options: [:])
        // What holds any JSON can't be written.
        let columns = derived.columns.filter { !"\($0.type)".contains("JSON") }
        let before = try decodeProtobuf([vector.body], vector.schema, .indexes(vector.indexes), columns)
        let batch = try #require(before.batch)
        var encoder = try ProtobufFormat().makeEncoder(
            schema: batch.schema, options: [:], writing: vector.schema, message: .indexes(vector.indexes))
        var payload = EncodedPayload()
        try encoder.encode(batch[0], into: &payload)
        let after = try decodeProtobuf([payload.bytes], vector.schema, .indexes(vector.indexes), columns)
        #expect(after.rows == before.rows)
        #expect(after.failures.isEmpty)
    }

    @Test("protoc compiles the schema, and Google's Python reads the bytes")
    func readByGoogle() throws {
        let columns = Self.columns.filter { !["day", "clock"].contains($0.name) }
        let kept = Self.columns.indices.filter { !["day", "clock"].contains(Self.columns[$0].name) }
        let batch = try Self.batch(columns, Self.rows.map { row in kept.map { row[$0] } })
        let published = try ProtobufFormat().schema(for: batch.schema, named: "com.example.Order", options: [:])
        let bodies = try Self.encode(batch, published)
        let set = try ProtobufPeer.descriptorSet(published.text, named: "order.proto")
        let script = """
            import sys, json, base64
            from google.protobuf import descriptor_pb2, descriptor_pool, message_factory, json_format
            request = json.loads(sys.stdin.read())
            pool = descriptor_pool.DescriptorPool()
            for file in descriptor_pb2.FileDescriptorSet.FromString(base64.b64decode(request['set'])).file: pool.Add(file)
            cls = message_factory.GetMessageClass(pool.FindMessageTypeByName('com.example.Order'))
            for text in request['bodies']:
                print(json.dumps(json_format.MessageToDict(cls.FromString(base64.b64decode(text)))))
            """
        let request: [String: Any] = [
            "set": Data(set).base64EncodedString(), "bodies": bodies.map { Data($0).base64EncodedString() },
        ]
        let input = String(decoding: try JSONSerialization.data(withJSONObject: request), as: UTF8.self)
        let lines = try ProtobufPeer.python(script, input: input).split(separator: "\n")
        let ours = try decodeProtobuf(bodies, published, .first, [ColumnSchema("value", .json)])
        #expect(lines.count == bodies.count)
        for (line, row) in zip(lines, ours.rows) {
            guard case .json(let text)? = row.first else { continue }
            #expect(isSameJSON(String(line), text), "\(line) isn't \(text)")
        }
        // A descriptor set of our own schema is read too.
        let file = FileManager.default.temporaryDirectory.appending(path: "laminar-\(UUID().uuidString).desc")
        try Data(set).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let outcome = try decode(
            Payloads(bytes: bodies), columns, format: ProtobufFormat(),
            options: [
                "protobuf.descriptor": file.path(percentEncoded: false), "protobuf.message": "com.example.Order",
            ])
        #expect(outcome.rows == batch.map(\.values))
    }

    @Test("what Protobuf can't say is refused, with the column's name")
    func refused() throws {
        let format = ProtobufFormat()
        for column in [
            ColumnSchema("a b", .int), ColumnSchema("é", .int), ColumnSchema("lists", .array(.array(.int))),
            ColumnSchema("maps", .map(.array(.int))),
        ] {
            let error = #expect(throws: FormatError.self) {
                try format.schema(for: RowSchema([column]), named: "M", options: [:])
            }
            #expect(error?.message.contains(column.name) == true)
        }
        let text =
            "syntax = \"proto2\"; message M { required int32 id = 1; repeated int32 n = 2; optional uint32 u = 3; }"
        let published = PublishedSchema(.protobuf, text)
        for columns in [
            [ColumnSchema("n", .array(.int))], [ColumnSchema("id", .int), ColumnSchema("other", .int)],
            [ColumnSchema("id", .text)], [ColumnSchema("id", .int), ColumnSchema("ID", .int)],
        ] {
            #expect(throws: FormatError.self) {
                _ = try format.makeEncoder(
                    schema: RowSchema(columns), options: [:], writing: published, message: .first)
            }
        }
        let columns = [ColumnSchema("id", .int), ColumnSchema("n", .array(.int)), ColumnSchema("u", .bigint)]
        for row in [
            [Value.null, .null, .null], [.int(1), .array([.null]), .null], [.int(1), .null, .bigint(-1)],
        ] {
            #expect(throws: EncodeFailure.self) { try Self.encode(Self.batch(columns, [row]), published) }
        }
    }
}
