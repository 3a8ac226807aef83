import Foundation
import LaminarKafka
import Testing

@testable import LaminarCLI

/// `Events.swift` beside this file is what the command prints for the table here: compiled with the tests, and used.
@Suite struct GenerateCommandTests {
    static let script = """
        CREATE CONNECTION shop TO kafka (
            bootstrap_servers = 'localhost:9092', topic = 'events', type = 'source', format = 'json');
        CREATE TABLE events (
            id BIGINT NOT NULL, "class" TEXT, user_id UUID NOT NULL, price DECIMAL(20, 4), flag BOOLEAN NOT NULL,
            small SMALLINT, number INT, half REAL, amount DOUBLE, payload BYTEA, day DATE, at TIMESTAMP NOT NULL,
            clock TIME, span INTERVAL, document JSON, tags TEXT[] NOT NULL, grid BIGINT[][],
            address STRUCT<street TEXT, zip_code INT NOT NULL, "type" STRUCT<"self" BOOLEAN>>,
            lines STRUCT<sku TEXT NOT NULL, quantity INT>[], counts MAP<TEXT, BIGINT> NOT NULL, "a b" TEXT, "1st" INT,
            _kafka_offset BIGINT NOT NULL)
        WITH (connector = 'shop', include_metadata = 'true');
        """

    @Test("what is printed is the file that these tests are compiled with")
    func text() async throws {
        let run = try await Run(["generate", "swift", "events"], setUp: Self.script)
        #expect(run.code == .done, "\(run.errors)")
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Events.swift")
        let expected = try String(contentsOf: file, encoding: .utf8)
        #expect(run.output.joined(separator: "\n") + "\n" == expected)
    }

    /// Two rows: every column with a value, and NULL wherever that may be.
    private static func batch() throws -> RecordBatch {
        let columns: [ColumnSchema] = [
            ColumnSchema("id", .bigint, isNullable: false), ColumnSchema("class", .text),
            ColumnSchema("user_id", .uuid, isNullable: false), ColumnSchema("price", .decimal(precision: 20, scale: 4)),
            ColumnSchema("flag", .boolean, isNullable: false), ColumnSchema("small", .smallint),
            ColumnSchema("number", .int), ColumnSchema("half", .real), ColumnSchema("amount", .double),
            ColumnSchema("payload", .bytea), ColumnSchema("day", .date),
            ColumnSchema("at", .timestamp, isNullable: false), ColumnSchema("clock", .time),
            ColumnSchema("span", .interval), ColumnSchema("document", .json),
            ColumnSchema("tags", .array(.text), isNullable: false), ColumnSchema("grid", .array(.array(.bigint))),
            ColumnSchema(
                "address",
                .structure([
                    StructField("street", .text), StructField("zip_code", .int, isNullable: false),
                    StructField("type", .structure([StructField("self", .boolean)])),
                ])),
            ColumnSchema(
                "lines",
                .array(
                    .structure([StructField("sku", .text, isNullable: false), StructField("quantity", .int)]))),
            ColumnSchema("counts", .map(.bigint), isNullable: false), ColumnSchema("a b", .text),
            ColumnSchema("1st", .int), ColumnSchema("_kafka_offset", .bigint, isNullable: false),
        ]
        let payloads = [
            #"{"id":9007199254740993,"class":"c","user_id":"123e4567-e89b-12d3-a456-426614174000","price":1234567890123456.7891,"flag":true,"small":-3,"number":7,"half":0.25,"amount":1.5,"payload":"AQL/","day":"2024-02-29","at":"2024-06-01T12:00:00.000001Z","clock":"01:02:03.5","span":"P1M2DT3S","document":{"a":[1]},"tags":["x",null],"grid":[[1,null],null,[]],"address":{"street":"s","zip_code":1,"type":{"self":true}},"lines":[{"sku":"k","quantity":null},null],"counts":{"a":1,"b":null},"a b":"blank","1st":1,"_kafka_offset":5}"#,
            #"{"id":1,"user_id":"123e4567-e89b-12d3-a456-426614174001","flag":false,"at":0,"tags":[],"counts":{},"_kafka_offset":6}"#,
        ]
        let bytes = payloads.map { Array($0.utf8) }
        var decoder = try JSONFormat().makeDecoder(schema: RowSchema(columns), options: [:])
        for payload in bytes {
            let bad = payload.withUnsafeBytes { decoder.append([PayloadSlice(start: $0.baseAddress, count: $0.count)]) }
            try #require(bad == nil, "\(String(describing: decoder.failure))")
        }
        return decoder.finish()
    }

    @Test("init(row:) and Codable read the same values, NULLs at every level among them")
    func values() throws {
        let batch = try Self.batch()
        let first = Events(
            id: 9_007_199_254_740_993, class: "c",
            userId: try #require(UUID(uuidString: "123e4567-e89b-12d3-a456-426614174000")),
            price: ExactDecimal("1234567890123456.7891"), flag: true, small: -3, number: 7, half: 0.25, amount: 1.5,
            payload: [1, 2, 255], day: CalendarDate("2024-02-29"),
            at: try #require(Timestamp("2024-06-01T12:00:00.000001Z")), clock: TimeOfDay("01:02:03.5"),
            span: CalendarInterval(months: 1, days: 2, microseconds: 3_000_000), document: #"{"a":[1]}"#,
            tags: ["x", nil], grid: [[1, nil], nil, []],
            address: Events.Address(street: "s", zipCode: 1, type: Events.Address.TypeValue(self: true)),
            lines: [Events.Lines(sku: "k", quantity: nil), nil], counts: ["a": 1, "b": nil], aB: "blank",
            _1st: 1, kafkaOffset: 5)
        let second = Events(
            id: 1, class: nil, userId: try #require(UUID(uuidString: "123e4567-e89b-12d3-a456-426614174001")),
            price: nil, flag: false, small: nil, number: nil, half: nil, amount: nil, payload: nil, day: nil,
            at: Timestamp(microseconds: 0), clock: nil, span: nil, document: nil, tags: [], grid: nil, address: nil,
            lines: nil, counts: [:], aB: nil, _1st: nil, kafkaOffset: 6)
        #expect(try batch.map { try Events(row: $0) } == [first, second])
        let decoder = RowDecoder<Events>(schema: batch.schema)
        #expect(try batch.map { try decoder.decode($0) } == [first, second])
    }

    @Test("another language, and a table that isn't there, are errors that say so")
    func mistakes() async throws {
        let language = try await Run(["generate", "rust", "events"], setUp: Self.script)
        #expect(language.code == .usage)
        let table = try await Run(["generate", "swift", "event"], setUp: Self.script)
        #expect(table.code == .failed)
        #expect(table.errors.joined().contains("Did you mean events?"), "\(table.errors)")
    }

    @Test(
        "names become Swift's, and stay different",
        arguments: [
            (["user_id", "USER", "HTTP_CODE", "userName"], ["userId", "user", "httpCode", "userName"]),
            (["a_b", "aB", "a b"], ["a_b", "aB", "ab"]), (["_", "1st", "größe"], ["column", "_1st", "größe"]),
            (["_kafka_offset", "class"], ["kafkaOffset", "class"]),
        ])
    func names(columns: [String], properties: [String]) {
        #expect(SwiftName.properties(columns) == properties)
    }

    @Test("a keyword is quoted, and no type hides one that is used")
    func keywords() {
        #expect(SwiftName.quoted("class") == "`class`")
        #expect(SwiftName.type("string") == "StringValue")
        #expect(SwiftName.type("order_lines") == "OrderLines")
    }
}
