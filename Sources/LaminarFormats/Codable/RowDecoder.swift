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
    private let root: RowRoot

    /// - Parameters:
    ///   - schema: that of every batch to come.
    ///   - userInfo: for the types' `init(from:)`.
    public init(schema: RowSchema, userInfo: [CodingUserInfoKey: any Sendable] = [:]) {
        root = RowRoot(schema, userInfo)
    }

    /// One row as a value. The decoder keeps the batch until it is given another one.
    ///
    /// - Parameters:
    ///   - batch: of the decoder's schema.
    ///   - row: 0 up to `batch.count`.
    /// - Throws: ``DecodeFailure`` with the path of the property.
    public func decode(_ batch: RecordBatch, row: Int) throws(DecodeFailure) -> Value {
        guard row >= 0, row < batch.count, root.bind(batch) else {
            throw DecodeFailure(.value, "the batch has another schema, or no row \(row)")
        }
        do {
            return try Value(from: RowNodeDecoder(source: .fields(root.fields), row: row))
        } catch {
            throw DecodeFailure.from(error)
        }
    }

    /// The same for a row view.
    public func decode(_ row: Row) throws(DecodeFailure) -> Value { try decode(row.batch, row: row.index) }
}

/// A decoder's columns, and the batch that they point at.
private final class RowRoot {
    let fields: RowFields
    private let schema: RowSchema
    private let context: RowContext
    @exclusivity(unchecked) private var batch: RecordBatch?

    init(_ schema: RowSchema, _ userInfo: [CodingUserInfoKey: any Sendable]) {
        self.schema = schema
        context = RowContext(userInfo: userInfo)
        fields = RowFields(
            names: schema.columns.map(\.name), types: schema.columns.map(\.type), path: [], context: context)
    }

    // The containers hold the fields, which hold the context.
    deinit { context.slots.removeAll() }

    /// Points at a batch for the next row; false for one of another schema.
    func bind(_ batch: RecordBatch) -> Bool {
        context.slots.begin()
        if self.batch === batch { return true }
        guard batch.schema == schema else { return false }
        self.batch = batch
        fields.bind(batch.columns)
        return true
    }
}

/// What all decoders of one `RowDecoder` share.
final class RowContext {
    let userInfo: [CodingUserInfoKey: any Sendable]
    let slots = RowContainerSlots()
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
