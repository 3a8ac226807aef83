#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// What an `Encodable` value wrote, before it is text: nodes in the order in which they were made, linked to their parents.
///
/// A type may hold several containers at a time and write them by turns (`nestedContainer`, `superEncoder`), so text can't be
/// written as it comes; and a sink looks at single members (key, timestamp) before it writes all.
///
/// Used by one thread at a time.
final class JSONTape {
    enum Kind: UInt8 {
        /// Nothing was written yet.
        case unset
        case null
        /// Text that is JSON as it stands: a number, true, false.
        case literal
        /// Text that isn't escaped yet.
        case string
        /// Bytes that become base64.
        case bytes
        /// Eight bytes: microseconds from 1970-01-01T00:00:00Z.
        case timestamp
        case array
        case object
    }

    struct Node {
        var kind = Kind.unset
        /// The value's text or bytes.
        var start = 0
        var count = 0
        /// The member's name; -1 outside of objects.
        var keyStart = -1
        var keyCount = 0
        let parent: Int
        var firstChild = -1
        var lastChild = -1
        var next = -1
        var children = 0
    }

    static let mostLevels = 128

    let root = 0
    var userInfo: [CodingUserInfoKey: any Sendable] = [:]
    private(set) var nodes: [Node] = [Node(parent: -1)]
    private(set) var text: [UInt8] = []
    private var misuse: EncodeFailure?
    private let known = KnownTypes()

    /// Starts again with the same memory.
    func reset() {
        nodes.removeAll(keepingCapacity: true)
        nodes.append(Node(parent: -1))
        text.removeAll(keepingCapacity: true)
        misuse = nil
    }

    /// - Throws: what went wrong where the protocol has no way to throw.
    func check() throws(EncodeFailure) {
        if let misuse { throw misuse }
        if nodes[root].kind == .unset { throw EncodeFailure(.value, "the type encoded nothing") }
    }

    // MARK: Nodes

    /// An element, or a member of that name, behind those that are there.
    func child(of parent: Int, key: (any CodingKey)? = nil) -> Int {
        var node = Node(parent: parent)
        if let key {
            node.keyStart = text.count
            append(key.stringValue)
            node.keyCount = text.count - node.keyStart
        }
        let index = nodes.count
        nodes.append(node)
        if nodes[parent].lastChild >= 0 {
            nodes[nodes[parent].lastChild].next = index
        } else {
            nodes[parent].firstChild = index
        }
        nodes[parent].lastChild = index
        nodes[parent].children += 1
        return index
    }

    /// Makes a node a container; doing it twice is no mistake, changing what it is would be one.
    func open(_ node: Int, _ kind: Kind) {
        if nodes[node].kind == .unset {
            nodes[node].kind = kind
        } else if nodes[node].kind != kind {
            misuse = misuse ?? EncodeFailure(.value, "the type encoded two values in one place", path: path(to: node))
        }
    }

    private func set(_ node: Int, _ kind: Kind, from start: Int) {
        guard nodes[node].kind == .unset else { return open(node, .unset) }
        nodes[node].kind = kind
        nodes[node].start = start
        nodes[node].count = text.count - start
    }

    private func append(_ string: String) {
        var string = string
        string.withUTF8 { text.append(contentsOf: $0) }
    }

    // MARK: Values

    func encodeNil(at node: Int) { set(node, .null, from: text.count) }

    func encode(_ value: Bool, at node: Int) { literal(value ? "true" : "false", node) }

    func encode(_ value: String, at node: Int) {
        let start = text.count
        append(value)
        set(node, .string, from: start)
    }

    func encode(_ value: some FixedWidthInteger, at node: Int) { literal(String(value), node) }

    func encode(_ value: some BinaryFloatingPoint & LosslessStringConvertible, at node: Int) {
        if value.isFinite { return literal(value.description, node) }
        encode(value.isNaN ? "NaN" : value < 0 ? "-Infinity" : "Infinity", at: node)
    }

    private func literal(_ string: String, _ node: Int) {
        let start = text.count
        append(string)
        set(node, .literal, from: start)
    }

    private func bytes(_ value: some Collection<UInt8>, _ node: Int) {
        let start = text.count
        text.append(contentsOf: value)
        set(node, .bytes, from: start)
    }

    private func timestamp(_ value: Timestamp, _ node: Int) {
        let start = text.count
        withUnsafeBytes(of: value.microseconds) { text.append(contentsOf: $0) }
        set(node, .timestamp, from: start)
    }

    /// A value of any `Encodable` type: those with a writing of their own first.
    func encodeAny<T: Encodable>(_ value: T, at node: Int) throws {
        let id = ObjectIdentifier(T.self)
        if id == known.string { return encode(unsafeBitCast(value, to: String.self), at: node) }
        if id == known.date { return timestamp(Timestamp(unsafeBitCast(value, to: Date.self)), node) }
        if id == known.timestamp { return timestamp(unsafeBitCast(value, to: Timestamp.self), node) }
        if id == known.uuid { return encode(unsafeBitCast(value, to: UUID.self).uuidString.lowercased(), at: node) }
        if id == known.bytes { return bytes(unsafeBitCast(value, to: [UInt8].self), node) }
        if id == known.data, let data = value as? Data { return bytes(data, node) }
        if id == known.exactDecimal { return literal(unsafeBitCast(value, to: ExactDecimal.self).description, node) }
        if id == known.decimal, let decimal = value as? Decimal {
            return decimal.isNaN ? encode("NaN", at: node) : literal(decimal.description, node)
        }
        if id == known.url, let url = value as? URL { return encode(url.absoluteString, at: node) }
        try value.encode(to: JSONNodeEncoder(tape: self, node: node))
    }

    // MARK: Writing

    /// Appends the root's JSON.
    func write(into bytes: inout [UInt8]) throws(EncodeFailure) { try write(root, into: &bytes, level: 0) }

    private func write(_ index: Int, into bytes: inout [UInt8], level: Int) throws(EncodeFailure) {
        let node = nodes[index]
        switch node.kind {
        case .unset:
            // A type without properties that never asked for its container.
            bytes.append(0x7B)
            bytes.append(0x7D)
        case .null: bytes.append(contentsOf: "null".utf8)
        case .literal: bytes.append(contentsOf: text[node.start..<node.start + node.count])
        case .string: quote(node.start, node.count, into: &bytes)
        case .bytes:
            bytes.append(0x22)
            bytes.append(contentsOf: Base64Text.encode(text[node.start..<node.start + node.count]).utf8)
            bytes.append(0x22)
        case .timestamp:
            bytes.append(0x22)
            bytes.append(contentsOf: timestamp(of: node).description.utf8)
            bytes.append(0x22)
        case .array, .object:
            guard level < Self.mostLevels else {
                throw EncodeFailure(
                    .depth, "the value is nested deeper than \(Self.mostLevels) levels", path: path(to: index))
            }
            let isObject = node.kind == .object
            bytes.append(isObject ? 0x7B : 0x5B)
            var child = node.firstChild
            while child >= 0 {
                if child != node.firstChild { bytes.append(0x2C) }
                if isObject {
                    quote(nodes[child].keyStart, nodes[child].keyCount, into: &bytes)
                    bytes.append(0x3A)
                }
                try write(child, into: &bytes, level: level + 1)
                child = nodes[child].next
            }
            bytes.append(isObject ? 0x7D : 0x5D)
        }
    }

    private func quote(_ start: Int, _ count: Int, into bytes: inout [UInt8]) {
        text.withUnsafeBytes {
            JSONQuoting.quote(UnsafeRawBufferPointer(rebasing: $0[start..<start + count]), into: &bytes)
        }
    }

    func timestamp(of node: Node) -> Timestamp {
        Timestamp(microseconds: text.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: node.start, as: Int64.self) })
    }

    // MARK: Places

    /// The keys from the value down to a node.
    func codingPath(to node: Int) -> [any CodingKey] {
        var keys: [any CodingKey] = []
        var at = node
        while at > 0 {
            if let key = key(of: at) {
                keys.append(NameKey(stringValue: key))
            } else {
                keys.append(NameKey(intValue: place(of: at)))
            }
            at = nodes[at].parent
        }
        return keys.reversed()
    }

    /// A member's name; nil for an element.
    func key(of node: Int) -> String? {
        guard nodes[node].keyStart >= 0 else { return nil }
        return String(decoding: text[nodes[node].keyStart..<nodes[node].keyStart + nodes[node].keyCount], as: UTF8.self)
    }

    private func place(of node: Int) -> Int {
        var place = 0
        var at = nodes[nodes[node].parent].firstChild
        while at >= 0, at != node {
            at = nodes[at].next
            place += 1
        }
        return place
    }

    func path(to node: Int) -> String { Self.path(codingPath(to: node)) }

    static func path(_ keys: [any CodingKey]) -> String {
        keys.reduce("") { path, key in
            let name = key.intValue.map { "[\($0)]" } ?? key.stringValue
            return path.isEmpty || name.hasPrefix("[") ? path + name : path + "." + name
        }
    }

    /// What an error means that the type threw; of an `EncodingError` only its place is told, since it quotes the value.
    func failure(_ error: any Error) -> EncodeFailure {
        if let failure = error as? EncodeFailure { return failure }
        if case .invalidValue(_, let context)? = error as? EncodingError {
            return EncodeFailure(.value, "the type refused to be written", path: Self.path(context.codingPath))
        }
        return EncodeFailure(.value, "the type refused to be written with \(type(of: error))")
    }
}
