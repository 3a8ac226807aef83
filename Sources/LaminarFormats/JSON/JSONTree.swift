/// A JSON document as a tree, for texts that are read once: Avro schemas, JSON Schemas, defaults.
///
///     let tree = try JSONTree(#"{"type": "fixed", "size": 16}"#)
///     tree["type"]?.string           // "fixed"
///     tree["size"]?.integer          // 16
///
/// Members keep their order and numbers their digits. Payloads are read by `JSONScanner` itself, without a tree.
///
/// - Note: RFC 8259.
indirect enum JSONTree: Hashable, Sendable {
    case null
    case boolean(Bool)
    /// A number as it is written.
    case number(String)
    case string(String)
    case array([JSONTree])
    /// In the order of the text, repeated names too.
    case object([Member])

    /// One member of an object.
    struct Member: Hashable, Sendable {
        let name: String
        let value: JSONTree
    }

    /// Reads a text that is one JSON value.
    ///
    /// - Parameters:
    ///   - text: at most `byteLimit` bytes of UTF-8.
    ///   - depthLimit: how many arrays and objects may lie in each other.
    ///   - byteLimit: a registry's schemas are below a megabyte.
    /// - Throws: ``DecodeFailure`` with the place; it holds nothing of the text.
    init(_ text: String, depthLimit: Int = 384, byteLimit: Int = 4 << 20) throws(DecodeFailure) {
        let count = text.utf8.count
        guard count <= byteLimit else {
            throw DecodeFailure(.tooLarge, "the JSON has \(count) bytes, and at most \(byteLimit) are read")
        }
        var fault = JSONFault()
        var text = text
        let result: Result<JSONTree, DecodeFailure> = text.withUTF8 { bytes in
            guard let start = bytes.baseAddress, count > 0 else {
                return .failure(DecodeFailure(.syntax, "the text is empty, which is no JSON value", offset: 0))
            }
            return withUnsafeMutablePointer(to: &fault) { fault in
                var reader = JSONTreeReader(
                    scanner: JSONScanner(start: start, count: count, fault: fault), depthLimit: depthLimit)
                if let tree = reader.document() { return .success(tree) }
                return .failure(reader.failure)
            }
        }
        self = try result.get()
    }

    /// The member of that name, the last one where it is repeated; nil for other values. It looks at every member: an object
    /// that is asked often is better turned into a dictionary.
    subscript(name: String) -> JSONTree? {
        guard case .object(let members) = self else { return nil }
        return members.last { $0.name == name }?.value
    }

    /// The text of a string.
    var string: String? { if case .string(let text) = self { text } else { nil } }

    /// The elements of an array.
    var elements: [JSONTree]? { if case .array(let elements) = self { elements } else { nil } }

    /// The members of an object, in order.
    var members: [Member]? { if case .object(let members) = self { members } else { nil } }

    /// A truth value.
    var boolean: Bool? { if case .boolean(let value) = self { value } else { nil } }

    /// A number without a fraction that fits into 64 bits, `1e3` and `2.0` too.
    var integer: Int64? {
        guard case .number(let text) = self else { return nil }
        if let value = Int64(text) { return value }
        guard let decimal = ExactDecimal(text)?.rescaled(to: 0) else { return nil }
        return Int64(exactly: decimal.unscaled)
    }

    /// The nearest Double of a number.
    var double: Double? { if case .number(let text) = self { Double(text) } else { nil } }

    /// The value as JSON without white space.
    var text: String {
        var bytes: [UInt8] = []
        write(into: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Appends the value as JSON without white space.
    func write(into bytes: inout [UInt8]) {
        switch self {
        case .null: bytes.append(contentsOf: "null".utf8)
        case .boolean(let value): bytes.append(contentsOf: (value ? "true" : "false").utf8)
        case .number(let text): bytes.append(contentsOf: text.utf8)
        case .string(let text): JSONTree.quote(text, into: &bytes)
        case .array(let elements):
            bytes.append(0x5B)
            for (index, element) in elements.enumerated() {
                if index > 0 { bytes.append(0x2C) }
                element.write(into: &bytes)
            }
            bytes.append(0x5D)
        case .object(let members):
            bytes.append(0x7B)
            for (index, member) in members.enumerated() {
                if index > 0 { bytes.append(0x2C) }
                JSONTree.quote(member.name, into: &bytes)
                bytes.append(0x3A)
                member.value.write(into: &bytes)
            }
            bytes.append(0x7D)
        }
    }

    /// Appends a string literal.
    static func quote(_ text: String, into bytes: inout [UInt8]) {
        var text = text
        text.withUTF8 { JSONQuoting.quote(UnsafeRawBufferPointer($0), into: &bytes) }
    }
}

/// Builds the tree over the scanner's functions, which check all that they pass.
private struct JSONTreeReader {
    let scanner: JSONScanner
    let depthLimit: Int
    private let scratch = JSONScratch()
    private var isTooDeep = false

    init(scanner: JSONScanner, depthLimit: Int) {
        self.scanner = scanner
        self.depthLimit = depthLimit
    }

    var failure: DecodeFailure {
        let failure = scanner.fault.pointee.failure
        guard isTooDeep else { return failure }
        return DecodeFailure(.depth, "the JSON is nested deeper than \(depthLimit) levels", offset: failure.offset)
    }

    mutating func document() -> JSONTree? {
        var at = scanner.space(scanner.start)
        guard let tree = value(&at, depth: 0) else { return nil }
        at = scanner.space(at)
        if at != scanner.end {
            _ = scanner.fail(.trailing, at)
            return nil
        }
        return tree
    }

    private mutating func value(_ at: inout UnsafePointer<UInt8>, depth: Int) -> JSONTree? {
        guard at < scanner.end else { return refuse(.endsEarly, at) }
        switch at.pointee {
        case 0x22:
            at += 1
            return text(&at).map { .string($0) }
        case 0x7B: return object(&at, depth: depth + 1)
        case 0x5B: return array(&at, depth: depth + 1)
        case 0x74, 0x66, 0x6E:
            let first = at.pointee
            guard let after = scanner.skipLiteral(at) else { return nil }
            at = after
            return first == 0x6E ? .null : .boolean(first == 0x74)
        default:
            guard let after = scanner.skipNumber(at) else { return nil }
            let number = String(decoding: UnsafeBufferPointer(start: at, count: after - at), as: UTF8.self)
            at = after
            return .number(number)
        }
    }

    /// A string's content; `at` is after the opening quote, and then after the closing one.
    private func text(_ at: inout UnsafePointer<UInt8>) -> String? {
        var bytes = at
        var count = 0
        guard let after = scanner.content(at, scratch, &bytes, &count) else { return nil }
        at = after
        return String(decoding: UnsafeBufferPointer(start: bytes, count: count), as: UTF8.self)
    }

    private mutating func array(_ at: inout UnsafePointer<UInt8>, depth: Int) -> JSONTree? {
        guard enter(at, depth) else { return nil }
        var elements: [JSONTree] = []
        at = scanner.space(at + 1)
        if at < scanner.end, at.pointee == 0x5D {
            at += 1
            return .array(elements)
        }
        while true {
            guard let element = value(&at, depth: depth) else { return nil }
            elements.append(element)
            guard let isLast = separator(&at, close: 0x5D) else { return nil }
            if isLast { return .array(elements) }
        }
    }

    private mutating func object(_ at: inout UnsafePointer<UInt8>, depth: Int) -> JSONTree? {
        guard enter(at, depth) else { return nil }
        var members: [JSONTree.Member] = []
        at = scanner.space(at + 1)
        if at < scanner.end, at.pointee == 0x7D {
            at += 1
            return .object(members)
        }
        while true {
            guard at < scanner.end, at.pointee == 0x22 else { return refuse(.expectedKey, at) }
            at += 1
            guard let name = text(&at) else { return nil }
            at = scanner.space(at)
            guard at < scanner.end, at.pointee == 0x3A else { return refuse(.expectedColon, at) }
            at = scanner.space(at + 1)
            guard let value = value(&at, depth: depth) else { return nil }
            members.append(JSONTree.Member(name: name, value: value))
            guard let isLast = separator(&at, close: 0x7D) else { return nil }
            if isLast { return .object(members) }
        }
    }

    private mutating func enter(_ at: UnsafePointer<UInt8>, _ depth: Int) -> Bool {
        if depth <= depthLimit { return true }
        isTooDeep = true
        _ = scanner.fail(.depth, at)
        return false
    }

    /// After a value: whether the container ends here; the place after the comma or the closing bracket.
    private func separator(_ at: inout UnsafePointer<UInt8>, close: UInt8) -> Bool? {
        at = scanner.space(at)
        guard at < scanner.end, at.pointee == 0x2C || at.pointee == close else {
            _ = scanner.fail(.expectedCommaOrEnd, at)
            return nil
        }
        let isLast = at.pointee == close
        at += 1
        if !isLast { at = scanner.space(at) }
        return isLast
    }

    private func refuse(_ reason: JSONFault.Reason, _ at: UnsafePointer<UInt8>) -> JSONTree? {
        _ = scanner.fail(reason, at)
        return nil
    }
}
