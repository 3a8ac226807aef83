/// The row that a host's decoder is filling. It can be neither copied nor kept.
///
///     try row.set(0, to: Int64(42))
///     try row.set(1, text: name)
///     row.setNull(2)
///
/// Columns are numbered as in ``columns``; setting one twice keeps the last value; one that is never set is NULL.
public struct RowAppender: ~Copyable {
    private let store: RowStore

    init(_ store: RowStore) { self.store = store }

    /// The columns to fill, in order: the schema's without those that the record's metadata fills.
    public var columns: [ColumnSchema] { store.columns }

    /// NULL.
    public func setNull(_ column: Int) {
        guard store.columns.indices.contains(column) else { return }
        store.builders[column].truncate(to: store.count)
    }

    /// A typed cell of exactly the column's type, nested ones too.
    ///
    /// - Throws: ``DecodeFailure`` with code `.type` when it is of another type, or there is no such column.
    public func set(_ column: Int, to value: Value) throws(DecodeFailure) {
        let builder = try start(column)
        if value.isNull { return }
        guard builder.pointee.append(value) else {
            throw DecodeFailure(.type, "The value isn't \(builder.pointee.type).", path: store.columns[column].name)
        }
    }

    /// A number, for SMALLINT, INT, BIGINT and TIMESTAMP (microseconds).
    ///
    /// - Throws: ``DecodeFailure`` with code `.range` when the column is too narrow, `.type` for other columns.
    public func set(_ column: Int, to value: Int64) throws(DecodeFailure) {
        let builder = try start(column)
        switch builder.pointee.type {
        case .bigint, .timestamp: builder.pointee.append(value)
        case .int:
            guard let value = Int32(exactly: value) else { throw outOfRange(column) }
            builder.pointee.append(value)
        case .smallint:
            guard let value = Int16(exactly: value) else { throw outOfRange(column) }
            builder.pointee.append(value)
        default: throw mismatch(column, "An integer")
        }
    }

    /// A number, for DOUBLE and REAL (rounded).
    public func set(_ column: Int, to value: Double) throws(DecodeFailure) {
        let builder = try start(column)
        switch builder.pointee.type {
        case .double: builder.pointee.append(value)
        case .real: builder.pointee.append(Float(value))
        default: throw mismatch(column, "A floating-point number")
        }
    }

    /// A truth value, for BOOLEAN.
    public func set(_ column: Int, to value: Bool) throws(DecodeFailure) {
        let builder = try start(column)
        guard builder.pointee.type == .boolean else { throw mismatch(column, "A boolean") }
        builder.pointee.append(bit: value)
    }

    /// Bytes as they are, for BYTEA; for TEXT when they are UTF-8.
    ///
    /// - Throws: ``DecodeFailure`` with code `.encoding` when TEXT isn't UTF-8, `.tooLarge` past 2 GiB in one batch.
    public func set(_ column: Int, bytes: UnsafeRawBufferPointer) throws(DecodeFailure) {
        let builder = try start(column)
        switch builder.pointee.type {
        case .bytea: break
        case .text:
            guard UTF8Check.isValid(bytes) else {
                throw DecodeFailure(.encoding, "The text isn't UTF-8.", path: store.columns[column].name)
            }
        default: throw mismatch(column, "A byte string")
        }
        guard builder.pointee.append(bytes: bytes) else { throw Self.tooLarge }
    }

    /// A value in its text form, for every type but STRUCT, MAP, `T[]`: numbers, `true`/`false`, RFC 3339, `YYYY-MM-DD`, a
    /// UUID, JSON; BYTEA takes the text's UTF-8 bytes.
    ///
    /// - Throws: ``DecodeFailure`` with code `.type` or `.range` when the text isn't one of the column's values.
    public func set(_ column: Int, text: String) throws(DecodeFailure) {
        let builder = try start(column)
        var text = text
        switch TextCell.append(&text, to: &builder.pointee) {
        case .appended: break
        case .wrong:
            throw DecodeFailure(
                .type, "The text isn't \(builder.pointee.type).", path: store.columns[column].name)
        case .tooLarge: throw Self.tooLarge
        }
    }

    private func start(_ column: Int) throws(DecodeFailure) -> UnsafeMutablePointer<ColumnBuilder> {
        guard store.columns.indices.contains(column) else {
            throw DecodeFailure(.type, "There is no column \(column): the row has \(store.columns.count).")
        }
        let builder = store.builders + column
        if builder.pointee.count != store.count { builder.pointee.truncate(to: store.count) }
        return builder
    }

    private static var tooLarge: DecodeFailure {
        DecodeFailure(.tooLarge, "A column of one batch holds at most 2 GiB: make the batches smaller.")
    }

    private func outOfRange(_ column: Int) -> DecodeFailure {
        DecodeFailure(.range, "The number doesn't fit.", path: store.columns[column].name)
    }

    private func mismatch(_ column: Int, _ what: String) -> DecodeFailure {
        let schema = store.columns[column]
        return DecodeFailure(.type, "\(what) can't be \(schema.type).", path: schema.name)
    }
}
