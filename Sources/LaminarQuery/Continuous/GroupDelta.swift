internal import LaminarFormats
package import LaminarStore

/// What batches have added to groups since the last checkpoint, in memory.
///
/// One entry a touched group, however many records: a checkpoint then writes each touched group once.
package struct GroupDelta: Sendable {
    /// A touched group.
    package struct Group: Sendable {
        /// In stored form.
        package let keys: [SQLiteValue]
        /// What is added to each state, in stored form. A state of distinct values has a NULL here.
        package var states: [SQLiteValue]
    }

    /// A value of an aggregate with DISTINCT that a batch had.
    package struct DistinctValue: Sendable, Hashable {
        /// Which of ``GroupedPlan/distinct`` gave it.
        package let number: Int
        /// The group.
        package let key: [UInt8]
        package let value: SQLiteValue
    }

    /// By ``GroupKey``.
    package private(set) var groups: [[UInt8]: Group] = [:]
    package private(set) var distinctValues: Set<DistinctValue> = []
    private let keyCount: Int
    private let merges: [GroupedPlan.Merge]
    private let keyTypes: [GroupKey.Part]
    /// Where in a partial row a state's value is; nil for those of distinct values.
    private let places: [Int?]

    package init(_ plan: GroupedPlan) {
        keyCount = plan.keys.count
        merges = plan.merges
        keyTypes = plan.keys.map { GroupKey.Part($0.type) }
        var place = keyCount
        places = merges.map { merge in
            guard merge.ofValues == nil else { return nil }
            defer { place += 1 }
            return place
        }
    }

    package var isEmpty: Bool { groups.isEmpty && distinctValues.isEmpty }

    /// How much is held; a checkpoint comes early where it's a lot.
    package var count: Int { groups.count + distinctValues.count }

    /// Adds a row of ``GroupedPlan/partial``.
    ///
    /// - Throws: ``QueryError`` with code `outOfRange` where a sum doesn't fit into its type.
    package mutating func add(_ row: [SQLiteValue]) throws(QueryError) {
        let key = GroupKey.bytes(row.prefix(keyCount), keyTypes)
        guard let index = groups.index(forKey: key) else {
            groups[key] = Group(
                keys: Array(row.prefix(keyCount)), states: places.map { $0.map { row[$0] } ?? .null })
            return
        }
        for (state, place) in places.enumerated() {
            guard let place else { continue }
            let sum = try merges[state].merged(groups.values[index].states[state], row[place])
            groups.values[index].states[state] = sum
        }
    }

    /// Adds a row of ``GroupedPlan/distinct``.
    package mutating func addDistinct(_ number: Int, _ row: [SQLiteValue]) {
        guard row.count > keyCount else { return }
        distinctValues.insert(
            DistinctValue(
                number: number, key: GroupKey.bytes(row.prefix(keyCount), keyTypes), value: row[keyCount]))
    }

    package mutating func removeAll() {
        groups.removeAll(keepingCapacity: groups.count < 100_000)
        distinctValues.removeAll()
    }
}
