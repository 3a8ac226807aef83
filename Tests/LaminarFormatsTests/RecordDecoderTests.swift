import LaminarFormats
import Testing

/// A host's own format: cells with commas between.
struct CommaSeparated: RecordDecoder {
    var decodesTombstones: Bool = false

    mutating func decode(_ payload: UnsafeRawBufferPointer, into row: inout RowAppender) throws(DecodeFailure) {
        let cells = payload.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
        guard cells.count == row.columns.count else {
            throw DecodeFailure(.syntax, "a line has \(row.columns.count) cells")
        }
        for (column, cell) in cells.enumerated() where !cell.isEmpty {
            try row.set(column, text: String(decoding: cell, as: UTF8.self))
        }
    }
}

struct CommaFormat: RecordFormat {
    let name = "csv"
    func makeDecoder(schema: RowSchema, options: [String: String]) throws(FormatError) -> BatchDecoder {
        BatchDecoder(schema: schema, decoder: CommaSeparated(decodesTombstones: options["csv.tombstones"] == "rows"))
    }
}

@Suite struct RecordDecoderTests {
    static let columns = [
        ColumnSchema("id", .bigint, isNullable: false), ColumnSchema("name", .text), ColumnSchema("day", .date),
        ColumnSchema("price", .decimal(precision: 10, scale: 2)),
    ]

    @Test("a host's format fills typed columns, and its bad records are undone") func rows() throws {
        let outcome = try decode(
            Payloads(["1,Anna,2024-02-29,1.50", "x,Ben,,", "2,,,", ",no id,,", "3,too,few", "4,Dora,2023-02-29,1"]),
            Self.columns,
            format: CommaFormat())
        #expect(outcome.failures.map(\.index) == [1, 3, 4, 5])
        #expect(outcome.failures.map(\.failure.code) == [.type, .missing, .syntax, .type])
        let expected: [[Value]] = [
            [.bigint(1), .text("Anna"), .date(CalendarDate("2024-02-29")!), .decimal(ExactDecimal("1.50")!)],
            [.bigint(2), .null, .null, .null],
        ]
        let rows = outcome.rows
        #expect(rows == expected)
    }

    @Test("a tombstone is a row only for a decoder that says so") func tombstones() throws {
        let schema = try RowSchema([ColumnSchema("a", .int)])
        var without = try CommaFormat().makeDecoder(schema: schema, options: [:])
        let bad1 = without.append([.null])
        #expect(bad1 == 0)
        let code = without.failure?.code
        #expect(code == .tombstone)
        var with = try CommaFormat().makeDecoder(schema: schema, options: ["csv.tombstones": "rows"])
        let takesTombstones = with.decodesTombstones
        #expect(takesTombstones)
        let bad2 = with.append([.null])
        #expect(bad2 == nil)
        let values = with.finish()[0].values
        #expect(values == [.null])
    }

    /// Sets columns in every way there is.
    struct Typed: RecordDecoder {
        mutating func decode(_ payload: UnsafeRawBufferPointer, into row: inout RowAppender) throws(DecodeFailure) {
            try row.set(0, to: Int64(payload.count))
            try row.set(0, to: Int64(payload.count) + 1)
            try row.set(1, to: 0.5)
            try row.set(2, to: true)
            try row.set(3, bytes: payload)
            try row.set(4, to: .array([.int(1), .null]))
            try row.set(5, bytes: payload)
            row.setNull(5)
            row.setNull(99)
        }
    }

    @Test("the last value set wins, and null takes it away") func typed() throws {
        let schema = try RowSchema([
            ColumnSchema("a", .int), ColumnSchema("b", .real), ColumnSchema("c", .boolean), ColumnSchema("d", .text),
            ColumnSchema("e", .array(.int)), ColumnSchema("f", .bytea),
        ])
        var decoder = BatchDecoder(schema: schema, decoder: Typed())
        let payloads = Payloads(["hé"])
        let bad3 = decoder.append(payloads.slices)
        #expect(bad3 == nil)
        let expected: [Value] = [
            .int(4), .real(0.5), .boolean(true), .text("hé"), .array([.int(1), .null]), .null,
        ]
        let values = decoder.finish()[0].values
        #expect(values == expected)
        let wrong = Payloads(bytes: [[0xFF]])
        let bad4 = decoder.append(wrong.slices)
        #expect(bad4 == 0)
        let code = decoder.failure?.code
        #expect(code == .encoding)
        let path = decoder.failure?.path
        #expect(path == "d")
    }
}

@Suite struct FormatRegistryTests {
    @Test("built-in formats and a host's own are found by name, ignoring case") func names() throws {
        var formats = FormatRegistry()
        try formats.register(CommaFormat())
        #expect(
            formats.names == [
                "avro", "confluent_avro", "csv", "json", "protobuf", "raw", "raw_bytes", "raw_string",
            ])
        for name in ["JSON", "raw", "Raw_Bytes", "raw_string", "csv"] { #expect(formats[name] != nil) }
    }

    @Test("a name that is taken or can't be is refused") func refused() throws {
        struct Named: RecordFormat {
            let name: String
            func makeDecoder(schema: RowSchema, options: [String: String]) throws(FormatError) -> BatchDecoder {
                BatchDecoder(schema: schema, decoder: CommaSeparated())
            }
        }
        var formats = FormatRegistry()
        for name in ["json", "raw_bytes", "", "My Format", "CSV"] {
            #expect(throws: FormatError.self) { try formats.register(Named(name: name)) }
        }
        let error = #expect(throws: FormatError.self) { _ = try formats.format(named: "jsn") }
        let names = "avro, confluent_avro, json, protobuf, raw, raw_bytes, raw_string"
        #expect(error?.message.contains(names) == true)
    }
}
