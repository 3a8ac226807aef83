import LaminarKafka

/// All that Laminar needs of a database whose driver it doesn't know: the claim at an assignment.
struct OwnCheckpoints: CheckpointClaiming {
    let database: OwnDatabase
    private let sql = CheckpointStatements(.sqlite)  // .postgres, .mysql

    init(_ database: OwnDatabase) async throws {
        self.database = database
        try await database.transaction { [sql] connection in
            for statement in sql.schema { try await connection.run(statement.sql) }
            if case .integer(let version) = try await connection.run(sql.readFormat.sql).rows.first?.first {
                try sql.checkFormat(version)
            }
        }
    }

    func claim(_ partitions: [TopicPartition], for source: String) async throws -> [CheckpointClaim] {
        try await database.transaction { [sql] connection in
            var claims: [CheckpointClaim] = []
            for statement in sql.claim(partitions, for: source) {
                for row in try await connection.run(statement.sql, statement.parameters.map(\.cell)).rows {
                    claims.append(try sql.claim(from: row.map(\.value)))
                }
            }
            return claims
        }
    }
}

extension CheckpointValue {
    /// As the driver takes it.
    var cell: OwnConnection.Cell {
        switch self {
        case .null: .null
        case .integer(let number): .integer(number)
        case .text(let text): .text(text)
        }
    }
}

extension OwnConnection.Cell {
    /// As the driver gives it.
    var value: CheckpointValue {
        switch self {
        case .null: .null
        case .integer(let number): .integer(number)
        case .text(let text): .text(text)
        }
    }
}
