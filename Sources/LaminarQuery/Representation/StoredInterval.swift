import LaminarFormats

/// INTERVAL as 32 bytes whose order is PostgreSQL's: a month counts as 30 days there, a day as 24 hours.
///
/// First the whole span in microseconds, 16 bytes, big-endian, its sign turned (so that memory's order is the numbers'),
/// then months and days as Int32 and microseconds as Int64, big-endian. Spans that are equal to PostgreSQL (`1 month` and
/// `30 days`) have equal first halves; whoever compares takes only that half (``FunctionCatalog/intervalKey(_:)``).
enum StoredInterval {
    static let count = 32
    private static let signBit: UInt128 = 1 << 127
    private static let perDay: Int128 = 86_400_000_000

    /// The whole span in microseconds.
    static func span(_ interval: CalendarInterval) -> Int128 {
        (Int128(interval.months) * 30 + Int128(interval.days)) * perDay + Int128(interval.microseconds)
    }

    /// Writes ``count`` bytes.
    static func encode(_ interval: CalendarInterval, into target: UnsafeMutableRawPointer) {
        let key = UInt128(bitPattern: span(interval)) ^ signBit
        target.storeBytes(of: key.bigEndian, as: UInt128.self)
        target.storeBytes(of: interval.months.bigEndian, toByteOffset: 16, as: Int32.self)
        target.storeBytes(of: interval.days.bigEndian, toByteOffset: 20, as: Int32.self)
        target.storeBytes(of: interval.microseconds.bigEndian, toByteOffset: 24, as: Int64.self)
    }

    /// The bytes as an array.
    static func encode(_ interval: CalendarInterval) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: count) { buffer, used in
            if let start = buffer.baseAddress { encode(interval, into: UnsafeMutableRawPointer(start)) }
            used = count
        }
    }

    /// The interval; nil for bytes that are none. A key alone (16 bytes) gives its span in days and microseconds.
    static func decode(_ bytes: UnsafeRawBufferPointer) -> CalendarInterval? {
        if bytes.count == 16 { return interval(ofKey: bytes) }
        guard bytes.count == count else { return nil }
        return CalendarInterval(
            months: Int32(bigEndian: bytes.loadUnaligned(fromByteOffset: 16, as: Int32.self)),
            days: Int32(bigEndian: bytes.loadUnaligned(fromByteOffset: 20, as: Int32.self)),
            microseconds: Int64(bigEndian: bytes.loadUnaligned(fromByteOffset: 24, as: Int64.self)))
    }

    private static func interval(ofKey bytes: UnsafeRawBufferPointer) -> CalendarInterval? {
        let span = Int128(bitPattern: UInt128(bigEndian: bytes.loadUnaligned(as: UInt128.self)) ^ signBit)
        let (days, rest) = span.quotientAndRemainder(dividingBy: perDay)
        guard let days = Int32(exactly: days) else { return nil }
        return CalendarInterval(days: days, microseconds: Int64(truncatingIfNeeded: rest))
    }
}
