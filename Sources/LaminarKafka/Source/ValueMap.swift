/// Which of a batch's records have a value, and which one; costs nothing while every record has.
struct ValueMap {
    static let tombstone: Int32 = -1
    static let skipped: Int32 = -2

    private let records: Int
    private var visited = 0
    private var values: Int32 = 0
    private(set) var valueOfRecord: [Int32]?

    /// - Parameter records: in the batch.
    init(records: Int) { self.records = records }

    /// `count` records from `index` on have values; what was passed over before them was skipped.
    mutating func addValues(_ count: Int, at index: Int) {
        if index != visited { materialize() }
        if valueOfRecord != nil {
            for offset in 0..<count { valueOfRecord?[index + offset] = values + Int32(offset) }
        }
        values += Int32(count)
        visited = index + count
    }

    /// The record at `index` is a tombstone.
    mutating func addTombstone(at index: Int) {
        materialize()
        valueOfRecord?[index] = Self.tombstone
        visited = index + 1
    }

    /// What was visited so far, as far as a batch of that many records goes.
    mutating func finish(records: Int) -> [Int32]? {
        if visited < records { materialize() }
        return valueOfRecord
    }

    private mutating func materialize() {
        guard valueOfRecord == nil else { return }
        var map = [Int32](repeating: Self.skipped, count: records)
        for index in 0..<visited { map[index] = Int32(index) }
        valueOfRecord = map
    }
}
