import LaminarFormats
import LaminarQuery
import Testing

@testable import LaminarKafka

extension Laminar {
    /// A system table's rows, each cell as text by its column, once every cluster has told what it knows: a table waits 5 s
    /// for them, which a broker that has just started on a busy machine may need by itself.
    func rows(
        of table: String, until isComplete: (_ rows: [[String: String]], _ notices: [String]) -> Bool = { $1.isEmpty }
    ) async throws -> [[String: String]] {
        let deadline = ContinuousClock.now + .seconds(90)
        while true {
            let asked = try #require(systemTable(named: table))
            let rows = try await asked.rows()
            if isComplete(rows, asked.notices) { return rows }
            try #require(ContinuousClock.now < deadline, "\(asked.notices)")
        }
    }
}

extension QueryTable {
    /// Every row, each cell as text by its column, read as a query reads it.
    func rows() async throws -> [[String: String]] {
        let request = ScanRequest(columns: Array(schema.columns.indices))
        let outcome = try await ClientThread.run("scan") { () throws(KafkaError) -> Result<[RecordBatch], any Error> in
            Result {
                let supply = try self.scan(request)
                var batches: [RecordBatch] = []
                while let batch = try supply.next() { batches.append(batch) }
                return batches
            }
        }
        return try outcome.get().flatMap { batch in
            batch.map { row in
                Dictionary(
                    uniqueKeysWithValues: zip(
                        schema.columns.map(\.name), row.values.map { $0.isNull ? "NULL" : $0.description }))
            }
        }
    }
}
