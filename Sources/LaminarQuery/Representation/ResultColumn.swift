import LaminarFormats
import LaminarStore

/// A column of a result, filled from the cells that SQLite gives.
///
/// Hot-path file: one switch and one append a cell. A cell that isn't of the column's type can only come from a translation
/// that is wrong, and gives an error, never a wrong value.
final class ResultColumn {
    private let type: ColumnType
    private let kind: TypeKind
    private let scale: Int
    private let limit: UInt128
    private let assembly: ColumnAssembly
    private var nested: NestedText?

    init(_ type: ColumnType) {
        self.type = type
        kind = type.kind
        if case .decimal(let precision, let scale) = type {
            self.scale = scale
            limit = UInt128(DecimalNumber.power(precision))
        } else {
            scale = 0
            limit = 0
        }
        assembly = ColumnAssembly(type)
    }

    var count: Int { assembly.count }

    /// The rows so far; the next column starts empty.
    func finish() -> Column { assembly.finish() }

    /// Appends a cell of the row that a statement stands at.
    func append(_ cells: SQLiteCells, _ column: Int) throws {
        let storage = cells.storage(column)
        switch storage {
        case .null: assembly.appendNull()
        case .integer: try append(integer: cells.int64(column))
        case .real: try append(real: cells.double(column))
        case .text: try append(text: cells.bytes(column))
        case .blob: try append(blob: cells.bytes(column))
        }
    }

    /// Appends a value.
    func append(_ value: SQLiteValue) throws {
        switch value {
        case .null: assembly.appendNull()
        case .integer(let integer): try append(integer: integer)
        case .real(let real): try append(real: real)
        case .text(var text): try text.withUTF8 { try append(text: UnsafeRawBufferPointer($0)) }
        case .blob(let bytes): try bytes.withUnsafeBytes { try append(blob: $0) }
        }
    }

    private func append(integer value: Int64) throws {
        switch kind {
        case .bigint, .time, .timestamp: assembly.append(int64: value)
        case .int, .date:
            guard let small = Int32(exactly: value) else { throw QueryError.outOfRange(type) }
            assembly.append(int32: small)
        case .smallint:
            guard let small = Int16(exactly: value) else { throw QueryError.outOfRange(type) }
            assembly.append(int16: small)
        case .boolean: assembly.append(bool: value != 0)
        case .double: assembly.append(double: Double(value))
        case .real: assembly.append(float: Float(value))
        case .decimal: try append(DecimalNumber(value))
        default: throw mismatch
        }
    }

    private func append(real value: Double) throws {
        switch kind {
        case .double: assembly.append(double: value)
        case .real: assembly.append(float: Float(value))
        default: throw mismatch
        }
    }

    private func append(text bytes: UnsafeRawBufferPointer) throws {
        switch kind {
        case .text, .json: guard assembly.append(bytes: bytes) else { throw QueryError.tooLarge }
        case .array, .structure, .map:
            let nested = try self.nested ?? NestedText(type)
            self.nested = nested
            guard assembly.append(try nested.value(bytes, of: type)) else { throw mismatch }
        default: throw mismatch
        }
    }

    private func append(blob bytes: UnsafeRawBufferPointer) throws {
        switch kind {
        case .bytea: guard assembly.append(bytes: bytes) else { throw QueryError.tooLarge }
        case .decimal:
            guard let (unscaled, scale) = StoredDecimal.decode(bytes) else { throw mismatch }
            try append(DecimalNumber(unscaled: unscaled, scale: scale))
        case .interval:
            guard let interval = StoredInterval.decode(bytes) else { throw mismatch }
            assembly.append(interval: interval)
        case .uuid:
            guard bytes.count == 16 else { throw mismatch }
            assembly.append(uuid: bytes)
        default: throw mismatch
        }
    }

    private func append(_ number: DecimalNumber) throws {
        let unscaled = try number.rescaled(to: scale)
        guard unscaled.magnitude < limit else { throw QueryError.outOfRange(type) }
        assembly.append(int128: unscaled)
    }

    private var mismatch: QueryError {
        QueryError(.engine, "The engine gave a value that isn't \(type), which the column is.")
    }
}

extension QueryError {
    static let tooLarge = QueryError(.outOfMemory, "a batch of the result has more than 2 GiB in one column")
}
