/// An object's members by key.
struct JSONKeyedContainer<Key: CodingKey>: KeyedDecodingContainerProtocol {
    private let members: JSONMembers

    init(_ members: JSONMembers) { self.members = members }

    private var document: JSONDocument { members.document }

    var codingPath: [any CodingKey] { document.codingPath(to: members.node) }
    var allKeys: [Key] { members.names.compactMap { Key(stringValue: $0) } }
    func contains(_ key: Key) -> Bool { find(key) != nil }

    @inline(__always)
    private func find(_ key: Key) -> Int? { members.find(key.stringValue) }

    private func isNull(_ node: Int) -> Bool { (try? document.node(node))?.kind == .null }

    @inline(never)
    private func missing(_ key: Key) -> DecodeFailure {
        DecodeFailure(.missing, "the value is missing, and the property isn't optional", path: key.stringValue)
    }

    /// Reads a member that was found.
    @inline(__always)
    private func read<T>(_ node: Int, _ key: Key, _ body: (Int) throws -> T) throws -> T {
        do {
            return try body(node)
        } catch {
            throw DecodeFailure.from(error).within(key.stringValue)
        }
    }

    /// Reads a member that must be there.
    @inline(__always)
    private func required<T>(_ key: Key, _ body: (Int) throws -> T) throws -> T {
        guard let value = find(key) else { throw missing(key) }
        return try read(value, key, body)
    }

    /// Reads a member if it is there and not null.
    @inline(__always)
    private func optional<T>(_ key: Key, _ body: (Int) throws -> T) throws -> T? {
        guard let value = find(key), !isNull(value) else { return nil }
        return try read(value, key, body)
    }

    func decodeNil(forKey key: Key) throws -> Bool { try required(key) { isNull($0) } }

    func decode(_ type: Bool.Type, forKey key: Key) throws -> Bool { try required(key) { try document.bool($0) } }
    func decode(_ type: String.Type, forKey key: Key) throws -> String {
        guard let value = find(key) else { throw missing(key) }
        // The most frequent case, without a closure between.
        if let text = document.plainString(value) { return text }
        return try read(value, key) { try document.string($0) }
    }
    func decode(_ type: Double.Type, forKey key: Key) throws -> Double { try required(key) { try document.double($0) } }
    func decode(_ type: Float.Type, forKey key: Key) throws -> Float { try required(key) { try document.float($0) } }
    func decode(_ type: Int.Type, forKey key: Key) throws -> Int {
        try required(key) { try document.integer($0, type) }
    }
    func decode(_ type: Int8.Type, forKey key: Key) throws -> Int8 {
        try required(key) { try document.integer($0, type) }
    }
    func decode(_ type: Int16.Type, forKey key: Key) throws -> Int16 {
        try required(key) { try document.integer($0, type) }
    }
    func decode(_ type: Int32.Type, forKey key: Key) throws -> Int32 {
        try required(key) { try document.integer($0, type) }
    }
    func decode(_ type: Int64.Type, forKey key: Key) throws -> Int64 {
        try required(key) { try document.integer($0, type) }
    }
    func decode(_ type: UInt.Type, forKey key: Key) throws -> UInt {
        try required(key) { try document.integer($0, type) }
    }
    func decode(_ type: UInt8.Type, forKey key: Key) throws -> UInt8 {
        try required(key) { try document.integer($0, type) }
    }
    func decode(_ type: UInt16.Type, forKey key: Key) throws -> UInt16 {
        try required(key) { try document.integer($0, type) }
    }
    func decode(_ type: UInt32.Type, forKey key: Key) throws -> UInt32 {
        try required(key) { try document.integer($0, type) }
    }
    func decode(_ type: UInt64.Type, forKey key: Key) throws -> UInt64 {
        try required(key) { try document.integer($0, type) }
    }
    func decode<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T {
        try required(key) { try document.value($0, as: type) }
    }

    func decodeIfPresent(_ type: Bool.Type, forKey key: Key) throws -> Bool? {
        try optional(key) { try document.bool($0) }
    }
    func decodeIfPresent(_ type: String.Type, forKey key: Key) throws -> String? {
        try optional(key) { try document.string($0) }
    }
    func decodeIfPresent(_ type: Double.Type, forKey key: Key) throws -> Double? {
        try optional(key) { try document.double($0) }
    }
    func decodeIfPresent(_ type: Float.Type, forKey key: Key) throws -> Float? {
        try optional(key) { try document.float($0) }
    }
    func decodeIfPresent(_ type: Int.Type, forKey key: Key) throws -> Int? {
        try optional(key) { try document.integer($0, type) }
    }
    func decodeIfPresent(_ type: Int8.Type, forKey key: Key) throws -> Int8? {
        try optional(key) { try document.integer($0, type) }
    }
    func decodeIfPresent(_ type: Int16.Type, forKey key: Key) throws -> Int16? {
        try optional(key) { try document.integer($0, type) }
    }
    func decodeIfPresent(_ type: Int32.Type, forKey key: Key) throws -> Int32? {
        try optional(key) { try document.integer($0, type) }
    }
    func decodeIfPresent(_ type: Int64.Type, forKey key: Key) throws -> Int64? {
        try optional(key) { try document.integer($0, type) }
    }
    func decodeIfPresent(_ type: UInt.Type, forKey key: Key) throws -> UInt? {
        try optional(key) { try document.integer($0, type) }
    }
    func decodeIfPresent(_ type: UInt8.Type, forKey key: Key) throws -> UInt8? {
        try optional(key) { try document.integer($0, type) }
    }
    func decodeIfPresent(_ type: UInt16.Type, forKey key: Key) throws -> UInt16? {
        try optional(key) { try document.integer($0, type) }
    }
    func decodeIfPresent(_ type: UInt32.Type, forKey key: Key) throws -> UInt32? {
        try optional(key) { try document.integer($0, type) }
    }
    func decodeIfPresent(_ type: UInt64.Type, forKey key: Key) throws -> UInt64? {
        try optional(key) { try document.integer($0, type) }
    }
    func decodeIfPresent<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T? {
        try optional(key) { try document.value($0, as: type) }
    }

    func nestedContainer<NestedKey: CodingKey>(
        keyedBy type: NestedKey.Type, forKey key: Key
    ) throws -> KeyedDecodingContainer<NestedKey> {
        try required(key) { try document.slots.container(document, $0, keyedBy: type) }
    }

    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
        try required(key) { try JSONUnkeyedContainer(document, $0) }
    }

    func superDecoder() throws -> any Decoder {
        guard let value = members.find("super") else {
            throw DecodeFailure(.missing, "the value is missing, and the superclass needs it", path: "super")
        }
        return JSONNodeDecoder(document: document, node: value)
    }

    func superDecoder(forKey key: Key) throws -> any Decoder {
        try required(key) { JSONNodeDecoder(document: document, node: $0) }
    }
}
