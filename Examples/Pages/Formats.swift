// swift-format-ignore-file
import LaminarFormats

// What docs/formats.md shows.

struct Address: Decodable { let city: String }

func values(_ batch: RecordBatch) throws {
    struct Order: Decodable { let id: Int64; let amount: Double?; let address: Address }

    let decoder = RowDecoder<Order>(schema: batch.schema)
    for row in batch { print(try decoder.decode(row)) }
}

struct CSVFormat: RecordFormat {
    let name = "csv"
    func makeDecoder(schema: RowSchema, options: [String: String]) throws(FormatError) -> BatchDecoder {
        BatchDecoder(schema: schema, decoder: CommaSeparated())
    }
}

struct CommaSeparated: RecordDecoder {
    mutating func decode(_ payload: UnsafeRawBufferPointer, into row: inout RowAppender) throws(DecodeFailure) {
        let cells = payload.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
        for (column, cell) in cells.enumerated() where !cell.isEmpty {
            try row.set(column, text: String(decoding: cell, as: UTF8.self))
        }
    }
}

func plugIn() throws -> FormatRegistry {
    var formats = FormatRegistry()          // avro, confluent_avro, json, protobuf, raw, …
    try formats.register(CSVFormat())
    return formats
}
