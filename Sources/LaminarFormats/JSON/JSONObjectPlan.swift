/// What a column's values are read with.
enum JSONKind: UInt8 {
    case skip, bigint, int, smallint, double, real, boolean, text, timestamp, structure
    case decimal, bytea, date, time, interval, uuid, json, array, map
}

/// Where a value goes: its kind, the column being filled, and the plan of what is inside of it.
struct JSONTarget {
    var kind: JSONKind
    let builder: UnsafeMutablePointer<ColumnBuilder>
    /// For `.structure`.
    let plan: UnsafeMutablePointer<JSONObjectPlan>?
    /// For `.array` the elements, for `.map` the values.
    let element: UnsafeMutablePointer<JSONTarget>?
}

/// A key as payloads have it, and what is done with its value.
struct JSONSlot {
    /// `"key":` as two words under masks, for one compare of up to 16 bytes.
    var low: UInt64 = 0
    var high: UInt64 = 0
    var lowMask: UInt64 = 0
    var highMask: UInt64 = 0
    /// `"key":`, owned by the plan.
    var pattern: UnsafePointer<UInt8>
    var patternCount: Int
    var target: JSONTarget
    /// The column's or field's place; -1 for a key that no column has.
    var column: Int32
    /// The key that came after this one the last time.
    var next: Int32
    /// Matched only by ignoring case: a field of exactly the column's name goes before it.
    var isInexact: Bool
}

/// The fields of an object that are wanted, by key, and the order in which keys have been seen.
///
/// Hot-path file: raw memory that the plan owns and frees. Payloads of one topic mostly repeat one order of keys, so the
/// key that came next the last time is compared first, 16 bytes at once, then the one after it (a field may be left out),
/// and only then is the key hashed. Keys that no column wants are learned too, up to a limit, so that they also cost a
/// compare. The slots never move.
struct JSONObjectPlan: ~Copyable {
    let slots: UnsafeMutablePointer<JSONSlot>
    private(set) var slotCount = 0
    private let capacity: Int
    /// Columns or fields, the slots' first ones.
    let fieldCount: Int
    let names: [String]
    let isNullable: [Bool]
    let types: [ColumnType]
    /// The first key of an object, the last time.
    var first: Int32 = 0
    /// When the field was last filled by a key that differs in case, as the number of the record.
    let inexactRecord: UnsafeMutablePointer<Int>

    /// Open addressing by hash of the exact key, and of the key in lower case (ASCII); a slot's place plus one, or 0.
    private let exact: UnsafeMutablePointer<UInt32>
    private let folded: UnsafeMutablePointer<UInt32>
    private let mask: Int
    private let foldedByName: [String: Int]
    private let hasUnicodeNames: Bool

    /// Keys beyond the columns that one object learns.
    static let learnedLimit = 256
    /// No longer key is learned.
    static let learnedLength = 128

    init(names: [String], isNullable: [Bool], targets: [JSONTarget], types: [ColumnType]) {
        fieldCount = names.count
        self.names = names
        self.isNullable = isNullable
        self.types = types
        capacity = names.count * 2 + Self.learnedLimit
        slots = .allocate(capacity: capacity)
        inexactRecord = .allocate(capacity: max(names.count, 1))
        inexactRecord.initialize(repeating: -1, count: max(names.count, 1))
        var size = 64
        while size < capacity * 2 { size *= 2 }
        mask = size - 1
        exact = .allocate(capacity: size)
        exact.initialize(repeating: 0, count: size)
        folded = .allocate(capacity: size)
        folded.initialize(repeating: 0, count: size)
        var byName: [String: Int] = [:]
        for (index, name) in names.enumerated() {
            let fold = name.lowercased()
            byName[fold] = byName[fold] == nil ? index : -1
        }
        foldedByName = byName.filter { $0.value >= 0 }
        hasUnicodeNames = names.contains { !$0.utf8.allSatisfy { $0 < 0x80 } }
        for index in names.indices {
            _ = add(Array(names[index].utf8), targets[index], column: Int32(index), isInexact: false)
            if let place = foldedByName[names[index].lowercased()], place == index {
                insert(index, folded, Self.hash(Array(names[index].lowercased().utf8)))
            }
        }
    }

    deinit {
        for index in 0..<slotCount {
            slots[index].pattern.deallocate()
            // Children belong to the slot of the column's own name.
            if index < fieldCount { slots[index].target.release() }
        }
        slots.deallocate()
        inexactRecord.deallocate()
        exact.deallocate()
        folded.deallocate()
    }

    // MARK: Hashing

    private static func hash(_ bytes: [UInt8]) -> Int {
        bytes.withUnsafeBufferPointer { $0.baseAddress.map { hash($0, bytes.count) } ?? 0 }
    }

    /// Eight bytes at a time; reads only within `count`.
    @inline(__always)
    private static func hash(_ start: UnsafePointer<UInt8>, _ count: Int) -> Int {
        var state = UInt64(truncatingIfNeeded: count) &* 0x9E37_79B9_7F4A_7C15
        var at = 0
        while at &+ 8 <= count {
            state = (state ^ JSONScanner.word(start + at)) &* 0xFF51_AFD7_ED55_8CCD
            state ^= state &>> 32
            at &+= 8
        }
        var tail: UInt64 = 0
        while at < count {
            tail = tail &<< 8 | UInt64(start[at])
            at &+= 1
        }
        state = (state ^ tail) &* 0xC4CE_B9FE_1A85_EC53
        return Int(truncatingIfNeeded: (state ^ state &>> 29) & 0x7FFF_FFFF)
    }

    private func insert(_ slot: Int, _ table: UnsafeMutablePointer<UInt32>, _ hash: Int) {
        var place = hash & mask
        while table[place] != 0 { place = (place + 1) & mask }
        table[place] = UInt32(slot + 1)
    }

    private mutating func add(_ key: [UInt8], _ target: JSONTarget, column: Int32, isInexact: Bool) -> Int {
        let count = key.count + 3
        let pattern = UnsafeMutablePointer<UInt8>.allocate(capacity: count)
        pattern[0] = 0x22
        for (index, byte) in key.enumerated() { pattern[index + 1] = byte }
        pattern[count - 2] = 0x22
        pattern[count - 1] = 0x3A
        var slot = JSONSlot(
            pattern: UnsafePointer(pattern), patternCount: count, target: target, column: column, next: 0,
            isInexact: isInexact)
        for index in 0..<min(count, 16) {
            let shift = UInt64(8 * (index & 7))
            if index < 8 {
                slot.low |= UInt64(pattern[index]) &<< shift
                slot.lowMask |= 0xFF &<< shift
            } else {
                slot.high |= UInt64(pattern[index]) &<< shift
                slot.highMask |= 0xFF &<< shift
            }
        }
        // A name that JSON must escape can't be compared as it stands: no payload begins with this word.
        if key.contains(where: { $0 == 0x22 || $0 == 0x5C || $0 < 0x20 }) { (slot.low, slot.lowMask) = (0, .max) }
        let index = slotCount
        slot.next = Int32(index + 1 < max(fieldCount, 1) ? index + 1 : 0)
        (slots + index).initialize(to: slot)
        slotCount += 1
        insert(index, exact, Self.hash(key))
        return index
    }

    // MARK: Looking up

    /// The slot of a key whose exact bytes these are, or -1.
    @inline(__always)
    func find(_ key: UnsafePointer<UInt8>, _ count: Int) -> Int {
        var place = Self.hash(key, count) & mask
        while true {
            let entry = Int(exact[place])
            if entry == 0 { return -1 }
            let slot = slots + (entry - 1)
            if slot.pointee.patternCount == count + 3, Self.equal(slot.pointee.pattern + 1, key, count) {
                return entry - 1
            }
            place = (place + 1) & mask
        }
    }

    @inline(__always)
    private static func equal(_ left: UnsafePointer<UInt8>, _ right: UnsafePointer<UInt8>, _ count: Int) -> Bool {
        for index in 0..<count where left[index] != right[index] { return false }
        return true
    }

    /// A key that has no slot yet: the column that it means when case is ignored, or none, and from now on its slot.
    ///
    /// - Returns: the slot, or -1 when no more are learned; and the column, or -1.
    mutating func learn(_ key: UnsafePointer<UInt8>, _ count: Int) -> (slot: Int, column: Int) {
        let column = ignoringCase(key, count)
        guard slotCount < capacity, count <= Self.learnedLength else { return (-1, column) }
        let bytes = Array(UnsafeBufferPointer(start: key, count: count))
        guard column >= 0 else {
            let nowhere = JSONTarget(kind: .skip, builder: Self.nothing, plan: nil, element: nil)
            return (add(bytes, nowhere, column: -1, isInexact: false), -1)
        }
        return (add(bytes, slots[column].target, column: Int32(column), isInexact: true), column)
    }

    /// Never read or written: keys without a column are skipped.
    private static var nothing: UnsafeMutablePointer<ColumnBuilder> {
        UnsafeMutablePointer(bitPattern: 16).unsafelyUnwrapped
    }

    /// The column whose name is the key in another case, or -1.
    private func ignoringCase(_ key: UnsafePointer<UInt8>, _ count: Int) -> Int {
        let bytes = UnsafeBufferPointer(start: key, count: count)
        if bytes.contains(where: { $0 >= 0x80 }) || hasUnicodeNames {
            return foldedByName[String(decoding: bytes, as: UTF8.self).lowercased()] ?? -1
        }
        let fold = bytes.map { $0 &- 65 < 26 ? $0 | 0x20 : $0 }
        var place = Self.hash(fold) & mask
        while true {
            let entry = Int(folded[place])
            if entry == 0 { return -1 }
            if names[entry - 1].utf8.elementsEqual(fold, by: { ($0 &- 65 < 26 ? $0 | 0x20 : $0) == $1 }) {
                return entry - 1
            }
            place = (place + 1) & mask
        }
    }
}

extension JSONTarget {
    /// Compiles what a column of this type is read with.
    init(_ type: ColumnType, _ builder: UnsafeMutablePointer<ColumnBuilder>) {
        self.builder = builder
        var plan: UnsafeMutablePointer<JSONObjectPlan>?
        var element: UnsafeMutablePointer<JSONTarget>?
        switch type {
        case .boolean: kind = .boolean
        case .smallint: kind = .smallint
        case .int: kind = .int
        case .bigint: kind = .bigint
        case .real: kind = .real
        case .double: kind = .double
        case .decimal: kind = .decimal
        case .text: kind = .text
        case .bytea: kind = .bytea
        case .date: kind = .date
        case .time: kind = .time
        case .timestamp: kind = .timestamp
        case .interval: kind = .interval
        case .uuid: kind = .uuid
        case .json: kind = .json
        case .array(let elementType):
            kind = .array
            element = .allocate(capacity: 1)
            element?.initialize(to: JSONTarget(elementType, builder.pointee.children))
        case .map(let valueType):
            kind = .map
            element = .allocate(capacity: 1)
            element?.initialize(to: JSONTarget(valueType, builder.pointee.children + 1))
        case .structure(let fields):
            kind = .structure
            let children = builder.pointee.children
            plan = .allocate(capacity: 1)
            plan?.initialize(
                to: JSONObjectPlan(
                    names: fields.map(\.name), isNullable: fields.map(\.isNullable),
                    targets: fields.enumerated().map { JSONTarget($1.type, children + $0) }, types: fields.map(\.type)))
        }
        self.plan = plan
        self.element = element
    }

    /// Frees what the initializer made.
    func release() {
        if let plan {
            plan.deinitialize(count: 1)
            plan.deallocate()
        }
        if let element {
            element.pointee.release()
            element.deallocate()
        }
    }
}
