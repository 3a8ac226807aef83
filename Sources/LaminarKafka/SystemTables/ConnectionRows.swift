internal import LaminarFormats

/// `system.connections`: what the catalog has, and how it goes in this process.
struct ConnectionRows: RowProvider {
    let laminar: Laminar

    /// Where nobody in this process has a connection open.
    static let unused = "unused"

    var schema: RowSchema { SystemSchemas.connections }

    func rows() async throws -> ProvidedRows {
        let open = laminar.openStandings
        let errors = laminar.errors
        return ProvidedRows(
            try laminar.connectionOverviews().map { connection in
                let standings = open.filter { connection.tableNames.contains($0.table) }
                let names = Set([connection.name] + connection.groups)
                let error = errors.last { names.contains($0.source) }
                return [
                    .text(connection.name), .text(connection.connector), .init(connection.summary.type),
                    .init(connection.summary.topics), .init(connection.summary.format),
                    .init(connection.summary.groupID), .text(Self.state(standings.map(\.standing.state))),
                    .init(connection.problem ?? error?.message), .init(connection.problem == nil ? error?.time : nil),
                    .init(standings.compactMap(\.standing.lastPoll).max()), .timestamp(connection.created),
                ]
            })
    }

    /// Of several the one that wants attention most.
    static func state(_ states: [SourceState]) -> String {
        func weight(_ state: SourceState) -> Int {
            switch state {
            case .failed: 5
            case .stalled: 4
            case .starting: 3
            case .running: 2
            case .idle: 1
            case .stopped: 0
            }
        }
        return states.max { weight($0) < weight($1) }?.description ?? unused
    }
}

extension Value {
    /// A text, or NULL.
    init(_ text: String?) { self = text.map(Value.text) ?? .null }
    /// A number, or NULL.
    init(_ number: Int64?) { self = number.map(Value.bigint) ?? .null }
    /// A number, or NULL.
    init(_ number: Int32?) { self = number.map(Value.int) ?? .null }
    /// A truth, or NULL.
    init(_ truth: Bool?) { self = truth.map(Value.boolean) ?? .null }
    /// A time, or NULL.
    init(_ time: Timestamp?) { self = time.map(Value.timestamp) ?? .null }
}
