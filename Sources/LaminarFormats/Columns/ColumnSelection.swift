// Rows taken out of columns, and columns from values that a query has computed.
extension Column {
    /// The column with these rows of it, in this order; each is 0 up to `count`.
    package func taking(_ rows: [Int32]) -> Column {
        var builder = ColumnBuilder(type)
        builder.reserveRows(rows.count)
        for row in rows { builder.append(row: Int(row), of: self) }
        return builder.finish()
    }

    /// A SMALLINT, INT, BIGINT, DATE, TIME, TIMESTAMP or BOOLEAN column from numbers that fit.
    package static func integers(_ type: ColumnType, _ values: [Int64], isNull: [Bool]?) -> Column {
        var builder = ColumnBuilder(type)
        builder.reserveRows(values.count)
        for (row, value) in values.enumerated() {
            if let isNull, isNull[row] {
                builder.appendNull()
                continue
            }
            switch type {
            case .boolean: builder.append(bit: value != 0)
            case .smallint: builder.append(Int16(truncatingIfNeeded: value))
            case .int, .date: builder.append(Int32(truncatingIfNeeded: value))
            default: builder.append(value)
            }
        }
        return builder.finish()
    }

    /// A REAL or DOUBLE column.
    package static func floats(_ type: ColumnType, _ values: [Double], isNull: [Bool]?) -> Column {
        var builder = ColumnBuilder(type)
        builder.reserveRows(values.count)
        for (row, value) in values.enumerated() {
            if let isNull, isNull[row] {
                builder.appendNull()
            } else if type == .real {
                builder.append(Float(value))
            } else {
                builder.append(value)
            }
        }
        return builder.finish()
    }

    /// A DECIMAL column from unscaled numbers that fit.
    package static func decimals(_ type: ColumnType, unscaled values: [Int128], isNull: [Bool]?) -> Column {
        var builder = ColumnBuilder(type)
        builder.reserveRows(values.count)
        for (row, value) in values.enumerated() {
            if let isNull, isNull[row] { builder.appendNull() } else { builder.append(value) }
        }
        return builder.finish()
    }

    /// A TEXT, JSON or BYTEA column from bytes that lie elsewhere; a null slice is NULL. The caller knows that they are
    /// the type's.
    package static func bytes(_ type: ColumnType, copying slices: some Sequence<PayloadSlice>) -> Column {
        var builder = ColumnBuilder(type)
        for slice in slices where slice.isNull || !builder.append(bytes: slice.bytes) { builder.appendNull() }
        return builder.finish()
    }

    /// The same from arrays; nil is NULL.
    package static func byteArrays(_ type: ColumnType, _ values: [[UInt8]?]) -> Column {
        var builder = ColumnBuilder(type)
        for value in values {
            guard let value, value.withUnsafeBytes({ builder.append(bytes: $0) }) else {
                builder.appendNull()
                continue
            }
        }
        return builder.finish()
    }

    /// Calls `body` with one bit a row, lowest bit first, 1 for a value; nil where no row is NULL. Valid for the call.
    package func withValidity<Result>(_ body: (UnsafePointer<UInt8>?) -> Result) -> Result {
        withExtendedLifetime(self) { body(validityBits) }
    }

    /// Calls `body` with the bits of a BOOLEAN column, lowest bit first. Valid for the call.
    package func withBits<Result>(_ body: (UnsafePointer<UInt8>) -> Result) -> Result? {
        guard type == .boolean, let valueBytes else { return nil }
        return withExtendedLifetime(self) { body(valueBytes.assumingMemoryBound(to: UInt8.self)) }
    }

    /// Calls `body` with offsets and bytes of a TEXT, JSON or BYTEA column. Valid for the call.
    package func withTexts<Result>(_ body: (UnsafePointer<Int32>, UnsafeRawPointer) -> Result) -> Result? {
        guard type.isVariableWidth, let offsetValues, let valueBytes else { return nil }
        return withExtendedLifetime(self) { body(offsetValues, valueBytes) }
    }
}

extension RecordBatch {
    /// A batch of some of the columns, by their places, and of some of the rows; nil for all rows.
    package func taking(columns places: [Int], rows: [Int32]?, schema: RowSchema) throws(FormatError) -> RecordBatch {
        var taken: [Column] = []
        for place in places {
            let column = columns[place]
            taken.append(rows.map { column.taking($0) } ?? column)
        }
        return try RecordBatch(schema: schema, columns: taken, count: rows?.count ?? count)
    }
}

extension ColumnBuilder {
    /// One row of a column of the same type.
    fileprivate mutating func append(row: Int, of column: Column) {
        if column.isNull(row) { return appendNull() }
        switch layout {
        case .bits: append(bit: column.bit(row))
        case .fixed:
            switch width {
            case 2: append(column.fixed(row, as: Int16.self))
            case 4: append(column.fixed(row, as: Int32.self))
            case 8: append(column.fixed(row, as: Int64.self))
            default: append(column.fixed(row, as: Int128.self))
            }
        // They were in a column of at most 2 GiB, of which these are a part.
        case .bytes: if !append(bytes: column.bytes(row)) { appendNull() }
        case .list:
            for element in column.range(row) {
                for (number, child) in column.children.enumerated() { children[number].append(row: element, of: child) }
            }
            if !endList() { appendNull() }
        case .structure:
            for (number, child) in column.children.enumerated() { children[number].append(row: row, of: child) }
            endStructure()
        }
    }
}
