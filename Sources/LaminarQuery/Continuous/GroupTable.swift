internal import LaminarFormats
package import LaminarStore

/// The groups of a pipeline in the Laminar database: a row a group, and a row for each value that an aggregate with
/// DISTINCT has seen.
///
/// Written only inside of the transaction that stores the positions of the records which are counted in it.
package struct GroupTable {
    /// The table's name, for ``GroupedPlan/shown(from:changedAfter:)``.
    package static func name(of pipeline: String) -> String { "laminar_groups_" + pipeline }

    private static func valuesName(of pipeline: String) -> String { "laminar_values_" + pipeline }

    private let plan: GroupedPlan
    private let groups: String
    private let values: String

    package init(_ plan: GroupedPlan, pipeline: String) {
        self.plan = plan
        groups = Self.quoted(Self.name(of: pipeline))
        values = Self.quoted(Self.valuesName(of: pipeline))
    }

    /// Makes the tables, empty but for the one group of a query without keys, which exists without rows too.
    ///
    /// - Throws: `StoreError`.
    package func make(_ connection: SQLiteConnection) throws(StoreError) {
        let columns = (plan.keys + plan.states).map { ", \($0.name) ANY" }.joined()
        try connection.execute(
            """
            CREATE TABLE \(groups) (
                key BLOB NOT NULL PRIMARY KEY\(columns),
                checkpoint INTEGER NOT NULL, changed_at INTEGER NOT NULL
            ) STRICT, WITHOUT ROWID;
            CREATE INDEX \(Self.quoted("laminar_changes_" + groups)) ON \(groups) (checkpoint);
            """)
        if !plan.distinct.isEmpty {
            try connection.execute(
                """
                CREATE TABLE \(values) (
                    aggregate INTEGER NOT NULL, key BLOB NOT NULL, value ANY NOT NULL,
                    PRIMARY KEY (aggregate, key, value)
                ) STRICT, WITHOUT ROWID;
                """)
        }
        guard plan.keys.isEmpty else { return }
        let states = plan.merges.map(\.empty)
        try write(connection, key: [], keys: [], states: states, checkpoint: 0, now: 0)
    }

    /// Drops what a pipeline of the name kept, if anything.
    package static func drop(_ pipeline: String, _ connection: SQLiteConnection) throws(StoreError) {
        try connection.execute(
            """
            DROP TABLE IF EXISTS \(quoted(name(of: pipeline)));
            DROP TABLE IF EXISTS \(quoted(valuesName(of: pipeline)));
            """)
    }

    /// Adds a delta to what is stored.
    ///
    /// - Parameters:
    ///   - checkpoint: the number under which the touched groups can be found as changed.
    ///   - now: the time of the change in microseconds.
    /// - Returns: how many groups changed.
    /// - Throws: `StoreError`, or ``QueryError`` with code `outOfRange`.
    package func add(
        _ delta: GroupDelta, checkpoint: Int64, now: Int64, _ connection: SQLiteConnection
    ) throws -> Int {
        let added = try addValues(delta, connection)
        let columns = plan.states.map(\.name)
        let select = try connection.prepare(
            "SELECT \(columns.isEmpty ? "1" : columns.joined(separator: ", ")) FROM \(groups) WHERE key = ?")
        for (key, group) in delta.groups {
            let stored: [SQLiteValue]? = try select.first([key]) { row in (0..<plan.states.count).map { row.value($0) }
            }
            var states = stored ?? plan.merges.map(\.empty)
            for (index, merge) in plan.merges.enumerated() {
                let more = added[GroupState(state: index, key: key)] ?? group.states[index]
                states[index] = try (merge.ofValues?.growth ?? merge).merged(states[index], more)
            }
            try write(connection, key: key, keys: group.keys, states: states, checkpoint: checkpoint, now: now)
        }
        return delta.groups.count
    }

    /// Drops the groups whose time is over.
    ///
    /// - Parameters:
    ///   - limit: groups before it, in microseconds, go: by the first key that is a TIMESTAMP or a DATE, else by the time
    ///     of their last change.
    /// - Returns: how many groups went.
    package func drop(before limit: Int64, _ connection: SQLiteConnection) throws(StoreError) -> Int {
        let condition: String
        if let key = plan.keys.first(where: { $0.type == .timestamp }) {
            condition = "\(key.name) < ?1"
        } else if let key = plan.keys.first(where: { $0.type == .date }) {
            condition = "(\(key.name) + 1) * 86400000000 <= ?1"
        } else {
            condition = "changed_at < ?1"
        }
        guard !plan.keys.isEmpty else { return 0 }
        if !plan.distinct.isEmpty {
            try connection.run(
                "DELETE FROM \(values) WHERE key IN (SELECT key FROM \(groups) WHERE \(condition))", limit)
        }
        return try connection.run("DELETE FROM \(groups) WHERE \(condition)", limit)
    }

    private struct GroupState: Hashable {
        let state: Int
        let key: [UInt8]
    }

    /// What values that are new add to states of distinct values.
    private func addValues(
        _ delta: GroupDelta, _ connection: SQLiteConnection
    ) throws -> [GroupState: SQLiteValue] {
        guard !delta.distinctValues.isEmpty else { return [:] }
        let insert = try connection.prepare("INSERT OR IGNORE INTO \(values) VALUES (?, ?, ?)")
        var added: [GroupState: SQLiteValue] = [:]
        for value in delta.distinctValues {
            guard try insert.run([value.number, value.key, value.value]) > 0 else { continue }
            for (index, merge) in plan.merges.enumerated() {
                guard let (number, growth) = merge.ofValues, number == value.number else { continue }
                let more = growth == .count ? SQLiteValue.integer(1) : value.value
                let place = GroupState(state: index, key: value.key)
                added[place] = try growth.merged(added[place] ?? .null, more)
            }
        }
        return added
    }

    private func write(
        _ connection: SQLiteConnection, key: [UInt8], keys: [SQLiteValue], states: [SQLiteValue], checkpoint: Int64,
        now: Int64
    ) throws(StoreError) {
        let marks = [String](repeating: "?", count: keys.count + states.count + 3).joined(separator: ", ")
        try connection.prepare("INSERT OR REPLACE INTO \(groups) VALUES (\(marks))")
            .run([key] + keys + states + [checkpoint, now])
    }

    private static func quoted(_ name: String) -> String {
        "\"" + name.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
    }
}
