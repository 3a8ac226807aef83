/// What is done with a field's value.
enum ProtobufOp: UInt8 {
    /// Read over.
    case unknown
    // The most frequent pairs of field and column, each with a case of its own in the hot loop.
    case bigint, int, double, boolean, text, structure
    /// Another scalar, stored as the slot's `store` says.
    case scalar
    /// A message with one scalar in it, which is the column's value: a wrapper.
    case inline
    /// A message that is one value: a timestamp, say.
    case known
    /// Collected, and written as JSON when the message ends.
    case cell
    /// One value of a repeated field; how it is read is the slot's `inner`.
    case element
    /// Many values of a repeated scalar.
    case packed
    /// An entry of a map.
    case map
    /// A member of a oneof: takes the place of the others, then `inner`.
    case member
    /// A member of a oneof that no column wants: the others have no value any more.
    case cleared
    /// Several columns want the field.
    case many
}

/// How a scalar becomes a column's value.
enum ProtobufStore: UInt8 {
    case bigint, int, smallint, decimal, double, real, boolean, text, bytea
    /// Text that is read as the column's type.
    case parsed
    /// An enum's name.
    case name
    /// A number's digits, or true and false: the keys of maps.
    case key
}

/// A tag that is wanted, and where its values go.
struct ProtobufSlot {
    var op = ProtobufOp.unknown
    /// Beneath `.element`, `.packed` and `.member`.
    var inner = ProtobufOp.unknown
    var store = ProtobufStore.bigint
    var kind = ProtoKind.int64
    var known = KnownMessage.timestamp
    var tag: UInt32 = 0
    var builder: UnsafeMutablePointer<ColumnBuilder>
    /// Of `.element`, `.packed` and `.map` the list that the builder's values are in.
    var list: UnsafeMutablePointer<ColumnBuilder>?
    /// What is inside of a message, or of a map's entry.
    var plan: UnsafeMutablePointer<ProtobufPlan>?
    var names: UnsafeMutablePointer<ProtobufNames>?
    /// The place in the plan's `fields`; -1 for a field that no column has.
    var field = -1
    /// A place in the plan's `cells`, `maps`, `oneofs` or `chains`.
    var place = 0
    var oneof = -1
    /// Reached through another slot's chain, not by its tag.
    var isChained = false
    /// Of a known message: what earlier occurrences of it in the same record said.
    var state: (Int64, Int64, Int64, Int64) = (0, 0, 0, 0)

    init(builder: UnsafeMutablePointer<ColumnBuilder>) { self.builder = builder }
}

/// A column that a plan fills, and what it is when the payload has nothing for it.
struct ProtobufColumn {
    enum Absent: UInt8 {
        /// NULL, or a bad record of NOT NULL.
        case null
        /// Zero, false, empty.
        case zero
        /// `value`.
        case value
        /// What an empty message says: a map's entry without its value.
        case message
        /// The end of the list.
        case list
        /// The collected JSON.
        case cell
    }

    var absent = Absent.null
    var isNullable = true
    var value = Value.null
    let name: String
    let type: ColumnType
    let builder: UnsafeMutablePointer<ColumnBuilder>
    /// The slot that reads it, for `.message` and `.list`; -1 where the message has no such field.
    var slot = -1
}

/// A message's wanted fields by their tags: compiled once for a message and columns.
///
/// Hot-path file: raw memory that the plan owns and frees. A tag is field number and wire type together, so that one
/// look-up in a table also tells a value of a wrong wire type, which counts as unknown. Tags past the table (field
/// numbers from 1024 on) are found by bisection.
struct ProtobufPlan: ~Copyable {
    let slots: UnsafeMutablePointer<ProtobufSlot>
    let slotCount: Int
    /// By tag: a slot's place plus one, or 0.
    let table: UnsafeMutablePointer<UInt16>
    let tableCount: Int
    /// The other tags, ascending, with their slots.
    private let farTags: UnsafeMutablePointer<UInt32>
    private let farSlots: UnsafeMutablePointer<UInt16>
    private let farCount: Int
    let fields: UnsafeMutablePointer<ProtobufColumn>
    let fieldCount: Int
    /// Lists and JSON cells get their value only when the message ends.
    let mustEnd: Bool
    /// What must forget the last message before the next one.
    let hasScratch: Bool
    let cells: [ProtobufCell]
    let maps: [ProtobufMapEntries]
    /// The slots of each oneof with a wanted member.
    let oneofs: [[Int]]
    /// The slots that share a tag.
    let chains: [[Int]]
    private let owned: [UnsafeMutablePointer<ProtobufPlan>]
    private let ownedNames: [UnsafeMutablePointer<ProtobufNames>]

    static let tableLimit: UInt32 = 8192

    init(
        slots: [ProtobufSlot], fields: [ProtobufColumn], cells: [ProtobufCell], maps: [ProtobufMapEntries],
        oneofs: [[Int]], chains: [[Int]], plans: [UnsafeMutablePointer<ProtobufPlan>],
        names: [UnsafeMutablePointer<ProtobufNames>]
    ) {
        slotCount = slots.count
        self.slots = .allocate(capacity: max(slots.count, 1))
        for (index, slot) in slots.enumerated() { (self.slots + index).initialize(to: slot) }
        fieldCount = fields.count
        self.fields = .allocate(capacity: max(fields.count, 1))
        for (index, field) in fields.enumerated() { (self.fields + index).initialize(to: field) }
        self.cells = cells
        self.maps = maps
        self.oneofs = oneofs
        self.chains = chains
        owned = plans
        ownedNames = names
        mustEnd = fields.contains { $0.absent == .list || $0.absent == .cell }
        hasScratch = !cells.isEmpty || !maps.isEmpty
        let found = slots.indices.filter { !slots[$0].isChained }
        let near = found.filter { slots[$0].tag < Self.tableLimit }
        let far = found.filter { slots[$0].tag >= Self.tableLimit }.sorted { slots[$0].tag < slots[$1].tag }
        tableCount = near.map { Int(slots[$0].tag) + 1 }.max() ?? 0
        table = .allocate(capacity: max(tableCount, 1))
        table.initialize(repeating: 0, count: max(tableCount, 1))
        for index in near { table[Int(slots[index].tag)] = UInt16(index + 1) }
        farCount = far.count
        farTags = .allocate(capacity: max(far.count, 1))
        farSlots = .allocate(capacity: max(far.count, 1))
        for (place, index) in far.enumerated() {
            (farTags + place).initialize(to: slots[index].tag)
            (farSlots + place).initialize(to: UInt16(index + 1))
        }
    }

    deinit {
        slots.deallocate()
        fields.deinitialize(count: fieldCount)
        fields.deallocate()
        table.deallocate()
        farTags.deallocate()
        farSlots.deallocate()
        for plan in owned {
            plan.deinitialize(count: 1)
            plan.deallocate()
        }
        for names in ownedNames {
            names.deinitialize(count: 1)
            names.deallocate()
        }
    }

    /// The place plus one of the slot for a tag past the table, or 0.
    @inline(never)
    func farSlot(_ tag: UInt32) -> Int {
        var low = 0
        var high = farCount
        while low < high {
            let middle = (low + high) / 2
            if farTags[middle] < tag { low = middle + 1 } else { high = middle }
        }
        return low < farCount && farTags[low] == tag ? Int(farSlots[low]) : 0
    }
}

/// The names of an enum's values as bytes, by number.
struct ProtobufNames: ~Copyable {
    private let bytes: UnsafeMutablePointer<UInt8>
    /// Where a name of the dense part begins and how long it is; a length of -1 for a number without a name.
    private let spans: UnsafeMutablePointer<(start: Int32, count: Int32)>
    private let lowest: Int64
    private let spanCount: Int
    private let others: [Int32: String]
    let isClosed: Bool

    init(_ enumeration: ProtobufEnum) {
        isClosed = enumeration.isClosed
        let numbers = enumeration.names.keys.sorted()
        lowest = numbers.first.map { Int64(max($0, -64)) } ?? 0
        let lowest = lowest
        let dense = numbers.filter { (lowest..<lowest + 1024).contains(Int64($0)) }
        spanCount = dense.last.map { Int(Int64($0) - lowest) + 1 } ?? 0
        spans = .allocate(capacity: max(spanCount, 1))
        spans.initialize(repeating: (0, -1), count: max(spanCount, 1))
        var text: [UInt8] = []
        for number in dense {
            let name = Array((enumeration.names[number] ?? "").utf8)
            let span = (Int32(truncatingIfNeeded: text.count), Int32(truncatingIfNeeded: name.count))
            spans[Int(Int64(number) - lowest)] = span
            text += name
        }
        bytes = .allocate(capacity: max(text.count, 1))
        for (index, byte) in text.enumerated() { (bytes + index).initialize(to: byte) }
        others = enumeration.names.filter { !(lowest..<lowest + 1024).contains(Int64($0.key)) }
    }

    deinit {
        bytes.deallocate()
        spans.deallocate()
    }

    /// Whether the number has a name.
    func isKnown(_ number: Int32) -> Bool {
        let place = Int64(number) - lowest
        if place >= 0, place < Int64(spanCount) { return spans[Int(place)].count >= 0 }
        return others[number] != nil
    }

    /// Appends the name, or the digits of a number without one; false past the 2 GiB limit.
    func append(_ number: Int32, to builder: UnsafeMutablePointer<ColumnBuilder>) -> Bool {
        let place = Int64(number) - lowest
        if place >= 0, place < Int64(spanCount) {
            let span = spans[Int(place)]
            if span.count >= 0 {
                return builder.pointee.append(
                    bytes: UnsafeRawBufferPointer(start: bytes + Int(span.start), count: Int(span.count)))
            }
        }
        var text = others[number] ?? String(number)
        return text.withUTF8 { builder.pointee.append(bytes: UnsafeRawBufferPointer($0)) }
    }
}

/// The entries of one map in the record being read, in case a key comes twice.
final class ProtobufMapEntries {
    var entries: [(start: UnsafePointer<UInt8>, count: Int)] = []
}
