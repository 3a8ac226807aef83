// Arrays, dictionaries and fields of structures, read from nested columns.

extension ColumnValue {
    /// The elements of an array column's row, each read as this type.
    ///
    /// - Throws: ``DecodeFailure`` with code `.missing` for NULL, `.type` for another column; an element's own, with its
    ///   place in the path.
    @inlinable public static func elements(of column: Column, row: Int) throws(DecodeFailure) -> [Self] {
        if column.isNull(row) { throw Column.missing }
        guard case .array = column.type else { throw column.mismatch("an array") }
        let range = column.range(row)
        let child = column.children[0]
        var elements: [Self] = []
        elements.reserveCapacity(range.count)
        for place in range {
            do throws(DecodeFailure) {
                elements.append(try Self(child, row: place))
            } catch {
                throw error.within("[\(place - range.lowerBound)]")
            }
        }
        return elements
    }
}

extension Array: ColumnValue where Element: ColumnValue {
    /// From `T[]`; `[UInt8]` also from BYTEA, TEXT and JSON.
    @inlinable public init(_ column: Column, row: Int) throws(DecodeFailure) {
        self = try Element.elements(of: column, row: row)
    }
}

extension UInt8: ColumnValue {
    /// From SMALLINT, INT and BIGINT where it fits.
    @inlinable public init(_ column: Column, row: Int) throws(DecodeFailure) {
        guard let value = UInt8(exactly: try column.integer(row, "UInt8")) else {
            throw DecodeFailure(.range, "The number doesn't fit into UInt8.")
        }
        self = value
    }

    /// The bytes of BYTEA, TEXT and JSON; the numbers of an array column.
    @inlinable public static func elements(of column: Column, row: Int) throws(DecodeFailure) -> [UInt8] {
        if column.isNull(row) { throw Column.missing }
        switch column.type {
        case .bytea, .text, .json: return Array(column.bytes(row))
        case .array:
            var numbers: [UInt8] = []
            for place in column.range(row) { numbers.append(try UInt8(column.children[0], row: place)) }
            return numbers
        default: throw column.mismatch("[UInt8]")
        }
    }
}

extension Dictionary: ColumnValue where Key == String, Value: ColumnValue {
    /// From MAP; of two entries with one key the later one counts.
    @inlinable public init(_ column: Column, row: Int) throws(DecodeFailure) {
        if column.isNull(row) { throw Column.missing }
        guard case .map = column.type else { throw column.mismatch("a dictionary") }
        let range = column.range(row)
        self.init(minimumCapacity: range.count)
        for entry in range {
            let key = String(decoding: column.children[0].bytes(entry), as: UTF8.self)
            do throws(DecodeFailure) {
                self[key] = try Value(column.children[1], row: entry)
            } catch {
                throw error.within("[]")
            }
        }
    }
}

extension Column {
    /// A field of a STRUCT column at a row, for the ``ColumnValue`` of a type that stands for the STRUCT:
    ///
    ///     extension Address: ColumnValue {
    ///         init(_ column: Column, row: Int) throws(DecodeFailure) {
    ///             self.city = try column.field("city", row: row, as: String?.self)
    ///         }
    ///     }
    ///
    /// - Parameters:
    ///   - name: exact, as in the DDL.
    ///   - row: 0 up to `count`.
    ///   - type: what the field is read as.
    /// - Throws: ``DecodeFailure`` with code `.missing` where the STRUCT is NULL, `.type` where there is no such field; the
    ///   field's own, with its name in the path.
    @inlinable public func field<T: ColumnValue>(
        _ name: String, row: Int, as type: T.Type
    ) throws(DecodeFailure) -> T {
        if isNull(row) { throw Column.missing }
        guard case .structure(let fields) = self.type else { throw mismatch("a type with properties") }
        guard let place = fields.firstIndex(where: { $0.name == name }) else {
            throw DecodeFailure(.type, "The STRUCT has no field \(name).")
        }
        do throws(DecodeFailure) {
            return try T(children[place], row: row)
        } catch {
            throw error.within(name)
        }
    }
}
