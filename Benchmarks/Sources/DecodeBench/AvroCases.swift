import Foundation
import LaminarFormats

/// The order events as Avro data, which `data/orders.py FILE COUNT avro` writes.
enum AvroCases {
    static let schema = """
        {"type": "record", "name": "Order", "namespace": "ev", "fields": [
          {"name": "id", "type": "long"}, {"name": "user_id", "type": "long"}, {"name": "name", "type": ["null", "string"]},
          {"name": "amount", "type": "double"}, {"name": "currency", "type": "string"},
          {"name": "ts", "type": {"type": "long", "logicalType": "timestamp-micros"}},
          {"name": "active", "type": "boolean"}, {"name": "tags", "type": {"type": "array", "items": "string"}},
          {"name": "address", "type": {"type": "record", "name": "Address", "fields": [
            {"name": "street", "type": "string"}, {"name": "city", "type": ["null", "string"]},
            {"name": "zip", "type": "string"}]}}]}
        """

    static func cases(_ payloads: Payloads, _ columns: RowSchema) throws -> [(String, () throws -> Int)] {
        let two = try RowSchema([columns.columns[0], columns.columns[1]])
        return [
            ("decode avro columns", { try run(payloads, columns) }),
            ("decode avro two of nine", { try run(payloads, two) }),
            ("decode avro columns by libavro", { try run(payloads, columns, ["avro.decoder": "libavro"]) }),
        ]
    }

    private static func run(
        _ payloads: Payloads, _ columns: RowSchema, _ more: [String: String] = [:]
    ) throws -> Int {
        var check = 0
        let options = ["avro.framing": "raw", "avro.schema": schema].merging(more) { $1 }
        try batches(payloads, AvroFormat().makeDecoder(schema: columns, options: options)) { check &+= sum($0) }
        return check
    }
}
