import LaminarStore

/// Work on the characters of a text, which are its Unicode scalars; on its bytes wherever that is enough.
enum Characters {
    /// SQLite takes no longer value.
    static let byteLimit: Int64 = 1_000_000_000
    static let tooLong = QueryError(.outOfMemory, "requested length too large")

    /// How many there are: bytes that don't continue a character.
    static func count(_ bytes: UnsafeRawBufferPointer) -> Int {
        var count = 0
        for byte in bytes where byte & 0xC0 != 0x80 { count &+= 1 }
        return count
    }

    /// Sets the characters of a range, what of it there is.
    static func set(_ result: SQLiteResult, _ bytes: UnsafeRawBufferPointer, from first: Int64, to end: Int64) {
        let first = max(first, 0)
        guard end > first else { return result.set("") }
        var at = 0
        var character: Int64 = 0
        func skip(to wanted: Int64) {
            while at < bytes.count, character < wanted {
                at += 1
                while at < bytes.count, bytes[at] & 0xC0 == 0x80 { at += 1 }
                character += 1
            }
        }
        skip(to: first)
        let start = at
        skip(to: end)
        result.set(text: UnsafeRawBufferPointer(rebasing: bytes[start..<at]))
    }

    /// Where bytes stand in others, at or after a place.
    static func find(
        _ part: UnsafeRawBufferPointer, in bytes: UnsafeRawBufferPointer, from start: Int
    ) -> Int? {
        guard let first = part.first else { return start }
        var at = start
        while at + part.count <= bytes.count {
            guard let hit = bytes[at...(bytes.count - part.count)].firstIndex(of: first) else { return nil }
            if bytes[hit..<hit + part.count].elementsEqual(part) { return hit }
            at = hit + 1
        }
        return nil
    }

    /// What lies between delimiters; the whole where the delimiter is empty.
    static func split(
        _ bytes: UnsafeRawBufferPointer, at delimiter: UnsafeRawBufferPointer
    ) -> [UnsafeRawBufferPointer] {
        guard !delimiter.isEmpty else { return [bytes] }
        var parts: [UnsafeRawBufferPointer] = []
        var start = 0
        while let hit = find(delimiter, in: bytes, from: start) {
            parts.append(UnsafeRawBufferPointer(rebasing: bytes[start..<hit]))
            start = hit + delimiter.count
        }
        parts.append(UnsafeRawBufferPointer(rebasing: bytes[start...]))
        return parts
    }

    static func setJoined(
        _ result: SQLiteResult, _ parts: [UnsafeRawBufferPointer], _ separator: UnsafeRawBufferPointer
    ) throws {
        let size = parts.reduce(0) { $0 + $1.count } + max(parts.count - 1, 0) * separator.count
        guard size <= byteLimit else { throw tooLong }
        var joined: [UInt8] = []
        joined.reserveCapacity(size)
        for (index, part) in parts.enumerated() {
            if index > 0 { joined.append(contentsOf: separator) }
            joined.append(contentsOf: part)
        }
        joined.withUnsafeBytes { result.set(text: $0) }
    }

    // MARK: Case, character by character: a text keeps its number of characters, as with PostgreSQL

    static func lowered(_ text: String) -> String { mapped(text) { lowered($0) } }

    static func uppered(_ text: String) -> String { mapped(text) { uppered($0) } }

    static func lowered(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        if scalar.isASCII {
            return (65...90).contains(scalar.value) ? Unicode.Scalar(UInt8(scalar.value + 32)) : scalar
        }
        return single(scalar.properties.lowercaseMapping) ?? scalar
    }

    private static func uppered(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        if scalar.isASCII {
            return (97...122).contains(scalar.value) ? Unicode.Scalar(UInt8(scalar.value - 32)) : scalar
        }
        return single(scalar.properties.uppercaseMapping) ?? scalar
    }

    private static func single(_ text: String) -> Unicode.Scalar? {
        let scalars = text.unicodeScalars
        return scalars.count == 1 ? scalars.first : nil
    }

    private static func mapped(_ text: String, _ change: (Unicode.Scalar) -> Unicode.Scalar) -> String {
        var scalars = String.UnicodeScalarView()
        for scalar in text.unicodeScalars { scalars.append(change(scalar)) }
        return String(scalars)
    }

    static func capitalized(_ text: String) -> String {
        var isInWord = false
        return mapped(text) { scalar in
            let isWord = scalar.properties.isAlphabetic || scalar.properties.numericType != nil
            defer { isInWord = isWord }
            return isInWord ? lowered(scalar) : uppered(scalar)
        }
    }

    // MARK: Whole texts

    static func padded(_ text: String, _ width: Int64, _ fill: String, isLeft: Bool) throws -> String {
        let scalars = Array(text.unicodeScalars)
        let width = max(width, 0)
        guard width * 4 <= byteLimit else { throw tooLong }
        if scalars.count >= width { return string(scalars.prefix(Int(width))) }
        let fill = Array(fill.unicodeScalars)
        guard !fill.isEmpty else { return text }
        let missing = Int(width) - scalars.count
        let padding = (0..<missing).map { fill[$0 % fill.count] }
        return isLeft ? string(padding + scalars) : string(scalars + padding)
    }

    static func trimmed(_ text: String, _ characters: String, _ start: Bool, _ end: Bool) -> String {
        let set = Set(characters.unicodeScalars)
        var scalars = text.unicodeScalars[...]
        if start { scalars = scalars.drop { set.contains($0) } }
        if end { while let last = scalars.last, set.contains(last) { scalars.removeLast() } }
        return String(scalars)
    }

    static func translated(_ text: String, _ from: String, _ to: String) -> String {
        let new = Array(to.unicodeScalars)
        var map: [Unicode.Scalar: Unicode.Scalar?] = [:]
        for (index, scalar) in from.unicodeScalars.enumerated() where map[scalar] == nil {
            map.updateValue(index < new.count ? new[index] : nil, forKey: scalar)
        }
        var scalars = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            if let change = map[scalar] {
                if let change { scalars.append(change) }
            } else {
                scalars.append(scalar)
            }
        }
        return String(scalars)
    }

    static func overlaid(_ text: String, _ other: String, _ from: Int64, _ count: Int64) throws -> String {
        guard from > 0 else { throw QueryError(.invalidArgument, "negative substring length not allowed") }
        let scalars = Array(text.unicodeScalars)
        let start = Int(min(from - 1, Int64(scalars.count)))
        let (end, overflow) = (from - 1).addingReportingOverflow(count)
        let rest = overflow ? scalars.count : Int(min(max(end, 0), Int64(scalars.count)))
        return string(scalars[..<start]) + other + string(scalars[rest...])
    }

    static func formatted(_ pattern: String, _ values: [String?]) throws -> String {
        var text = ""
        var next = 0
        var characters = pattern.makeIterator()
        while let character = characters.next() {
            guard character == "%" else {
                text.append(character)
                continue
            }
            guard let kind = characters.next() else {
                throw QueryError(.invalidArgument, "unterminated format() type specifier")
            }
            if kind == "%" {
                text.append("%")
                continue
            }
            guard kind == "s" || kind == "I" || kind == "L" else {
                throw QueryError(.invalidArgument, "unrecognized format() type specifier: %s, %I and %L are known")
            }
            guard next < values.count else { throw QueryError(.invalidArgument, "too few arguments for format()") }
            let value = values[next]
            next += 1
            switch kind {
            case "s": text += value ?? ""
            case "L": text += value.map { quoted($0, "'") } ?? "NULL"
            default:
                guard let value else {
                    throw QueryError(.invalidArgument, "null values cannot be formatted as an SQL identifier")
                }
                text += quotedName(value)
            }
        }
        return text
    }

    static func quoted(_ text: String, _ mark: String) -> String {
        mark + text.split(separator: mark, omittingEmptySubsequences: false).joined(separator: mark + mark) + mark
    }

    static func quotedName(_ name: String) -> String {
        let isPlain =
            !(name.first?.isNumber ?? true)
            && name.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x5F }
        return isPlain ? name : quoted(name, "\"")
    }

    static func string(_ scalars: some Sequence<Unicode.Scalar>) -> String {
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars)
        return String(view)
    }
}
