/// The members of one object by key: what a keyed container looks at.
///
/// Hot-path file: raw memory. Keys point into the payload (or at keys whose escapes the document resolved) and are used only
/// while the document's generation is the one they were taken in. A key's first eight bytes are kept as a word, read at
/// once where the payload has 16 bytes left and one by one else, so that most comparisons are of two words.
final class JSONMembers {
    private struct Entry {
        var word: UInt64
        var key: UnsafePointer<UInt8>
        /// -1 for a key that comes again later: the last one counts.
        var count: Int
        var value: Int
    }

    private struct Asked {
        var name: String
        var word: UInt64
        var count: Int
    }

    // The owner of the slots keeps the document alive; see `JSONDocumentOwner`. Unretained, since a retain for each member
    // was a tenth of `decode json codable`.
    unowned(unsafe) let document: JSONDocument
    private let kept: JSONDocument
    // Exclusivity isn't checked at run time: no method of this class calls out while it changes one of these.
    @exclusivity(unchecked) private(set) var node = 0
    @exclusivity(unchecked) private var generation = -1
    @exclusivity(unchecked) private var entries = UnsafeMutablePointer<Entry>.allocate(capacity: 16)
    private var capacity = 16
    @exclusivity(unchecked) private(set) var count = 0
    /// The entry after the one found last: types mostly ask in the payload's order.
    @exclusivity(unchecked) private var cursor = 0
    /// What the type asked for at the last payloads, in order, so that a name's bytes needn't be taken out again.
    @exclusivity(unchecked) private var asked: [Asked] = []
    @exclusivity(unchecked) private var askedCursor = 0
    private static let remembered = 1024
    /// Objects with more members than this are looked up by hash.
    private static let narrow = 24
    /// Places of entries plus one, by hash of the key in lower case; as long as a power of two.
    @exclusivity(unchecked) private var table: [UInt32] = []

    init(_ document: JSONDocument) {
        self.document = document
        kept = document
    }

    deinit { entries.deallocate() }

    /// Whether the payload that the members are of is still there.
    @inline(__always)
    private var isCurrent: Bool { generation == document.generation }

    /// Takes in the members of an object.
    func load(_ node: Int) {
        self.node = node
        generation = document.generation
        cursor = 0
        askedCursor = 0
        count = Int(document.nodes[node].count)
        if count > capacity { grow() }
        let nodes = document.nodes
        let start = document.scanner.start
        let wide = document.scanner.wide
        var at = node + 1
        for place in 0..<count {
            let key = nodes[at]
            var bytes = start + Int(key.offset)
            var length = Int(key.count)
            let word: UInt64
            if key.kind == .plain, bytes <= wide {
                word =
                    length >= 8 ? JSONScanner.word(bytes) : JSONScanner.word(bytes) & ((1 &<< UInt64(length &* 8)) &- 1)
            } else {
                if key.kind == .escaped { (bytes, length) = document.resolvedKey(bytes, length) }
                word = Self.word(bytes, length)
            }
            entries[place] = Entry(word: word, key: bytes, count: length, value: at + 1)
            at = Int(nodes[at + 1].next)
        }
        if count > Self.narrow { index() } else { supersede() }
    }

    @inline(never)
    private func grow() {
        entries.deallocate()
        capacity = count * 2
        entries = .allocate(capacity: capacity)
    }

    @inline(__always)
    private static func word(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> UInt64 {
        var word: UInt64 = 0
        for index in 0..<min(count, 8) { word |= UInt64(bytes[index]) &<< UInt64(index &* 8) }
        return word
    }

    @inline(__always)
    private static func isEqual(
        _ entry: UnsafePointer<Entry>, _ word: UInt64, _ key: UnsafePointer<UInt8>, _ count: Int
    )
        -> Bool
    {
        if entry.pointee.word != word || entry.pointee.count != count { return false }
        var index = 8
        while index < count {
            if entry.pointee.key[index] != key[index] { return false }
            index &+= 1
        }
        return true
    }

    /// Marks the earlier ones of equal keys.
    @inline(__always)
    private func supersede() {
        var place = 1
        while place < count {
            let entry = entries[place]
            var earlier = 0
            while earlier < place {
                if entries[earlier].word == entry.word,
                    Self.isEqual(entries + earlier, entry.word, entry.key, entry.count)
                {
                    entries[earlier].count = -1
                }
                earlier &+= 1
            }
            place &+= 1
        }
    }

    // MARK: Wide objects

    private static func fold(_ byte: UInt8) -> UInt8 { byte &- 65 < 26 ? byte | 0x20 : byte }

    private static func hash(_ key: UnsafePointer<UInt8>, _ count: Int) -> Int {
        var hash: UInt64 = UInt64(truncatingIfNeeded: count)
        for index in 0..<count { hash = (hash ^ UInt64(fold(key[index]))) &* 0x100_0000_01B3 }
        return Int(truncatingIfNeeded: (hash ^ hash &>> 32) & 0x7FFF_FFFF)
    }

    @inline(never)
    private func index() {
        var size = 64
        while size < count * 2 { size *= 2 }
        if table.count == size {
            for place in table.indices { table[place] = 0 }
        } else {
            table = [UInt32](repeating: 0, count: size)
        }
        for place in 0..<count {
            let entry = entries[place]
            var at = Self.hash(entry.key, entry.count) & (size - 1)
            while table[at] != 0 {
                let earlier = Int(table[at]) - 1
                if Self.isEqual(entries + earlier, entry.word, entry.key, entry.count) {
                    entries[earlier].count = -1
                    break
                }
                at = (at + 1) & (size - 1)
            }
            table[at] = UInt32(truncatingIfNeeded: place + 1)
        }
    }

    // MARK: Looking up

    /// The node of a member's value: by exact name, then ignoring case (ASCII); nil when there is none.
    @inline(__always)
    func find(_ name: String) -> Int? {
        guard isCurrent else { return nil }
        if askedCursor < asked.count, asked[askedCursor].name == name {
            let word = asked[askedCursor].word
            let length = asked[askedCursor].count
            askedCursor &+= 1
            if cursor < count, entries[cursor].word == word, entries[cursor].count == length, length <= 8 {
                cursor &+= 1
                return entries[cursor &- 1].value
            }
        } else {
            remember(name)
        }
        return search(name)
    }

    @inline(never)
    private func remember(_ name: String) {
        var name = name
        let (word, length) = name.withUTF8 { bytes in
            (bytes.baseAddress.map { Self.word($0, bytes.count) } ?? 0, bytes.count)
        }
        let entry = Asked(name: name, word: word, count: length)
        if askedCursor < asked.count {
            asked[askedCursor] = entry
            askedCursor += 1
        } else if askedCursor < Self.remembered {
            asked.append(entry)
            askedCursor += 1
        }
    }

    @inline(never)
    private func search(_ name: String) -> Int? {
        var name = name
        return name.withUTF8 { bytes in
            var empty: UInt8 = 0
            return withUnsafePointer(to: &empty) { nothing in place(of: bytes.baseAddress ?? nothing, bytes.count) }
        }.map { place in
            cursor = place + 1
            return entries[place].value
        }
    }

    private func place(of key: UnsafePointer<UInt8>, _ length: Int) -> Int? {
        let word = Self.word(key, length)
        if cursor < count, Self.isEqual(entries + cursor, word, key, length) { return cursor }
        var alike: Int?
        if count > Self.narrow {
            var at = Self.hash(key, length) & (table.count - 1)
            while table[at] != 0 {
                let place = Int(table[at]) - 1
                if Self.isEqual(entries + place, word, key, length) { return place }
                if isAlike(place, key, length) { alike = place }
                at = (at + 1) & (table.count - 1)
            }
            return alike
        }
        for place in 0..<count where Self.isEqual(entries + place, word, key, length) { return place }
        for place in 0..<count where isAlike(place, key, length) { alike = place }
        return alike
    }

    private func isAlike(_ place: Int, _ key: UnsafePointer<UInt8>, _ length: Int) -> Bool {
        guard entries[place].count == length else { return false }
        let bytes = entries[place].key
        for index in 0..<length where Self.fold(bytes[index]) != Self.fold(key[index]) { return false }
        return true
    }

    /// All names, the last of equal ones only.
    var names: [String] {
        guard isCurrent else { return [] }
        return (0..<count).compactMap { place in
            let entry = entries[place]
            return entry.count < 0
                ? nil : String(decoding: UnsafeBufferPointer(start: entry.key, count: entry.count), as: UTF8.self)
        }
    }
}
