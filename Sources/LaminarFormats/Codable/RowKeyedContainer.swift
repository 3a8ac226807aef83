/// A row's columns, or a STRUCT's fields, by key.
struct RowKeyedContainer<Key: CodingKey>: KeyedDecodingContainerProtocol {
    private let cursor: RowCursor

    init(_ cursor: RowCursor) { self.cursor = cursor }

    var codingPath: [any CodingKey] { cursor.fields.path }
    var allKeys: [Key] { cursor.fields.names.compactMap { Key(stringValue: $0) } }
    func contains(_ key: Key) -> Bool { cursor.find(key.stringValue) != nil }

    @inline(never)
    private func missing(_ name: String) -> DecodeFailure {
        DecodeFailure(.missing, "there is no such column, and the property isn't optional", path: name)
    }

    /// Reads a column that must be there.
    @inline(__always)
    private func required<T>(_ key: Key, _ body: (RowColumn, Int) throws -> T) throws -> T {
        let name = key.stringValue
        guard let node = cursor.find(name) else { throw missing(name) }
        do {
            return try node._withUnsafeGuaranteedRef { node throws in try body(node, cursor.row) }
        } catch {
            throw DecodeFailure.from(error).within(name)
        }
    }

    /// Reads a column if it is there and not NULL.
    @inline(__always)
    private func optional<T>(_ key: Key, _ body: (RowColumn, Int) throws -> T) throws -> T? {
        let name = key.stringValue
        guard let node = cursor.find(name) else { return nil }
        let row = cursor.row
        do {
            return try node._withUnsafeGuaranteedRef { node throws -> T? in
                if node.isNull(row) { return nil }
                return try body(node, row)
            }
        } catch {
            throw DecodeFailure.from(error).within(name)
        }
    }

    func decodeNil(forKey key: Key) throws -> Bool { try required(key) { $0.isNull($1) } }
    func decode(_ type: Bool.Type, forKey key: Key) throws -> Bool { try required(key) { try $0.decode(type, $1) } }
    func decode(_ type: String.Type, forKey key: Key) throws -> String { try required(key) { try $0.decode(type, $1) } }
    func decode(_ type: Double.Type, forKey key: Key) throws -> Double { try required(key) { try $0.decode(type, $1) } }
    func decode(_ type: Float.Type, forKey key: Key) throws -> Float { try required(key) { try $0.decode(type, $1) } }
    func decode(_ type: Int.Type, forKey key: Key) throws -> Int { try required(key) { try $0.decode(type, $1) } }
    func decode(_ type: Int8.Type, forKey key: Key) throws -> Int8 { try required(key) { try $0.decode(type, $1) } }
    func decode(_ type: Int16.Type, forKey key: Key) throws -> Int16 { try required(key) { try $0.decode(type, $1) } }
    func decode(_ type: Int32.Type, forKey key: Key) throws -> Int32 { try required(key) { try $0.decode(type, $1) } }
    func decode(_ type: Int64.Type, forKey key: Key) throws -> Int64 { try required(key) { try $0.decode(type, $1) } }
    func decode(_ type: UInt.Type, forKey key: Key) throws -> UInt { try required(key) { try $0.decode(type, $1) } }
    func decode(_ type: UInt8.Type, forKey key: Key) throws -> UInt8 { try required(key) { try $0.decode(type, $1) } }
    func decode(_ type: UInt16.Type, forKey key: Key) throws -> UInt16 { try required(key) { try $0.decode(type, $1) } }
    func decode(_ type: UInt32.Type, forKey key: Key) throws -> UInt32 { try required(key) { try $0.decode(type, $1) } }
    func decode(_ type: UInt64.Type, forKey key: Key) throws -> UInt64 { try required(key) { try $0.decode(type, $1) } }
    func decodeIfPresent(_ type: Bool.Type, forKey key: Key) throws -> Bool? {
        try optional(key) { try $0.decode(type, $1) }
    }
    func decodeIfPresent(_ type: String.Type, forKey key: Key) throws -> String? {
        try optional(key) { try $0.decode(type, $1) }
    }
    func decodeIfPresent(_ type: Double.Type, forKey key: Key) throws -> Double? {
        try optional(key) { try $0.decode(type, $1) }
    }
    func decodeIfPresent(_ type: Float.Type, forKey key: Key) throws -> Float? {
        try optional(key) { try $0.decode(type, $1) }
    }
    func decodeIfPresent(_ type: Int.Type, forKey key: Key) throws -> Int? {
        try optional(key) { try $0.decode(type, $1) }
    }
    func decodeIfPresent(_ type: Int8.Type, forKey key: Key) throws -> Int8? {
        try optional(key) { try $0.decode(type, $1) }
    }
    func decodeIfPresent(_ type: Int16.Type, forKey key: Key) throws -> Int16? {
        try optional(key) { try $0.decode(type, $1) }
    }
    func decodeIfPresent(_ type: Int32.Type, forKey key: Key) throws -> Int32? {
        try optional(key) { try $0.decode(type, $1) }
    }
    func decodeIfPresent(_ type: Int64.Type, forKey key: Key) throws -> Int64? {
        try optional(key) { try $0.decode(type, $1) }
    }
    func decodeIfPresent(_ type: UInt.Type, forKey key: Key) throws -> UInt? {
        try optional(key) { try $0.decode(type, $1) }
    }
    func decodeIfPresent(_ type: UInt8.Type, forKey key: Key) throws -> UInt8? {
        try optional(key) { try $0.decode(type, $1) }
    }
    func decodeIfPresent(_ type: UInt16.Type, forKey key: Key) throws -> UInt16? {
        try optional(key) { try $0.decode(type, $1) }
    }
    func decodeIfPresent(_ type: UInt32.Type, forKey key: Key) throws -> UInt32? {
        try optional(key) { try $0.decode(type, $1) }
    }
    func decodeIfPresent(_ type: UInt64.Type, forKey key: Key) throws -> UInt64? {
        try optional(key) { try $0.decode(type, $1) }
    }
    func decode<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T {
        try required(key) { try $0.decode(type, $1) }
    }
    func decodeIfPresent<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T? {
        try optional(key) { try $0.decode(type, $1) }
    }

    func nestedContainer<NestedKey: CodingKey>(
        keyedBy type: NestedKey.Type, forKey key: Key
    ) throws -> KeyedDecodingContainer<NestedKey> {
        try superDecoder(forKey: key).container(keyedBy: type)
    }

    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
        try superDecoder(forKey: key).unkeyedContainer()
    }

    /// A superclass reads the same row.
    func superDecoder() throws -> any Decoder {
        RowNodeDecoder(source: .fields(cursor.fields), row: cursor.row)
    }

    func superDecoder(forKey key: Key) throws -> any Decoder {
        try required(key) { RowNodeDecoder(source: .cell($0), row: $1) }
    }
}
