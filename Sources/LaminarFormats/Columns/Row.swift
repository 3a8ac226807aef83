/// One row of a batch: a view, no copy.
///
///     let id = try row["id", as: Int64.self]              // throws on NULL
///     let amount = try row["amount", as: Double?.self]    // nil for NULL
///     let city = try row[3, as: String.self]
///     print(row)                                          // id = 7, amount = 1.5, city = Kraków
public struct Row: Sendable {
    /// The rows it belongs to.
    public let batch: RecordBatch
    /// Its place in the batch.
    public let index: Int

    /// - Parameter index: 0 up to `batch.count`.
    @inlinable public init(batch: RecordBatch, index: Int) {
        self.batch = batch
        self.index = index
    }

    /// Names and types of the columns.
    public var schema: RowSchema { batch.schema }

    /// A column's value as a Swift type.
    ///
    /// - Parameters:
    ///   - column: 0 up to the number of columns.
    ///   - type: see ``ColumnValue`` for which type reads which column; an optional one reads NULL as nil.
    /// - Throws: ``DecodeFailure`` with code `.missing` for NULL, `.type` where the types don't fit, `.range` where the
    ///   number is too large.
    @inlinable public subscript<T: ColumnValue>(column: Int, as type: T.Type) -> T {
        get throws(DecodeFailure) {
            guard column >= 0, column < batch.columns.count else { throw Self.noColumn("number \(column)") }
            do throws(DecodeFailure) {
                return try T(batch.columns[column], row: index)
            } catch {
                throw error.within(batch.schema.columns[column].name)
            }
        }
    }

    /// A column's value by name, exact first, then ignoring case. One dictionary look-up: in a loop over many rows find
    /// the column's number once.
    @inlinable public subscript<T: ColumnValue>(name: String, as type: T.Type) -> T {
        get throws(DecodeFailure) {
            guard let column = batch.schema.index(of: name) else { throw Self.noColumn("named \(name)") }
            return try self[column, as: type]
        }
    }

    /// A column's value with its type; ``Value/null`` for NULL and for a name that no column has.
    public subscript(name: String) -> Value { schema.index(of: name).map { value(at: $0) } ?? .null }

    /// A column's value with its type.
    public func value(at column: Int) -> Value { batch.columns[column].value(at: index) }

    /// All of them, in the schema's order.
    public var values: [Value] { batch.columns.map { $0.value(at: index) } }

    @usableFromInline static func noColumn(_ which: String) -> DecodeFailure {
        DecodeFailure(.type, "The row has no column \(which): see its schema.")
    }
}

extension Row: CustomStringConvertible {
    /// `name = value` with commas between.
    public var description: String {
        zip(schema.columns, values).map { "\($0.name) = \($1)" }.joined(separator: ", ")
    }
}

extension Column {
    /// The row's value with its type.
    ///
    /// - Parameter row: 0 up to `count`.
    public func value(at row: Int) -> Value {
        if isNull(row) { return .null }
        switch type {
        case .boolean: return .boolean(bit(row))
        case .smallint: return .smallint(fixed(row, as: Int16.self))
        case .int: return .int(fixed(row, as: Int32.self))
        case .bigint: return .bigint(fixed(row, as: Int64.self))
        case .real: return .real(fixed(row, as: Float.self))
        case .double: return .double(fixed(row, as: Double.self))
        case .decimal(_, let scale): return .decimal(ExactDecimal(unscaled: fixed(row, as: Int128.self), scale: scale))
        case .text: return .text(String(decoding: bytes(row), as: UTF8.self))
        case .json: return .json(String(decoding: bytes(row), as: UTF8.self))
        case .bytea: return .bytea(Array(bytes(row)))
        case .date: return .date(CalendarDate(daysSinceEpoch: fixed(row, as: Int32.self)))
        case .time: return .time(TimeOfDay(microseconds: fixed(row, as: Int64.self)))
        case .timestamp: return .timestamp(Timestamp(microseconds: fixed(row, as: Int64.self)))
        case .interval: return .interval(fixed(row, as: CalendarInterval.self))
        case .uuid: return .uuid(uuid(row))
        case .array: return .array(range(row).map { children[0].value(at: $0) })
        case .map:
            return .map(
                range(row).map { entry in
                    NamedValue(String(decoding: children[0].bytes(entry), as: UTF8.self), children[1].value(at: entry))
                })
        case .structure(let fields):
            return .structure(zip(fields, children).map { NamedValue($0.name, $1.value(at: row)) })
        }
    }
}
