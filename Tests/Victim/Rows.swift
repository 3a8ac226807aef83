import Foundation
import LaminarKafka

/// A record as the victim stores it. The table has no key on purpose: a record that is stored twice has to show.
struct Rows: Sendable {
    let partition: Int
    let offset: Int64
    let value: String

    static let table = #"CREATE TABLE IF NOT EXISTS rows ("partition" INTEGER, "offset" BIGINT, value TEXT)"#

    /// What a batch holds.
    static func of(_ batch: KafkaBatch<Payload>) -> [Rows] {
        batch.records.map { Rows(partition: Int($0.partition), offset: $0.offset, value: $0.value?.text ?? "") }
    }
}

/// What is wrong with how it was started.
struct Complaint: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}

/// Writes a line for whoever waits for it, at once.
func tell(_ line: String) {
    FileHandle.standardOutput.write(Data((line + "\n").utf8))
}

/// Calls `body` when standard input ends.
func atEndOfInput(_ body: @escaping @Sendable () async -> Void) {
    Thread.detachNewThread {
        while readLine() != nil {}
        Task { await body() }
    }
}
