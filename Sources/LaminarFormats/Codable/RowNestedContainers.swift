/// A MAP's entries by key.
struct RowMapContainer<Key: CodingKey>: KeyedDecodingContainerProtocol {
    private let node: RowColumn
    private let values: RowColumn
    private let entries: [String: Int]

    init(_ node: RowColumn, _ values: RowColumn, _ row: Int) {
        self.node = node
        self.values = values
        let column = node.column
        var entries: [String: Int] = [:]
        for entry in column.range(row) {
            entries[String(decoding: column.children[0].bytes(entry), as: UTF8.self)] = entry
        }
        self.entries = entries
    }

    var codingPath: [any CodingKey] { node.path }
    var allKeys: [Key] { entries.keys.compactMap { Key(stringValue: $0) } }
    func contains(_ key: Key) -> Bool { entries[key.stringValue] != nil }

    private func required<T>(_ key: Key, _ body: (RowCell) throws -> T) throws -> T {
        guard let entry = entries[key.stringValue] else {
            throw DecodeFailure(.missing, "the map has no such key, and the property isn't optional")
        }
        return try body(RowCell(node: values, row: entry))
    }

    func decodeNil(forKey key: Key) throws -> Bool { try required(key) { $0.decodeNil() } }
    func decode(_ type: Bool.Type, forKey key: Key) throws -> Bool { try required(key) { try $0.decode(type) } }
    func decode(_ type: String.Type, forKey key: Key) throws -> String { try required(key) { try $0.decode(type) } }
    func decode(_ type: Double.Type, forKey key: Key) throws -> Double { try required(key) { try $0.decode(type) } }
    func decode(_ type: Float.Type, forKey key: Key) throws -> Float { try required(key) { try $0.decode(type) } }
    func decode(_ type: Int.Type, forKey key: Key) throws -> Int { try required(key) { try $0.decode(type) } }
    func decode(_ type: Int8.Type, forKey key: Key) throws -> Int8 { try required(key) { try $0.decode(type) } }
    func decode(_ type: Int16.Type, forKey key: Key) throws -> Int16 { try required(key) { try $0.decode(type) } }
    func decode(_ type: Int32.Type, forKey key: Key) throws -> Int32 { try required(key) { try $0.decode(type) } }
    func decode(_ type: Int64.Type, forKey key: Key) throws -> Int64 { try required(key) { try $0.decode(type) } }
    func decode(_ type: UInt.Type, forKey key: Key) throws -> UInt { try required(key) { try $0.decode(type) } }
    func decode(_ type: UInt8.Type, forKey key: Key) throws -> UInt8 { try required(key) { try $0.decode(type) } }
    func decode(_ type: UInt16.Type, forKey key: Key) throws -> UInt16 { try required(key) { try $0.decode(type) } }
    func decode(_ type: UInt32.Type, forKey key: Key) throws -> UInt32 { try required(key) { try $0.decode(type) } }
    func decode(_ type: UInt64.Type, forKey key: Key) throws -> UInt64 { try required(key) { try $0.decode(type) } }
    func decode<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T { try required(key) { try $0.decode(type) } }

    func nestedContainer<NestedKey: CodingKey>(
        keyedBy type: NestedKey.Type, forKey key: Key
    ) throws -> KeyedDecodingContainer<NestedKey> {
        try superDecoder(forKey: key).container(keyedBy: type)
    }

    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
        try superDecoder(forKey: key).unkeyedContainer()
    }

    func superDecoder() throws -> any Decoder {
        throw DecodeFailure(.type, "a map has no superclass's fields")
    }

    func superDecoder(forKey key: Key) throws -> any Decoder {
        try required(key) { RowNodeDecoder(source: .cell($0.node), row: $0.row) }
    }
}

/// An array's elements in order.
struct RowUnkeyedContainer: UnkeyedDecodingContainer {
    private let elements: RowColumn
    private let range: Range<Int>
    private(set) var currentIndex = 0

    init(_ elements: RowColumn, _ range: Range<Int>) {
        self.elements = elements
        self.range = range
    }

    var codingPath: [any CodingKey] { elements.path }
    var count: Int? { range.count }
    var isAtEnd: Bool { currentIndex >= range.count }

    /// Reads the next element; the container moves on only when that succeeds.
    private mutating func element<T>(_ body: (RowCell) throws -> T) throws -> T {
        guard !isAtEnd else {
            throw DecodeFailure(.missing, "the array has no more elements", path: "[\(currentIndex)]")
        }
        do {
            let row = range.lowerBound + currentIndex
            let value = try body(RowCell(node: elements, row: row))
            currentIndex += 1
            return value
        } catch {
            throw DecodeFailure.from(error).within("[\(currentIndex)]")
        }
    }

    mutating func decodeNil() throws -> Bool {
        guard !isAtEnd, elements.column.isNull(range.lowerBound + currentIndex) else { return false }
        currentIndex += 1
        return true
    }
    mutating func decode(_ type: Bool.Type) throws -> Bool { try element { try $0.decode(type) } }
    mutating func decode(_ type: String.Type) throws -> String { try element { try $0.decode(type) } }
    mutating func decode(_ type: Double.Type) throws -> Double { try element { try $0.decode(type) } }
    mutating func decode(_ type: Float.Type) throws -> Float { try element { try $0.decode(type) } }
    mutating func decode(_ type: Int.Type) throws -> Int { try element { try $0.decode(type) } }
    mutating func decode(_ type: Int8.Type) throws -> Int8 { try element { try $0.decode(type) } }
    mutating func decode(_ type: Int16.Type) throws -> Int16 { try element { try $0.decode(type) } }
    mutating func decode(_ type: Int32.Type) throws -> Int32 { try element { try $0.decode(type) } }
    mutating func decode(_ type: Int64.Type) throws -> Int64 { try element { try $0.decode(type) } }
    mutating func decode(_ type: UInt.Type) throws -> UInt { try element { try $0.decode(type) } }
    mutating func decode(_ type: UInt8.Type) throws -> UInt8 { try element { try $0.decode(type) } }
    mutating func decode(_ type: UInt16.Type) throws -> UInt16 { try element { try $0.decode(type) } }
    mutating func decode(_ type: UInt32.Type) throws -> UInt32 { try element { try $0.decode(type) } }
    mutating func decode(_ type: UInt64.Type) throws -> UInt64 { try element { try $0.decode(type) } }
    mutating func decode<T: Decodable>(_ type: T.Type) throws -> T { try element { try $0.decode(type) } }

    mutating func nestedContainer<NestedKey: CodingKey>(
        keyedBy type: NestedKey.Type
    ) throws -> KeyedDecodingContainer<NestedKey> {
        try superDecoder().container(keyedBy: type)
    }

    mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
        try superDecoder().unkeyedContainer()
    }

    mutating func superDecoder() throws -> any Decoder {
        try element { RowNodeDecoder(source: .cell($0.node), row: $0.row) }
    }
}
