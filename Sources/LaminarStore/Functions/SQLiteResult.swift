internal import CSQLite

/// Where a registered function, an aggregate or a virtual table puts the one value that it is asked for; NULL until then.
///
/// Hot-path file. SQLite copies text and bytes into memory that it uses again from row to row.
package struct SQLiteResult {
    private let context: OpaquePointer?

    init(_ context: OpaquePointer?) { self.context = context }

    /// NULL.
    package func setNull() { sqlite3_result_null(context) }

    /// An integer.
    package func set(_ value: Int64) { sqlite3_result_int64(context, value) }

    /// An integer.
    package func set(_ value: Int) { sqlite3_result_int64(context, Int64(value)) }

    /// 1 or 0.
    package func set(_ value: Bool) { sqlite3_result_int(context, value ? 1 : 0) }

    /// A double; NaN becomes NULL, since SQLite has none.
    package func set(_ value: Double) { sqlite3_result_double(context, value) }

    /// A text.
    package func set(_ value: String) {
        var value = value
        value.withUTF8 { set(text: UnsafeRawBufferPointer($0)) }
    }

    /// A text from UTF-8, copied.
    package func set(text bytes: UnsafeRawBufferPointer) {
        laminar_sqlite3_result_text(context, bytes.baseAddress, UInt64(bytes.count))
    }

    /// Bytes, copied.
    package func set(blob bytes: UnsafeRawBufferPointer) {
        laminar_sqlite3_result_blob(context, bytes.baseAddress, UInt64(bytes.count))
    }

    /// Bytes, copied.
    package func set(blob bytes: [UInt8]) { bytes.withUnsafeBytes { set(blob: $0) } }

    /// Any value.
    package func set(_ value: SQLiteValue) {
        switch value {
        case .null: setNull()
        case .integer(let integer): set(integer)
        case .real(let real): set(real)
        case .text(let text): set(text)
        case .blob(let bytes): set(blob: bytes)
        }
    }

    /// Ends the statement with this error, which whoever steps the statement gets back as it is.
    func fail(_ error: any Error, keepingIn failures: SQLiteFailures) {
        failures.keep(error)
        sqlite3_result_error(context, String(describing: error), -1)
    }
}
