/// Numbers the different keys that come: the first one 0, the next new one 1, and so on.
///
/// Hot-path file: raw memory, open addressing with linear probing over a table that is at most half full. A key is a fixed
/// number of words; texts come as the numbers that a ``TextTable`` has given them.
struct KeyTable: ~Copyable {
    /// Words of a key.
    let width: Int
    /// How many keys there are.
    private(set) var count = 0
    /// The keys, one behind the other.
    private(set) var words: UnsafeMutablePointer<UInt64>
    private var capacity: Int
    /// A key's number and one, 0 where there is none.
    private var slots: UnsafeMutablePointer<Int32>
    private var mask: Int
    /// Keys come from outside: nobody can tell which ones collide.
    private let seed = UInt64.random(in: .min ... .max)

    /// - Parameter width: at least 1.
    init(width: Int) {
        self.width = width
        capacity = 64
        mask = 2 * capacity - 1
        words = .allocate(capacity: capacity * width)
        slots = .allocate(capacity: mask + 1)
        slots.initialize(repeating: 0, count: mask + 1)
    }

    deinit {
        words.deallocate()
        slots.deallocate()
    }

    /// The number of a key, new or known.
    @inline(__always)
    mutating func number(of key: UnsafePointer<UInt64>) -> Int32 {
        var place = Int(truncatingIfNeeded: hash(key)) & mask
        while true {
            let number = Int(slots[place]) - 1
            if number < 0 { return add(key, at: place) }
            if equal(words + number &* width, key) { return Int32(truncatingIfNeeded: number) }
            place = (place &+ 1) & mask
        }
    }

    /// Forgets all keys, and keeps the memory.
    mutating func removeAll() {
        slots.update(repeating: 0, count: mask + 1)
        count = 0
    }

    @inline(__always)
    private func hash(_ key: UnsafePointer<UInt64>) -> UInt64 {
        var hash = seed
        for index in 0..<width { hash = Mix.add(key[index], to: hash) }
        return hash
    }

    @inline(__always)
    private func equal(_ left: UnsafePointer<UInt64>, _ right: UnsafePointer<UInt64>) -> Bool {
        for index in 0..<width where left[index] != right[index] { return false }
        return true
    }

    @inline(never)
    private mutating func add(_ key: UnsafePointer<UInt64>, at place: Int) -> Int32 {
        slots[place] = Int32(truncatingIfNeeded: count + 1)
        (words + count * width).update(from: key, count: width)
        count += 1
        if count == capacity { grow() }
        return Int32(truncatingIfNeeded: count - 1)
    }

    private mutating func grow() {
        let larger = UnsafeMutablePointer<UInt64>.allocate(capacity: capacity * 2 * width)
        larger.update(from: words, count: count * width)
        words.deallocate()
        slots.deallocate()
        words = larger
        capacity *= 2
        mask = 2 * capacity - 1
        slots = .allocate(capacity: mask + 1)
        slots.initialize(repeating: 0, count: mask + 1)
        for number in 0..<count {
            var place = Int(truncatingIfNeeded: hash(words + number * width)) & mask
            while slots[place] != 0 { place = (place + 1) & mask }
            slots[place] = Int32(truncatingIfNeeded: number + 1)
        }
    }
}

/// Numbers the different texts that come, in the same way, and keeps their bytes.
struct TextTable: ~Copyable {
    private(set) var count = 0
    /// Bytes that are kept.
    private(set) var byteCount = 0
    private var bytes: UnsafeMutableRawPointer
    private var byteCapacity = 4096
    private var ends: UnsafeMutablePointer<Int>
    private var hashes: UnsafeMutablePointer<UInt64>
    private var capacity = 64
    private var slots: UnsafeMutablePointer<Int32>
    private var mask: Int
    private let seed = UInt64.random(in: .min ... .max)

    init() {
        mask = 2 * capacity - 1
        bytes = .allocate(byteCount: byteCapacity, alignment: 16)
        ends = .allocate(capacity: capacity + 1)
        ends[0] = 0
        hashes = .allocate(capacity: capacity)
        slots = .allocate(capacity: mask + 1)
        slots.initialize(repeating: 0, count: mask + 1)
    }

    deinit {
        bytes.deallocate()
        ends.deallocate()
        hashes.deallocate()
        slots.deallocate()
    }

    /// The bytes of the text with that number; valid until the next one is added.
    func text(_ number: Int) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: bytes + ends[number], count: ends[number + 1] - ends[number])
    }

    /// The number of a text, new or known.
    @inline(__always)
    mutating func number(of text: UnsafeRawBufferPointer) -> Int32 {
        let hash = Mix.hash(text, seed)
        var place = Int(truncatingIfNeeded: hash) & mask
        while true {
            let number = Int(slots[place]) - 1
            if number < 0 { return add(text, hash, at: place) }
            if hashes[number] == hash, self.text(number).elementsEqual(text) {
                return Int32(truncatingIfNeeded: number)
            }
            place = (place &+ 1) & mask
        }
    }

    /// Forgets all texts, and keeps the memory.
    mutating func removeAll() {
        slots.update(repeating: 0, count: mask + 1)
        count = 0
        byteCount = 0
    }

    @inline(never)
    private mutating func add(_ text: UnsafeRawBufferPointer, _ hash: UInt64, at place: Int) -> Int32 {
        if byteCount + text.count > byteCapacity {
            byteCapacity = (byteCount + text.count) * 2
            let larger = UnsafeMutableRawPointer.allocate(byteCount: byteCapacity, alignment: 16)
            larger.copyMemory(from: bytes, byteCount: byteCount)
            bytes.deallocate()
            bytes = larger
        }
        if let start = text.baseAddress { (bytes + byteCount).copyMemory(from: start, byteCount: text.count) }
        byteCount += text.count
        slots[place] = Int32(truncatingIfNeeded: count + 1)
        hashes[count] = hash
        count += 1
        ends[count] = byteCount
        if count == capacity { grow() }
        return Int32(truncatingIfNeeded: count - 1)
    }

    private mutating func grow() {
        let largerEnds = UnsafeMutablePointer<Int>.allocate(capacity: capacity * 2 + 1)
        largerEnds.update(from: ends, count: count + 1)
        ends.deallocate()
        ends = largerEnds
        let largerHashes = UnsafeMutablePointer<UInt64>.allocate(capacity: capacity * 2)
        largerHashes.update(from: hashes, count: count)
        hashes.deallocate()
        hashes = largerHashes
        capacity *= 2
        mask = 2 * capacity - 1
        slots.deallocate()
        slots = .allocate(capacity: mask + 1)
        slots.initialize(repeating: 0, count: mask + 1)
        for number in 0..<count {
            var place = Int(truncatingIfNeeded: hashes[number]) & mask
            while slots[place] != 0 { place = (place + 1) & mask }
            slots[place] = Int32(truncatingIfNeeded: number + 1)
        }
    }
}

/// A hash for tables in memory that live as long as a query.
enum Mix {
    /// Folds the 128-bit product of both: one multiplication a word.
    @inline(__always)
    static func add(_ word: UInt64, to hash: UInt64) -> UInt64 {
        let product = (hash ^ word).multipliedFullWidth(by: 0x9E37_79B9_7F4A_7C15)
        return product.high ^ product.low
    }

    @inline(__always)
    static func hash(_ bytes: UnsafeRawBufferPointer, _ seed: UInt64) -> UInt64 {
        var hash = add(UInt64(truncatingIfNeeded: bytes.count), to: seed)
        var index = 0
        while index &+ 8 <= bytes.count {
            hash = add(bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self), to: hash)
            index &+= 8
        }
        var rest: UInt64 = 0
        while index < bytes.count {
            rest = rest << 8 | UInt64(bytes[index])
            index &+= 1
        }
        return add(rest, to: hash)
    }
}
