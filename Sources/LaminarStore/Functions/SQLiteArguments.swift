internal import CSQLite

/// The arguments of one call of a registered function, lent for the length of the call.
///
/// Hot-path file: every access is one call of SQLite's, nothing is copied unless a `String` or an array is asked for.
package struct SQLiteArguments {
    private let values: UnsafeMutablePointer<OpaquePointer?>
    /// How many there are.
    package let count: Int

    init(_ values: UnsafeMutablePointer<OpaquePointer?>, count: Int32) {
        self.values = values
        self.count = Int(count)
    }

    private func raw(_ index: Int) -> OpaquePointer? {
        precondition(index >= 0 && index < count, "argument out of range")
        return values[index]
    }

    /// How SQLite stores a value.
    package enum Storage: Sendable { case null, integer, real, text, blob }

    /// How the argument is stored.
    package func storage(_ index: Int) -> Storage {
        switch sqlite3_value_type(raw(index)) {
        case SQLITE_INTEGER: .integer
        case SQLITE_FLOAT: .real
        case SQLITE_TEXT: .text
        case SQLITE_BLOB: .blob
        default: .null
        }
    }

    /// Whether the argument is NULL.
    package func isNull(_ index: Int) -> Bool { sqlite3_value_type(raw(index)) == SQLITE_NULL }

    /// Whether any argument is NULL.
    package var hasNull: Bool {
        for index in 0..<count where sqlite3_value_type(values[index]) == SQLITE_NULL { return true }
        return false
    }

    /// The argument as an integer.
    package func int64(_ index: Int) -> Int64 { sqlite3_value_int64(raw(index)) }

    /// The argument as a double.
    package func double(_ index: Int) -> Double { sqlite3_value_double(raw(index)) }

    /// Whether the argument isn't 0.
    package func bool(_ index: Int) -> Bool { sqlite3_value_int64(raw(index)) != 0 }

    /// The argument's bytes in place, for a text or a blob; empty for NULL. Valid for the length of the call.
    package func bytes(_ index: Int) -> UnsafeRawBufferPointer {
        let value = raw(index)
        let start: UnsafeRawPointer? =
            sqlite3_value_type(value) == SQLITE_BLOB
            ? sqlite3_value_blob(value) : sqlite3_value_text(value).map { UnsafeRawPointer($0) }
        guard let start else { return UnsafeRawBufferPointer(start: nil, count: 0) }
        return UnsafeRawBufferPointer(start: start, count: Int(sqlite3_value_bytes(value)))
    }

    /// The argument as a text; empty for NULL.
    package func text(_ index: Int) -> String { String(decoding: bytes(index), as: UTF8.self) }

    /// The argument as a value of its own.
    package func value(_ index: Int) -> SQLiteValue {
        switch storage(index) {
        case .null: .null
        case .integer: .integer(int64(index))
        case .real: .real(double(index))
        case .text: .text(text(index))
        case .blob: .blob(Array(bytes(index)))
        }
    }
}
