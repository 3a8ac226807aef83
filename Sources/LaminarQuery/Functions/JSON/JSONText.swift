/// A JSON text read in place: members and elements are slices of it, so that numbers keep their digits and nothing that isn't
/// asked for is made.
///
/// - Note: RFC 8259. Repeated names: the last one counts.
struct JSONText {
    /// A value that isn't an array or an object.
    enum Scalar {
        case null
        case boolean(Bool)
        /// As it is written.
        case number(String)
        case string(String)
    }

    /// What a value is.
    enum Kind: String { case object, array, string, number, boolean, null }

    static let depthLimit = 512
    private let bytes: UnsafeRawBufferPointer
    private var at = 0

    private init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    // MARK: What is asked of a text

    /// Whether it is one JSON value.
    static func isValid(_ bytes: UnsafeRawBufferPointer) -> Bool {
        var text = JSONText(bytes)
        text.skipSpace()
        guard text.skipValue(0) else { return false }
        text.skipSpace()
        return text.at == bytes.count
    }

    /// What it is; nil where it isn't JSON from its first byte on.
    static func kind(_ bytes: UnsafeRawBufferPointer) -> Kind? {
        var text = JSONText(bytes)
        text.skipSpace()
        switch text.peek {
        case 0x7B: return .object
        case 0x5B: return .array
        case 0x22: return .string
        case 0x74, 0x66: return .boolean
        case 0x6E: return .null
        case let byte?: return byte == 0x2D || byte &- 48 < 10 ? .number : nil
        case nil: return nil
        }
    }

    /// The value where it isn't an array or an object.
    static func scalar(_ bytes: UnsafeRawBufferPointer) -> Scalar? {
        let trimmed = trimmed(bytes)
        switch kind(trimmed) {
        case .null: return .null
        case .boolean: return .boolean(trimmed.first == 0x74)
        case .number: return .number(String(decoding: trimmed, as: UTF8.self))
        case .string: return string(trimmed).map { .string($0) }
        default: return nil
        }
    }

    /// The value of the last member of that name; nil where there is none, or the text isn't an object.
    static func member(_ bytes: UnsafeRawBufferPointer, _ name: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer? {
        var found: UnsafeRawBufferPointer?
        _ = members(bytes) { key, value in if isKey(key, name) { found = value } }
        return found
    }

    /// The element at a place, from 0, or from the end where it is negative; nil where there is none.
    static func element(_ bytes: UnsafeRawBufferPointer, _ index: Int64) -> UnsafeRawBufferPointer? {
        var wanted = index
        if index < 0 {
            guard let count = count(bytes) else { return nil }
            wanted += Int64(count)
        }
        var found: UnsafeRawBufferPointer?
        var place: Int64 = 0
        _ = elements(bytes) { element in
            if place == wanted { found = element }
            place += 1
        }
        return found
    }

    /// How many elements an array has; nil for another value.
    static func count(_ bytes: UnsafeRawBufferPointer) -> Int? {
        var count = 0
        return elements(bytes) { _ in count += 1 } ? count : nil
    }

    /// Gives each element of an array to `body`; false for another value or a text that isn't JSON.
    static func elements(_ bytes: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer) -> Void) -> Bool {
        var text = JSONText(bytes)
        text.skipSpace()
        guard text.take(0x5B) else { return false }
        text.skipSpace()
        if text.take(0x5D) { return true }
        while true {
            text.skipSpace()
            let start = text.at
            guard text.skipValue(1) else { return false }
            body(UnsafeRawBufferPointer(rebasing: bytes[start..<text.at]))
            text.skipSpace()
            if text.take(0x2C) { continue }
            return text.take(0x5D)
        }
    }

    /// Gives each member of an object to `body`: its name with the quotes, and its value.
    static func members(
        _ bytes: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer, UnsafeRawBufferPointer) -> Void
    ) -> Bool {
        var text = JSONText(bytes)
        text.skipSpace()
        guard text.take(0x7B) else { return false }
        text.skipSpace()
        if text.take(0x7D) { return true }
        while true {
            text.skipSpace()
            let key = text.at
            guard text.skipString() else { return false }
            let keyEnd = text.at
            text.skipSpace()
            guard text.take(0x3A) else { return false }
            text.skipSpace()
            let start = text.at
            guard text.skipValue(1) else { return false }
            body(
                UnsafeRawBufferPointer(rebasing: bytes[key..<keyEnd]),
                UnsafeRawBufferPointer(rebasing: bytes[start..<text.at]))
            text.skipSpace()
            if text.take(0x2C) { continue }
            return text.take(0x7D)
        }
    }

    /// Whether a name in its quotes is that name.
    private static func isKey(_ quoted: UnsafeRawBufferPointer, _ name: UnsafeRawBufferPointer) -> Bool {
        let inner = UnsafeRawBufferPointer(rebasing: quoted[1..<quoted.count - 1])
        if inner.count == name.count, inner.elementsEqual(name), !inner.contains(0x5C) { return true }
        guard inner.contains(0x5C), let key = string(quoted) else { return false }
        return key.utf8.elementsEqual(name)
    }

    /// A string in its quotes without its escapes.
    static func string(_ quoted: UnsafeRawBufferPointer) -> String? {
        guard quoted.count >= 2 else { return nil }
        let inner = UnsafeRawBufferPointer(rebasing: quoted[1..<quoted.count - 1])
        if !inner.contains(0x5C) { return String(decoding: inner, as: UTF8.self) }
        var text: [UInt8] = []
        var at = 0
        while at < inner.count {
            let byte = inner[at]
            at += 1
            guard byte == 0x5C, at < inner.count else {
                text.append(byte)
                continue
            }
            let escape = inner[at]
            at += 1
            switch escape {
            case 0x62: text.append(0x08)
            case 0x66: text.append(0x0C)
            case 0x6E: text.append(0x0A)
            case 0x72: text.append(0x0D)
            case 0x74: text.append(0x09)
            case 0x75:
                guard let scalar = unicode(inner, &at) else { return nil }
                text.append(contentsOf: Array(String(Character(scalar)).utf8))
            default: text.append(escape)
            }
        }
        return String(decoding: text, as: UTF8.self)
    }

    private static func unicode(_ bytes: UnsafeRawBufferPointer, _ at: inout Int) -> Unicode.Scalar? {
        func unit() -> UInt32? {
            guard at + 4 <= bytes.count else { return nil }
            let value = UInt32(String(decoding: bytes[at..<at + 4], as: UTF8.self), radix: 16)
            at += 4
            return value
        }
        guard let first = unit() else { return nil }
        guard (0xD800..<0xDC00).contains(first) else { return Unicode.Scalar(first) ?? "\u{FFFD}" }
        guard at + 6 <= bytes.count, bytes[at] == 0x5C, bytes[at + 1] == 0x75 else { return "\u{FFFD}" }
        at += 2
        guard let second = unit(), (0xDC00..<0xE000).contains(second) else { return "\u{FFFD}" }
        return Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
    }

    static func trimmed(_ bytes: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        var text = JSONText(bytes)
        text.skipSpace()
        var end = bytes.count
        while end > text.at, isSpace(bytes[end - 1]) { end -= 1 }
        return UnsafeRawBufferPointer(rebasing: bytes[text.at..<end])
    }

    // MARK: Reading

    private var peek: UInt8? { at < bytes.count ? bytes[at] : nil }

    private static func isSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09
    }

    private mutating func skipSpace() { while at < bytes.count, Self.isSpace(bytes[at]) { at += 1 } }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard peek == byte else { return false }
        at += 1
        return true
    }

    private mutating func skipValue(_ depth: Int) -> Bool {
        guard depth < Self.depthLimit else { return false }
        switch peek {
        case 0x22: return skipString()
        case 0x7B: return skipItems(depth, closing: 0x7D, isObject: true)
        case 0x5B: return skipItems(depth, closing: 0x5D, isObject: false)
        case 0x74: return skip("true")
        case 0x66: return skip("false")
        case 0x6E: return skip("null")
        default: return skipNumber()
        }
    }

    private mutating func skipItems(_ depth: Int, closing: UInt8, isObject: Bool) -> Bool {
        at += 1
        skipSpace()
        if take(closing) { return true }
        while true {
            skipSpace()
            if isObject {
                guard skipString() else { return false }
                skipSpace()
                guard take(0x3A) else { return false }
                skipSpace()
            }
            guard skipValue(depth + 1) else { return false }
            skipSpace()
            if take(0x2C) { continue }
            return take(closing)
        }
    }

    private mutating func skipString() -> Bool {
        guard take(0x22) else { return false }
        while let byte = peek {
            at += 1
            if byte == 0x22 { return true }
            if byte < 0x20 { return false }
            if byte == 0x5C {
                guard let escape = peek else { return false }
                at += 1
                if escape == 0x75 {
                    guard at + 4 <= bytes.count, bytes[at..<at + 4].allSatisfy({ Self.isHexadecimal($0) }) else {
                        return false
                    }
                    at += 4
                } else if ![0x22, 0x5C, 0x2F, 0x62, 0x66, 0x6E, 0x72, 0x74].contains(escape) {
                    return false
                }
            }
        }
        return false
    }

    private static func isHexadecimal(_ byte: UInt8) -> Bool { byte &- 48 < 10 || (byte | 0x20) &- 0x61 < 6 }

    private mutating func skip(_ word: StaticString) -> Bool {
        let count = word.utf8CodeUnitCount
        guard at + count <= bytes.count else { return false }
        for index in 0..<count where bytes[at + index] != word.utf8Start[index] { return false }
        at += count
        return true
    }

    private mutating func skipDigits() -> Bool {
        let start = at
        while let byte = peek, byte &- 48 < 10 { at += 1 }
        return at > start
    }

    private mutating func skipNumber() -> Bool {
        _ = take(0x2D)
        if !take(0x30) { guard skipDigits() else { return false } }
        if take(0x2E) { guard skipDigits() else { return false } }
        if peek == 0x65 || peek == 0x45 {
            at += 1
            if !take(0x2B) { _ = take(0x2D) }
            guard skipDigits() else { return false }
        }
        return true
    }
}
