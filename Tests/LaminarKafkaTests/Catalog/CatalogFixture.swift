import Foundation
import LaminarKafka

/// A connection and a table that tests begin with.
enum Example {
    static let connection = """
        CREATE CONNECTION shop TO kafka (
            bootstrap_servers = 'localhost:9092', topic = 'orders', type = 'source', format = 'json');
        """
    static let table = "CREATE TABLE orders (id BIGINT NOT NULL, amount DOUBLE) WITH (connector = 'shop');"
}

/// A new catalog in memory, with these statements executed.
func catalog(_ script: String = "") async throws -> Laminar {
    let laminar = try await Laminar(database: .inMemory)
    try await laminar.execute(script)
    return laminar
}

/// The path of a database in a folder that is there for the length of `body`.
func withDatabaseFile<Result>(_ body: (String) async throws -> Result) async throws -> Result {
    let folder = NSTemporaryDirectory() + "laminar-catalog-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    return try await body(folder + "/laminar.db")
}

extension Laminar {
    /// The rows of a statement's result, as texts; NULL is nil.
    func texts(_ sql: String) async throws -> [[String?]] {
        try await execute(sql).last?.table?.rows.map { row in row.map(\.plainText) } ?? []
    }

    /// Why a script fails; nil where it doesn't.
    func failure(_ sql: String) async throws -> StatementError? {
        do {
            try await execute(sql)
            return nil
        } catch let error as StatementError { return error }
    }
}

extension Value {
    /// A text, a flag or a small number as text; nil for NULL and everything else.
    var plainText: String? {
        switch self {
        case .text(let text): text
        case .boolean(let flag): "\(flag)"
        case .int(let number): "\(number)"
        default: nil
        }
    }
}
