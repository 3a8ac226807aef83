/// Decodes a `Decodable` type from rows of one schema.
///
///     struct Order: Decodable { let id: Int64; let amount: Double?; let address: Address }
///     let decoder = RowDecoder<Order>(schema: batch.schema)
///     for row in 0..<batch.count { print(try decoder.decode(batch, row: row)) }
///
/// A key finds its column by exact name, then ignoring case. A nested type reads a STRUCT column, or a JSON column's text;
/// an array reads `T[]`, a dictionary with text keys reads MAP. NULL is nil for an optional property and an error for
/// others. `Date` reads TIMESTAMP and DATE, `[UInt8]` and `Data` read BYTEA, `Decimal` and ``ExactDecimal`` read DECIMAL,
/// `UUID` reads UUID; integers fit or fail; `Double` reads REAL, integers that it holds exactly, and the nearest of a
/// DECIMAL; `String` reads TEXT and JSON, and other scalars in their text form.
///
/// The order in which the type asks for its keys is learned at the first row, so that later rows look nothing up. One
/// thread at a time.
public struct RowDecoder<Value: Decodable> {
    private let context: RowContext
    private let fields: RowFields

    /// - Parameters:
    ///   - schema: that of every batch to come.
    ///   - userInfo: for the types' `init(from:)`.
    public init(schema: RowSchema, userInfo: [CodingUserInfoKey: any Sendable] = [:]) {
        context = RowContext(userInfo: userInfo)
        fields = RowFields(names: schema.columns.map(\.name), types: schema.columns.map(\.type), path: [])
    }

    /// One row as a value.
    ///
    /// - Parameters:
    ///   - batch: of the decoder's schema.
    ///   - row: 0 up to `batch.count`.
    /// - Throws: ``DecodeFailure`` with the path of the property.
    public func decode(_ batch: RecordBatch, row: Int) throws(DecodeFailure) -> Value {
        guard batch.columns.count == fields.names.count, row >= 0, row < batch.count else {
            throw DecodeFailure(.value, "the batch has another schema, or no row \(row)")
        }
        do {
            return try Value(from: RowNodeDecoder(context: context, source: .fields(fields, batch.columns), row: row))
        } catch {
            throw DecodeFailure.from(error)
        }
    }

    /// The same for a row view.
    public func decode(_ row: Row) throws(DecodeFailure) -> Value { try decode(row.batch, row: row.index) }
}

/// What all decoders of one `RowDecoder` share.
final class RowContext {
    let userInfo: [CodingUserInfoKey: any Sendable]
    /// For cells of JSON columns; each in use at the same time needs its own.
    private var owners: [JSONDocumentOwner] = []
    let known = KnownTypes()

    init(userInfo: [CodingUserInfoKey: any Sendable]) { self.userInfo = userInfo }

    /// Decodes a JSON cell.
    func json<T: Decodable>(_ bytes: UnsafeRawBufferPointer, as type: T.Type) throws -> T {
        let owner = owners.popLast() ?? JSONDocumentOwner()
        let document = owner.document
        document.userInfo = userInfo
        defer {
            document.reset()
            owners.append(owner)
        }
        try document.load(bytes)
        return try document.value(0, as: type)
    }
}

/// The names of a row's columns or of a STRUCT's fields, and the order in which a type asks for them.
final class RowFields {
    let names: [String]
    let path: [any CodingKey]
    /// For the fields that are nested themselves.
    let nested: [RowFields?]
    private let exact: [String: Int]
    private let folded: [String: Int]
    /// What was asked for, in order, with its column or -1.
    @exclusivity(unchecked) private var asked: [(key: String, column: Int)] = []
    @exclusivity(unchecked) private var cursor = 0
    /// A type that asks for more keys than this one after another looks the rest up.
    private static let remembered = 1024

    init(names: [String], types: [ColumnType], path: [any CodingKey]) {
        self.names = names
        self.path = path
        var exact: [String: Int] = [:]
        var folded: [String: Int] = [:]
        for (index, name) in names.enumerated() {
            exact[name] = index
            let fold = name.lowercased()
            folded[fold] = folded[fold] == nil ? index : -1
        }
        self.exact = exact
        self.folded = folded
        nested = zip(names, types).map { Self.nested($1, path + [NameKey(stringValue: $0)]) }
    }

    private static func nested(_ type: ColumnType, _ path: [any CodingKey]) -> RowFields? {
        switch type {
        case .structure(let fields): RowFields(names: fields.map(\.name), types: fields.map(\.type), path: path)
        case .array(let element): nested(element, path)
        case .map(let value): nested(value, path)
        default: nil
        }
    }

    /// Before the first key of another row.
    func begin() { cursor = 0 }

    /// The column of a key; -1 when there is none.
    @inline(__always)
    func find(_ key: String) -> Int {
        if cursor < asked.count, asked[cursor].key == key {
            cursor &+= 1
            return asked[cursor &- 1].column
        }
        return lookUp(key)
    }

    @inline(never)
    private func lookUp(_ key: String) -> Int {
        let column = exact[key] ?? folded[key.lowercased()] ?? -1
        if cursor < asked.count {
            asked[cursor] = (key, column)
            cursor += 1
        } else if cursor < Self.remembered {
            asked.append((key, column))
            cursor += 1
        }
        return column
    }
}
