/// A column that another room fills value by value: a query's result.
///
///     let ids = ColumnAssembly(.bigint)
///     ids.append(int64: 7)
///     ids.appendNull()
///     let column = ids.finish()          // and starts again
///
/// The caller appends what the type holds: `int64` for BIGINT, TIME and TIMESTAMP, `int32` for INT and DATE, `bytes` for
/// TEXT, JSON and BYTEA, and so on; another append stops the program.
package final class ColumnAssembly {
    private var builder: ColumnBuilder

    /// A column without rows.
    package init(_ type: ColumnType) { builder = ColumnBuilder(type) }

    /// How many rows it has.
    package var count: Int { builder.count }

    package func appendNull() { builder.appendNull() }

    /// BOOLEAN.
    package func append(bool value: Bool) {
        precondition(builder.layout == .bits, "not a BOOLEAN column")
        builder.append(bit: value)
    }

    /// SMALLINT.
    package func append(int16 value: Int16) { fixed(value) }
    /// INT, DATE.
    package func append(int32 value: Int32) { fixed(value) }
    /// BIGINT, TIME, TIMESTAMP.
    package func append(int64 value: Int64) { fixed(value) }
    /// REAL.
    package func append(float value: Float) { fixed(value) }
    /// DOUBLE.
    package func append(double value: Double) { fixed(value) }
    /// DECIMAL's unscaled number.
    package func append(int128 value: Int128) { fixed(value) }
    /// INTERVAL.
    package func append(interval value: CalendarInterval) { fixed(value) }

    /// UUID: 16 bytes in the order of its text.
    package func append(uuid bytes: UnsafeRawBufferPointer) {
        precondition(builder.layout == .fixed && builder.width == 16 && bytes.count == 16, "not a UUID")
        builder.append(bytes.loadUnaligned(as: Int128.self))
    }

    /// TEXT, JSON and BYTEA; false, with nothing appended, past 2 GiB.
    package func append(bytes: UnsafeRawBufferPointer) -> Bool {
        precondition(builder.layout == .bytes, "not a column of bytes")
        return builder.append(bytes: bytes)
    }

    /// Any value of the column's type; false, with nothing appended, for another one.
    package func append(_ value: Value) -> Bool { builder.append(value) }

    /// The rows so far as a column; the next one starts empty.
    package func finish() -> Column { builder.finish() }

    @inline(__always)
    private func fixed<Element: BitwiseCopyable>(_ value: Element) {
        precondition(
            builder.layout == .fixed && builder.width == MemoryLayout<Element>.size,
            "not the width of the column's type")
        builder.append(value)
    }
}
