import LaminarFormats
import LaminarQuery

@testable import LaminarKafka

extension Laminar {
    /// A system table's rows, each cell as text by its column.
    func rows(of table: String) async throws -> [[String: String]] {
        try await systemTable(named: table)?.rows() ?? []
    }
}

extension QueryTable {
    /// Every row, each cell as text by its column, read as a query reads it.
    func rows() async throws -> [[String: String]] {
        try await batches(ScanRequest(columns: Array(schema.columns.indices))).flatMap { batch in
            batch.map { row in
                Dictionary(uniqueKeysWithValues: zip(schema.columns.map(\.name), row.values.map(\.shown)))
            }
        }
    }

    /// Every batch, taken on a thread that may block.
    func batches(_ request: ScanRequest) async throws -> [RecordBatch] {
        let outcome = try await ClientThread.run("scan") { () throws(KafkaError) -> Result<[RecordBatch], any Error> in
            Result {
                let supply = try self.scan(request)
                var batches: [RecordBatch] = []
                while let batch = try supply.next() { batches.append(batch) }
                return batches
            }
        }
        return try outcome.get()
    }
}

extension Value {
    /// As a test reads it.
    var shown: String {
        switch self {
        case .null: "NULL"
        case .boolean(let value): "\(value)"
        case .int(let value): "\(value)"
        case .bigint(let value): "\(value)"
        case .text(let value): value
        case .timestamp(let value): "\(value)"
        default: "\(self)"
        }
    }
}
