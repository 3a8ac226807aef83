/// What `Decodable` types see of a row, a STRUCT or a cell.
struct RowNodeDecoder: Decoder {
    enum Source {
        case fields(RowFields)
        case cell(RowColumn)
    }

    // Three words, so that `any Decoder` holds it without an allocation.
    let source: Source
    let row: Int

    private var context: RowContext {
        switch source {
        case .fields(let fields): fields.context
        case .cell(let column): column.context
        }
    }

    var userInfo: [CodingUserInfoKey: Any] { context.userInfo }

    var codingPath: [any CodingKey] {
        switch source {
        case .fields(let fields): fields.path
        case .cell(let column): column.path
        }
    }

    func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        switch source {
        case .fields(let fields): return fields.context.slots.container(fields, row, keyedBy: type)
        case .cell(let node):
            if node.isNull(row) { throw Column.missing }
            if let fields = node.fields { return node.context.slots.container(fields, row, keyedBy: type) }
            guard node.kind == .map, let values = node.element else {
                throw node.column.mismatch("a type with properties")
            }
            return KeyedDecodingContainer(RowMapContainer<Key>(node, values, row))
        }
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
        guard case .cell(let node) = source else {
            throw DecodeFailure(.type, "a row can't be an array: read it as a type with properties")
        }
        if node.isNull(row) { throw Column.missing }
        guard node.kind == .array, let elements = node.element else { throw node.column.mismatch("an array") }
        return RowUnkeyedContainer(elements, node.column.range(row))
    }

    func singleValueContainer() throws -> any SingleValueDecodingContainer {
        switch source {
        case .cell(let node): return RowCell(node: node, row: row)
        case .fields(let fields):
            guard fields.columns.count == 1 else {
                throw DecodeFailure(.type, "a row of \(fields.columns.count) columns can't be a single value")
            }
            return RowCell(node: fields.columns[0], row: row)
        }
    }
}

/// One column at one row.
struct RowCell: SingleValueDecodingContainer {
    let node: RowColumn
    let row: Int

    var codingPath: [any CodingKey] { node.path }
    func decodeNil() -> Bool { node.isNull(row) }
    func decode(_ type: Bool.Type) throws -> Bool { try node.decode(type, row) }
    func decode(_ type: String.Type) throws -> String { try node.decode(type, row) }
    func decode(_ type: Double.Type) throws -> Double { try node.decode(type, row) }
    func decode(_ type: Float.Type) throws -> Float { try node.decode(type, row) }
    func decode(_ type: Int.Type) throws -> Int { try node.decode(type, row) }
    func decode(_ type: Int8.Type) throws -> Int8 { try node.decode(type, row) }
    func decode(_ type: Int16.Type) throws -> Int16 { try node.decode(type, row) }
    func decode(_ type: Int32.Type) throws -> Int32 { try node.decode(type, row) }
    func decode(_ type: Int64.Type) throws -> Int64 { try node.decode(type, row) }
    func decode(_ type: UInt.Type) throws -> UInt { try node.decode(type, row) }
    func decode(_ type: UInt8.Type) throws -> UInt8 { try node.decode(type, row) }
    func decode(_ type: UInt16.Type) throws -> UInt16 { try node.decode(type, row) }
    func decode(_ type: UInt32.Type) throws -> UInt32 { try node.decode(type, row) }
    func decode(_ type: UInt64.Type) throws -> UInt64 { try node.decode(type, row) }
    func decode<T: Decodable>(_ type: T.Type) throws -> T { try node.decode(type, row) }
}
