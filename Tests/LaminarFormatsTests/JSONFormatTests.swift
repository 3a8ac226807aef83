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
        #expect(
            outcome.rows == [
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
            ])
    }
}
