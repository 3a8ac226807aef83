/// What a regular expression says, as a tree.
indirect enum PatternSyntax {
    case empty
    case set(PatternSet)
    case sequence([PatternSyntax])
    case choice([PatternSyntax])
    /// At least, and at most where there is a most.
    case repeated(PatternSyntax, Int, Int?)
    case start
    case end
    case wordBoundary(isWanted: Bool)
}

/// Characters that match one place of a pattern.
struct PatternSet: Sendable {
    /// Inclusive.
    var ranges: [ClosedRange<UInt32>] = []
    var isNegated = false
    private var low: UInt64 = 0
    private var high: UInt64 = 0

    init(_ ranges: [ClosedRange<UInt32>] = [], isNegated: Bool = false) {
        for range in ranges { insert(range) }
        self.isNegated = isNegated
    }

    mutating func insert(_ range: ClosedRange<UInt32>) {
        ranges.append(range)
        var scalar = range.lowerBound
        while scalar < 128, scalar <= range.upperBound {
            if scalar < 64 { low |= 1 << UInt64(scalar) } else { high |= 1 << UInt64(scalar - 64) }
            scalar += 1
        }
    }

    @inline(__always)
    func contains(_ scalar: UInt32) -> Bool {
        if scalar < 64 { return (low >> UInt64(scalar) & 1 == 1) != isNegated }
        if scalar < 128 { return (high >> UInt64(scalar - 64) & 1 == 1) != isNegated }
        return ranges.contains { $0.contains(scalar) } != isNegated
    }

    static let digits = [0x30...0x39] as [ClosedRange<UInt32>]
    static let word = [0x30...0x39, 0x41...0x5A, 0x5F...0x5F, 0x61...0x7A] as [ClosedRange<UInt32>]
    static let space =
        [
            0x09...0x0D, 0x20...0x20, 0xA0...0xA0, 0x1680...0x1680, 0x2000...0x200A, 0x2028...0x2029, 0x202F...0x202F,
            0x205F...0x205F, 0x3000...0x3000, 0xFEFF...0xFEFF,
        ] as [ClosedRange<UInt32>]
    static let lineEnds = [0x0A...0x0A, 0x0D...0x0D, 0x2028...0x2029] as [ClosedRange<UInt32>]

    /// What these ranges leave.
    static func others(_ ranges: [ClosedRange<UInt32>]) -> [ClosedRange<UInt32>] {
        var next: UInt32 = 0
        var gaps: [ClosedRange<UInt32>] = []
        for range in ranges {
            if range.lowerBound > next { gaps.append(next...(range.lowerBound - 1)) }
            next = range.upperBound + 1
        }
        gaps.append(next...0x10FFFF)
        return gaps
    }
}

/// Why a pattern isn't checked.
struct PatternRefusal: Error {
    /// Completes "the pattern …".
    let reason: String
}

/// Reads the regular expressions of JSON Schema as far as they can be matched without going back: literals, `.`, classes,
/// `\d \w \s` and their opposites, groups, `|`, `* + ? {n,m}`, `^ $ \b \B`.
///
/// - Note: ECMA-262, section 22.2.1, with the flag `u`. Lookaround, references to groups and `\p{…}` are refused by name.
struct PatternReader {
    private let text: [UInt32]
    private var at = 0

    static let lengthLimit = 4096
    static let depthLimit = 50
    static let repeatLimit = 1000

    init(_ pattern: String) throws(PatternRefusal) {
        text = pattern.unicodeScalars.map(\.value)
        if text.count > Self.lengthLimit {
            throw PatternRefusal(reason: "is longer than \(Self.lengthLimit) characters")
        }
    }

    mutating func read() throws(PatternRefusal) -> PatternSyntax {
        let syntax = try choice(0)
        if at < text.count { throw PatternRefusal(reason: "closes a group that isn't open") }
        return syntax
    }

    private func peek(_ character: Unicode.Scalar) -> Bool { at < text.count && text[at] == character.value }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard peek(character) else { return false }
        at += 1
        return true
    }

    private mutating func choice(_ depth: Int) throws(PatternRefusal) -> PatternSyntax {
        if depth > Self.depthLimit { throw PatternRefusal(reason: "nests more than \(Self.depthLimit) groups") }
        var branches = [try sequence(depth)]
        while take("|") { branches.append(try sequence(depth)) }
        return branches.count == 1 ? branches[0] : .choice(branches)
    }

    private mutating func sequence(_ depth: Int) throws(PatternRefusal) -> PatternSyntax {
        var parts: [PatternSyntax] = []
        while at < text.count, !peek("|"), !peek(")") { parts.append(try quantified(try atom(depth))) }
        return parts.count == 1 ? parts[0] : .sequence(parts)
    }

    private mutating func quantified(_ atom: PatternSyntax) throws(PatternRefusal) -> PatternSyntax {
        guard at < text.count else { return atom }
        var least = 0
        var most: Int?
        if take("*") {
        } else if take("+") {
            least = 1
        } else if take("?") {
            most = 1
        } else if take("{") {
            (least, most) = try counts()
        } else {
            return atom
        }
        // Whether it takes as little as it can changes nothing about whether there is a match.
        _ = take("?")
        if peek("*") || peek("+") || peek("?") || peek("{") { throw PatternRefusal(reason: "repeats a repetition") }
        switch atom {
        case .start, .end, .wordBoundary: throw PatternRefusal(reason: "repeats an anchor")
        case .empty, .set, .sequence, .choice, .repeated: return .repeated(atom, least, most)
        }
    }

    private mutating func counts() throws(PatternRefusal) -> (Int, Int?) {
        guard let least = number() else { throw PatternRefusal(reason: "has a { that is no repetition") }
        var most: Int? = least
        if take(",") { most = number() }
        guard take("}") else { throw PatternRefusal(reason: "has a { that is no repetition") }
        if let most, most < least { throw PatternRefusal(reason: "has a repetition that ends below its start") }
        if max(least, most ?? 0) > Self.repeatLimit {
            throw PatternRefusal(reason: "repeats something more than \(Self.repeatLimit) times")
        }
        return (least, most)
    }

    private mutating func number() -> Int? {
        var value: Int?
        while at < text.count, text[at] &- 48 < 10 {
            value = min((value ?? 0) * 10 + Int(text[at] - 48), 1_000_000)
            at += 1
        }
        return value
    }

    private mutating func atom(_ depth: Int) throws(PatternRefusal) -> PatternSyntax {
        let character = text[at]
        at += 1
        switch Unicode.Scalar(character) {
        case "^": return .start
        case "$": return .end
        case ".": return .set(PatternSet(PatternSet.lineEnds, isNegated: true))
        case "[": return .set(try characterClass())
        case "(": return try group(depth)
        case "\\": return try escape()
        case "*", "+", "?": throw PatternRefusal(reason: "repeats nothing")
        case "{", "}", "]": throw PatternRefusal(reason: "has a bracket that needs a backslash")
        default: return .set(PatternSet([character...character]))
        }
    }

    private mutating func group(_ depth: Int) throws(PatternRefusal) -> PatternSyntax {
        if take("?") {
            if take("<") {
                if peek("=") || peek("!") { throw PatternRefusal(reason: "looks behind, which isn't checked") }
                while at < text.count, !peek(">") { at += 1 }
                guard take(">") else { throw PatternRefusal(reason: "leaves a group open") }
            } else if !take(":") {
                throw PatternRefusal(reason: "looks ahead or sets flags, which isn't checked")
            }
        }
        let inner = try choice(depth + 1)
        guard take(")") else { throw PatternRefusal(reason: "leaves a group open") }
        return inner
    }

    private mutating func escape() throws(PatternRefusal) -> PatternSyntax {
        guard at < text.count else { throw PatternRefusal(reason: "ends in a backslash") }
        if take("b") { return .wordBoundary(isWanted: true) }
        if take("B") { return .wordBoundary(isWanted: false) }
        return .set(PatternSet(try escapedCharacters()))
    }

    /// After a backslash.
    private mutating func escapedCharacters() throws(PatternRefusal) -> [ClosedRange<UInt32>] {
        guard at < text.count else { throw PatternRefusal(reason: "ends in a backslash") }
        let character = text[at]
        at += 1
        var single: UInt32 = character
        switch Unicode.Scalar(character) {
        case "d": return PatternSet.digits
        case "D": return PatternSet.others(PatternSet.digits)
        case "w": return PatternSet.word
        case "W": return PatternSet.others(PatternSet.word)
        case "s": return PatternSet.space
        case "S": return PatternSet.others(PatternSet.space)
        case "t": single = 9
        case "n": single = 10
        case "v": single = 11
        case "f": single = 12
        case "r": single = 13
        case "0":
            if at < text.count, text[at] &- 48 < 10 { throw PatternRefusal(reason: "has an octal escape") }
            single = 0
        case "x": single = try hexadecimal(2)
        case "u": single = try unicode()
        case "p", "P": throw PatternRefusal(reason: "asks for a Unicode property, which isn't checked")
        case "k", "1", "2", "3", "4", "5", "6", "7", "8", "9":
            throw PatternRefusal(reason: "refers back to a group, which isn't checked")
        default:
            if (character | 32) &- 97 < 26 { throw PatternRefusal(reason: "has an escape that doesn't exist") }
        }
        return [single...single]
    }

    private mutating func hexadecimal(_ digits: Int) throws(PatternRefusal) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<digits {
            guard at < text.count, let digit = Self.hexadecimalValue(text[at]) else {
                throw PatternRefusal(reason: "has a broken \\x or \\u")
            }
            value = value << 4 | digit
            at += 1
        }
        return value
    }

    private static func hexadecimalValue(_ character: UInt32) -> UInt32? {
        if character &- 48 < 10 { return character &- 48 }
        let letter = character | 32
        return letter &- 97 < 6 ? letter &- 87 : nil
    }

    private mutating func unicode() throws(PatternRefusal) -> UInt32 {
        if take("{") {
            var value: UInt32 = 0
            while at < text.count, !peek("}") {
                value = value << 4 | (try hexadecimal(1))
                if value > 0x10FFFF { throw PatternRefusal(reason: "has a broken \\x or \\u") }
            }
            guard take("}") else { throw PatternRefusal(reason: "has a broken \\x or \\u") }
            return value
        }
        let first = try hexadecimal(4)
        guard first & 0xFC00 == 0xD800, take("\\"), take("u") else { return first }
        let second = try hexadecimal(4)
        guard second & 0xFC00 == 0xDC00 else { throw PatternRefusal(reason: "has half of a surrogate pair") }
        return 0x10000 + ((first & 0x3FF) << 10) + (second & 0x3FF)
    }

    /// After the opening bracket.
    private mutating func characterClass() throws(PatternRefusal) -> PatternSet {
        var set = PatternSet(isNegated: take("^"))
        while !take("]") {
            let first = try classMember()
            guard peek("-"), at + 1 < text.count, text[at + 1] != 0x5D else {
                for range in first { set.insert(range) }
                continue
            }
            at += 1
            let last = try classMember()
            guard let low = first.only, let high = last.only, low <= high else {
                throw PatternRefusal(reason: "has a range of characters that is none")
            }
            set.insert(low...high)
        }
        return set
    }

    private mutating func classMember() throws(PatternRefusal) -> [ClosedRange<UInt32>] {
        guard at < text.count else { throw PatternRefusal(reason: "leaves a [ open") }
        if take("\\") {
            if take("b") { return [8...8] }
            if take("-") { return [0x2D...0x2D] }
            return try escapedCharacters()
        }
        at += 1
        return [text[at - 1]...text[at - 1]]
    }
}

extension [ClosedRange<UInt32>] {
    /// The one character; nil for several.
    fileprivate var only: UInt32? {
        guard count == 1, self[0].lowerBound == self[0].upperBound else { return nil }
        return self[0].lowerBound
    }
}
