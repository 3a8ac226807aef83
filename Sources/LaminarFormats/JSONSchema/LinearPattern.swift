/// A compiled regular expression that looks at each character once, so that no text makes it slow.
///
///     let pattern = try LinearPattern("^[A-Z]{2}\\d+$")
///
/// It holds every state that the pattern could be in at a character (Thompson's construction), so a text costs its length
/// times the pattern's at most; it never goes back. Matches anywhere in a text unless the pattern is anchored.
struct LinearPattern: Sendable {
    enum Instruction: Sendable {
        case set(Int)
        case split(Int, Int)
        case jump(Int)
        case start
        case end
        case wordBoundary(Bool)
        case match
    }

    private(set) var code: [Instruction] = []
    private var sets: [PatternSet] = []

    static let sizeLimit = 4000

    init(_ pattern: String) throws(PatternRefusal) {
        var reader = try PatternReader(pattern)
        try emit(try reader.read())
        code.append(.match)
    }

    // MARK: Compiling

    private mutating func add(_ instruction: Instruction) throws(PatternRefusal) {
        if code.count >= Self.sizeLimit {
            throw PatternRefusal(reason: "is too large when its repetitions are written out")
        }
        code.append(instruction)
    }

    private mutating func emit(_ syntax: PatternSyntax) throws(PatternRefusal) {
        switch syntax {
        case .empty: break
        case .set(let set):
            sets.append(set)
            try add(.set(sets.count - 1))
        case .sequence(let parts): for part in parts { try emit(part) }
        case .choice(let branches): try emit(choice: branches)
        case .repeated(let inner, let least, let most): try emit(inner, least, most)
        case .start: try add(.start)
        case .end: try add(.end)
        case .wordBoundary(let isWanted): try add(.wordBoundary(isWanted))
        }
    }

    private mutating func emit(choice branches: [PatternSyntax]) throws(PatternRefusal) {
        var jumps: [Int] = []
        for (index, branch) in branches.enumerated() {
            if index == branches.count - 1 {
                try emit(branch)
                continue
            }
            let split = code.count
            try add(.split(split + 1, 0))
            try emit(branch)
            jumps.append(code.count)
            try add(.jump(0))
            code[split] = .split(split + 1, code.count)
        }
        for jump in jumps { code[jump] = .jump(code.count) }
    }

    private mutating func emit(_ inner: PatternSyntax, _ least: Int, _ most: Int?) throws(PatternRefusal) {
        for _ in 0..<least {
            let before = code.count
            try emit(inner)
            // What is empty stays it however often it is repeated, and repetitions of repetitions would never end.
            if code.count == before { break }
        }
        guard let most else {
            let split = code.count
            try add(.split(split + 1, 0))
            try emit(inner)
            try add(.jump(split))
            code[split] = .split(split + 1, code.count)
            return
        }
        var splits: [Int] = []
        for _ in least..<max(most, least) {
            splits.append(code.count)
            try add(.split(code.count + 1, 0))
            try emit(inner)
        }
        for split in splits { code[split] = .split(split + 1, code.count) }
    }

    // MARK: Matching

    /// Whether the pattern is somewhere in UTF-8 that was checked; nil where the steps ran out.
    func matches(_ text: UnsafeBufferPointer<UInt8>, _ threads: inout PatternThreads, steps: inout Int) -> Bool? {
        threads.begin(code.count)
        var at = 0
        var previous: UInt32?
        while true {
            var next: UInt32?
            var length = 0
            if at < text.count { next = Self.scalar(text, at, &length) }
            let place = Place(previous: previous, next: next)
            if follow(0, place, &threads, &steps) { return true }
            guard let next else { return false }
            threads.advance()
            for thread in 0..<threads.waiting.count {
                let instruction = threads.waiting[thread]
                guard case .set(let set) = code[instruction] else { continue }
                // Beyond ASCII, a class is gone through range by range.
                steps -= next < 128 ? 1 : 1 + sets[set].ranges.count / 8
                guard sets[set].contains(next) else { continue }
                threads.pending.append(instruction + 1)
            }
            if steps < 0 { return nil }
            at += length
            previous = next
            let ahead = Place(previous: previous, next: at < text.count ? Self.scalar(text, at, &length) : nil)
            while let instruction = threads.pending.popLast() {
                if follow(instruction, ahead, &threads, &steps) { return true }
            }
            if steps < 0 { return nil }
        }
    }

    private struct Place {
        let previous: UInt32?
        let next: UInt32?

        var isBoundary: Bool { Self.isWord(previous) != Self.isWord(next) }

        private static func isWord(_ scalar: UInt32?) -> Bool {
            guard let scalar else { return false }
            return scalar &- 48 < 10 || (scalar | 32) &- 97 < 26 || scalar == 95
        }
    }

    /// Adds the states that can be reached without a character; true where the match is one of them.
    private func follow(_ first: Int, _ place: Place, _ threads: inout PatternThreads, _ steps: inout Int) -> Bool {
        threads.stack.append(first)
        while let at = threads.stack.popLast() {
            guard threads.enter(at) else { continue }
            steps -= 1
            switch code[at] {
            case .set: threads.next.append(at)
            case .jump(let target): threads.stack.append(target)
            case .split(let left, let right):
                threads.stack.append(right)
                threads.stack.append(left)
            case .start: if place.previous == nil { threads.stack.append(at + 1) }
            case .end: if place.next == nil { threads.stack.append(at + 1) }
            case .wordBoundary(let isWanted): if place.isBoundary == isWanted { threads.stack.append(at + 1) }
            case .match:
                threads.stack.removeAll(keepingCapacity: true)
                return true
            }
        }
        return false
    }

    private static func scalar(_ text: UnsafeBufferPointer<UInt8>, _ at: Int, _ length: inout Int) -> UInt32 {
        let first = UInt32(text[at])
        length = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4
        var value = length == 1 ? first : first & (0xFF >> UInt32(length + 1))
        for place in 1..<max(length, 1) {
            guard at + place < text.count else { break }
            value = value << 6 | UInt32(text[at + place] & 0x3F)
        }
        return value
    }
}

/// The states of a pattern at one character of a text, in memory that is used again.
struct PatternThreads {
    /// States that wait for the character that is looked at.
    var waiting: [Int] = []
    /// States that wait for the one after it.
    var next: [Int] = []
    /// States to begin from after it.
    var pending: [Int] = []
    var stack: [Int] = []
    private var entered: [UInt32] = []
    private var round: UInt32 = 0

    mutating func begin(_ count: Int) {
        waiting.removeAll(keepingCapacity: true)
        next.removeAll(keepingCapacity: true)
        pending.removeAll(keepingCapacity: true)
        stack.removeAll(keepingCapacity: true)
        entered.removeAll(keepingCapacity: true)
        entered.append(contentsOf: repeatElement(0, count: count))
        round = 1
    }

    /// The next character's states become this one's.
    mutating func advance() {
        swap(&waiting, &next)
        next.removeAll(keepingCapacity: true)
        round &+= 1
    }

    /// Whether a state is new at this character.
    mutating func enter(_ state: Int) -> Bool {
        if entered[state] == round { return false }
        entered[state] = round
        return true
    }
}
