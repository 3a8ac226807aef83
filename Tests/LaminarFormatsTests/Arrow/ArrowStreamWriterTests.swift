import Foundation
import LaminarFormats
import Testing

@Suite struct ArrowStreamWriterTests {
    /// A type, how pyarrow prints it, and values at the ends of its range.
    struct Kind: Sendable {
        let type: ColumnType
        let arrow: String
        let values: [Value]
    }

    static let kinds: [Kind] = [
        Kind(type: .boolean, arrow: "bool", values: [.boolean(true), .null, .boolean(false)]),
        Kind(type: .smallint, arrow: "int16", values: [.smallint(.min), .smallint(.max), .null]),
        Kind(type: .int, arrow: "int32", values: [.null, .int(.min), .int(.max)]),
        Kind(type: .bigint, arrow: "int64", values: [.bigint(.min), .bigint(.max), .null]),
        Kind(type: .real, arrow: "float", values: [.real(.infinity), .real(-0.0), .null, .real(1.5)]),
        Kind(type: .double, arrow: "double", values: [.double(.leastNonzeroMagnitude), .double(-.infinity), .null]),
        Kind(
            type: .decimal(precision: 38, scale: 4), arrow: "decimal128(38, 4)",
            values: [
                .decimal(ExactDecimal("9999999999999999999999999999999999.9999")!), .null,
                .decimal(ExactDecimal("-0.0001")!),
            ]),
        Kind(type: .text, arrow: "string", values: [.text(""), .null, .text("Kraków"), .text("\u{0}")]),
        Kind(type: .json, arrow: "extension<arrow.json>", values: [.json("{}"), .null]),
        Kind(type: .bytea, arrow: "binary", values: [.bytea([0, 255]), .null, .bytea([])]),
        Kind(type: .date, arrow: "date32[day]", values: [.date(CalendarDate(daysSinceEpoch: .min)), .null]),
        Kind(type: .time, arrow: "time64[us]", values: [.time(TimeOfDay(microseconds: 86_399_999_999)), .null]),
        Kind(
            type: .timestamp, arrow: "timestamp[us, tz=UTC]",
            values: [.timestamp(Timestamp(microseconds: .min)), .null, .timestamp(Timestamp(microseconds: .max))]),
        Kind(
            type: .interval, arrow: "month_day_nano_interval",
            values: [
                .interval(CalendarInterval(months: .min, days: .max, microseconds: -9_223_372_036_854_775)), .null,
            ]),
        Kind(
            type: .uuid, arrow: "extension<arrow.uuid>",
            values: [.uuid(UUID(uuidString: "00112233-4455-6677-8899-AABBCCDDEEFF")!), .null]),
        Kind(type: .array(.int), arrow: "list<item: int32>", values: [.array([.int(1), .null]), .array([]), .null]),
        Kind(
            type: .array(.array(.text)), arrow: "list<item: list<item: string>>",
            values: [.array([.array([.text("a"), .null]), .null]), .null, .array([.array([])])]),
        Kind(
            type: .structure([
                StructField("x", .bigint, isNullable: false), StructField("y", .array(.boolean)),
            ]), arrow: "struct<x: int64 not null, y: list<item: bool>>",
            values: [.structure([NamedValue("x", .bigint(1)), NamedValue("y", .array([.boolean(true)]))])]),
        Kind(
            type: .map(.structure([StructField("z", .uuid)])), arrow: "map<string, struct<z: extension<arrow.uuid>>>",
            values: [
                .map([
                    NamedValue("a", .structure([NamedValue("z", .null)])), NamedValue("", .null),
                ]), .null, .map([]),
            ]),
    ]

    /// Writes batches and gives the stream; each with only its first rows where `rows` says so.
    private func stream(_ schema: RowSchema, _ batches: [RecordBatch], rows: Int? = nil) throws -> [UInt8] {
        let sink = Sink()
        var writer = ArrowStreamWriter(schema: schema) { sink.bytes.append(contentsOf: $0) }
        for batch in batches { try writer.write(batch, rows: rows) }
        try writer.finish()
        try writer.finish()
        return sink.bytes
    }

    private final class Sink { var bytes: [UInt8] = [] }

    private func lines(_ stream: [UInt8]) throws -> [String] {
        let (status, output) = try ArrowPeer.read(stream)
        #expect(status == 0, "\(output)")
        return output.split(separator: "\n").map(String.init)
    }

    @Test("pyarrow reads every type and value, NULL among them, in several batches")
    func everyType() throws {
        let schema = try RowSchema(Self.kinds.enumerated().map { ColumnSchema("c\($0)", $1.type) })
        func batch(_ count: Int, from first: Int) throws -> RecordBatch {
            let columns = try Self.kinds.map { kind in
                try Column.values(kind.type, (0..<count).map { kind.values[(first + $0) % kind.values.count] })
            }
            return try RecordBatch(schema: schema, columns: columns, count: count)
        }
        let batches = try [batch(12, from: 0), batch(0, from: 0), batch(1, from: 1), batch(65, from: 2)]
        let head = Self.kinds.enumerated().map { "c\($0) \($1.arrow)" }.joined(separator: "; ")
        let read = try lines(stream(schema, batches))
        #expect(read == [head] + batches.flatMap { ArrowPeer.text($0) } + ["end 0"])
        for rows in [0, 1, 7, 8, 9, 64] {
            let cut = try lines(stream(schema, batches, rows: rows))
            #expect(cut == [head] + batches.flatMap { ArrowPeer.text($0, rows: rows) } + ["end 0"])
        }
    }

    @Test("a stream without batches has its schema, and NOT NULL is kept") func noBatches() throws {
        let schema = try RowSchema([ColumnSchema("id", .bigint, isNullable: false), ColumnSchema("größe", .double)])
        #expect(try lines(stream(schema, [])) == ["id int64 not null; größe double", "end 0"])
    }

    @Test("a batch of many rows, with and without NULLs") func large() throws {
        let schema = try RowSchema([ColumnSchema("id", .bigint), ColumnSchema("name", .text), ColumnSchema("i", .int)])
        let count = 20_000
        let batch = try RecordBatch(
            schema: schema,
            columns: [
                .bigints((0..<count).map(Int64.init)), .texts((0..<count).map { $0 % 3 == 0 ? nil : "n\($0)" }),
                .ints((0..<count).map(Int32.init), isValid: (0..<count).map { $0 % 7 != 0 }),
            ])
        let read = try lines(stream(schema, [batch]))
        #expect(Array(read.dropFirst().dropLast()) == ArrowPeer.text(batch))
    }

    @Test("every message begins at a multiple of 8") func alignment() throws {
        let schema = try RowSchema([ColumnSchema("a", .text)])
        for length in 0..<9 {
            let batch = try RecordBatch(schema: schema, columns: [.texts([String(repeating: "x", count: length)])])
            #expect(try stream(schema, [batch]).count % 8 == 0)
        }
    }

    @Test("an INTERVAL past Arrow's nanoseconds, and another schema, are errors that say so") func refusals() throws {
        let schema = try RowSchema([ColumnSchema("span", .interval)])
        let column = try Column.values(.interval, [.null, .interval(CalendarInterval(microseconds: .max / 999))])
        let batch = try RecordBatch(schema: schema, columns: [column])
        let failure = #expect(throws: EncodeFailure.self) { try stream(schema, [batch]) }
        #expect(failure?.code == .range)
        #expect(failure?.path == "span")
        let other = try RowSchema([ColumnSchema("span", .bigint)])
        #expect(throws: EncodeFailure.self) { try stream(other, [batch]) }
        let array = UnsafeMutableRawPointer.allocate(byteCount: 80, alignment: 8)
        defer { array.deallocate() }
        let filled = UnsafeMutableRawPointer.allocate(byteCount: 72, alignment: 8)
        defer { filled.deallocate() }
        #expect(throws: EncodeFailure.self) { try batch.exportArrow(array: array, schema: filled) }
        let named = try RowSchema([ColumnSchema("a\u{0}b", .bigint)])
        #expect(throws: EncodeFailure.self) { try named.exportArrow(schema: filled) }
    }
}
