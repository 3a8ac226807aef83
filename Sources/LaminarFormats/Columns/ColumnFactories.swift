#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

// Columns from values at hand: what the Kafka side fills metadata columns with, and tests build batches from.
extension Column {
    /// A BIGINT column.
    ///
    /// - Parameters:
    ///   - values: one a row, anything where the row is NULL.
    ///   - isValid: false for NULL, one a row; nil when no row is.
    public static func bigints(_ values: [Int64], isValid: [Bool]? = nil) -> Column {
        fixed(.bigint, values, zero: 0, isValid)
    }

    /// An INT column.
    public static func ints(_ values: [Int32], isValid: [Bool]? = nil) -> Column {
        fixed(.int, values, zero: 0, isValid)
    }

    /// A DOUBLE column.
    public static func doubles(_ values: [Double], isValid: [Bool]? = nil) -> Column {
        fixed(.double, values, zero: 0, isValid)
    }

    /// A TIMESTAMP column, in microseconds from 1970-01-01T00:00:00Z.
    public static func timestamps(microseconds: [Int64], isValid: [Bool]? = nil) -> Column {
        fixed(.timestamp, microseconds, zero: 0, isValid)
    }

    /// A TEXT column; nil is NULL.
    public static func texts(_ values: [String?]) -> Column { strings(.text, values) }

    /// A TEXT column with the same text in every row: a record's topic.
    public static func text(_ value: String, count: Int) -> Column {
        var builder = ColumnBuilder(.text)
        builder.reserveRows(count)
        var value = value
        value.withUTF8 { bytes in
            for _ in 0..<count where !builder.append(bytes: UnsafeRawBufferPointer(bytes)) { builder.appendNull() }
        }
        return builder.finish()
    }

    /// A JSON column from texts that are JSON already; nil is NULL.
    public static func jsons(_ values: [String?]) -> Column { strings(.json, values) }

    /// A BYTEA column; nil is NULL, which isn't an empty array.
    public static func bytes(_ values: [[UInt8]?]) -> Column {
        var builder = ColumnBuilder(.bytea)
        builder.reserveRows(values.count)
        for value in values {
            guard let value, value.withUnsafeBytes({ builder.append(bytes: $0) }) else {
                builder.appendNull()
                continue
            }
        }
        return builder.finish()
    }

    /// A BYTEA column copied from borrowed memory; a null slice is NULL.
    public static func bytes(copying slices: some Sequence<PayloadSlice>) -> Column {
        var builder = ColumnBuilder(.bytea)
        for slice in slices where slice.isNull || !builder.append(bytes: slice.bytes) { builder.appendNull() }
        return builder.finish()
    }

    /// A column of any type from cells of that type or NULL.
    ///
    /// - Throws: ``FormatError`` with code `.column` when a cell isn't of the column's type.
    public static func values(_ type: ColumnType, _ cells: [Value]) throws(FormatError) -> Column {
        if let problem = type.problem { throw FormatError(.schema, "The column's type can't be: \(problem).") }
        var builder = ColumnBuilder(type)
        builder.reserveRows(cells.count)
        for (row, cell) in cells.enumerated() where !builder.append(cell) {
            throw FormatError(.column, "Row \(row) isn't \(type), which the column is.")
        }
        return builder.finish()
    }

    private static func fixed<Element: BitwiseCopyable>(
        _ type: ColumnType, _ values: [Element], zero: Element, _ isValid: [Bool]?
    ) -> Column {
        var builder = ColumnBuilder(type)
        builder.reserveRows(values.count)
        for (row, value) in values.enumerated() {
            if let isValid, row >= isValid.count || !isValid[row] {
                builder.appendNull()
            } else {
                builder.append(value)
            }
        }
        return builder.finish()
    }

    private static func strings(_ type: ColumnType, _ values: [String?]) -> Column {
        var builder = ColumnBuilder(type)
        builder.reserveRows(values.count)
        for value in values {
            guard var value, value.withUTF8({ builder.append(bytes: UnsafeRawBufferPointer($0)) }) else {
                builder.appendNull()
                continue
            }
        }
        return builder.finish()
    }
}

extension ColumnBuilder {
    /// A cell of the column's type or NULL; false, with nothing appended, for a cell of another type or past 2 GiB.
    mutating func append(_ value: Value) -> Bool {
        let before = count
        if appendUnchecked(value) { return true }
        truncate(to: before)
        return false
    }

    private mutating func appendUnchecked(_ value: Value) -> Bool {
        switch (type, value) {
        case (_, .null): appendNull()
        case (.boolean, .boolean(let value)): append(bit: value)
        case (.smallint, .smallint(let value)): append(value)
        case (.int, .int(let value)): append(value)
        case (.bigint, .bigint(let value)): append(value)
        case (.real, .real(let value)): append(value)
        case (.double, .double(let value)): append(value)
        case (.decimal(let precision, let scale), .decimal(let value)):
            guard let exact = value.rescaled(to: scale),
                exact.unscaled.magnitude < UInt128(ExactDecimal.power(precision))
            else { return false }
            append(exact.unscaled)
        case (.date, .date(let value)): append(value.daysSinceEpoch)
        case (.time, .time(let value)): append(value.microseconds)
        case (.timestamp, .timestamp(let value)): append(value.microseconds)
        case (.interval, .interval(let value)): append(value)
        case (.uuid, .uuid(let value)): append(value.uuid)
        case (.text, .text(var value)), (.json, .json(var value)):
            return value.withUTF8 { append(bytes: UnsafeRawBufferPointer($0)) }
        case (.bytea, .bytea(let value)): return value.withUnsafeBytes { append(bytes: $0) }
        case (.array, .array(let elements)):
            for element in elements where !children[0].append(element) { return false }
            return endList()
        case (.map, .map(let entries)):
            for entry in entries {
                guard children[0].append(.text(entry.name)), children[1].append(entry.value) else { return false }
            }
            return endList()
        case (.structure(let fields), .structure(let values)):
            guard fields.count == values.count else { return false }
            for index in 0..<childCount where !children[index].append(values[index].value) { return false }
            endStructure()
        default: return false
        }
        return true
    }
}
