/// How numbers and strings become timestamps, and the day that came last.
struct JSONTimes {
    /// What option `json.timestamp_format` says.
    enum Format: String, CaseIterable {
        /// Strings as RFC 3339 and its relatives, numbers as milliseconds.
        case auto
        /// Strings only.
        case rfc3339
        /// Numbers only, in seconds since 1970-01-01T00:00:00Z.
        case seconds = "unix_s"
        /// Numbers only, in milliseconds.
        case milliseconds = "unix_ms"
        /// Numbers only, in microseconds.
        case microseconds = "unix_us"

        /// The power of ten that turns a number into microseconds; nil where there are no numbers.
        var scale: Int? {
            switch self {
            case .auto, .milliseconds: 3
            case .seconds: 6
            case .microseconds: 0
            case .rfc3339: nil
            }
        }

        var takesStrings: Bool { self == .auto || self == .rfc3339 }
    }

    let format: Format
    /// 1, 1000 or 1,000,000 microseconds; 0 where there are no numbers.
    let unit: Int64
    /// `YYYY-MM-DD` of the last string with a zone of `Z`, as eight and two bytes, and its first microsecond. Records of a
    /// topic mostly share their day.
    var date: UInt64 = 0
    var dateEnd: UInt16 = 0
    var midnight: Int64 = 0

    init(_ format: Format) {
        self.format = format
        var unit: Int64 = 1
        for _ in 0..<(format.scale ?? 0) { unit *= 10 }
        self.unit = format.scale == nil ? 0 : unit
    }
}

// Hot-path file: raw memory, read as in `JSONScanner`.
extension JSONColumnReader {
    /// A TIMESTAMP out of a string or a number.
    @inline(__always)
    func timestamp(
        _ at: UnsafePointer<UInt8>, _ builder: UnsafeMutablePointer<ColumnBuilder>, _ value: inout Int64
    ) -> UnsafePointer<UInt8>? {
        // "YYYY-MM-DDTHH:MM:SS.ffffffZ" on the day that came last: three words, 29 bytes.
        if scanner.end - at >= 29, at.pointee == 0x22, at[28] == 0x22, at[11] == 0x54,
            JSONScanner.word(at + 1) == times.pointee.date,
            UnsafeRawPointer(at + 9).loadUnaligned(as: UInt16.self) == times.pointee.dateEnd
        {
            // "HH:MM:SS" and ".ffffffZ" less "00:00:00" and ".000000Z": every byte is a digit's value, or 0.
            let clock = JSONScanner.word(at + 12) ^ 0x3030_3A30_303A_3030
            let fraction = JSONScanner.word(at + 20) ^ 0x5A30_3030_3030_302E
            let wrong =
                (clock &+ 0x7676_7F76_767F_7676) | clock | (fraction &+ 0x7F76_7676_7676_767F) | fraction
            if wrong & 0x8080_8080_8080_8080 == 0 {
                // Each digit times ten plus its neighbour, in the neighbour's byte.
                let pairs = clock &* 10 &+ clock &>> 8
                let hour = pairs & 0xFF
                let minute = pairs &>> 24 & 0xFF
                let second = pairs &>> 48 & 0xFF
                let digits = fraction &>> 8
                let tens = digits &* 10 &+ digits &>> 8
                let micros = (tens & 0xFF) &* 10_000 &+ (tens &>> 16 & 0xFF) &* 100 &+ (tens &>> 32 & 0xFF)
                if hour < 24, minute < 60, second < 60 {
                    let seconds = (hour &* 60 &+ minute) &* 60 &+ second
                    value = times.pointee.midnight &+ Int64(bitPattern: seconds &* 1_000_000 &+ micros)
                    return at + 29
                }
            }
        }
        return timestampSlow(at, builder, &value)
    }

    @inline(never)
    private func timestampSlow(
        _ at: UnsafePointer<UInt8>, _ builder: UnsafeMutablePointer<ColumnBuilder>, _ value: inout Int64
    ) -> UnsafePointer<UInt8>? {
        if at.pointee != 0x22 { return timestampNumber(at, builder.pointee.type, &value) }
        var bytes = at
        var count = 0
        guard let after = scanner.content(at + 1, scratch, &bytes, &count) else { return nil }
        guard times.pointee.format.takesStrings else { return scanner.fail(.mismatch, at, builder.pointee.type) }
        guard let parsed = CivilTime.parseTimestamp(bytes, count) else {
            return scanner.fail(.text, at, builder.pointee.type)
        }
        value = parsed
        if count >= 20, let days = CivilTime.parseDate(bytes, 10) {
            times.pointee.date = JSONScanner.word(bytes)
            times.pointee.dateEnd = UnsafeRawPointer(bytes + 8).loadUnaligned(as: UInt16.self)
            times.pointee.midnight = Int64(days) &* CivilTime.microsecondsPerDay
        }
        return after
    }

    @inline(never)
    private func timestampNumber(
        _ at: UnsafePointer<UInt8>, _ type: ColumnType, _ value: inout Int64
    ) -> UnsafePointer<UInt8>? {
        guard scanner.isNumber(at), let scale = times.pointee.format.scale else {
            return scanner.fail(.mismatch, at, type)
        }
        guard let after = scanner.skipNumber(at) else { return nil }
        guard let digits = scanner.decimalDigits(at, after), let exact = digits.truncated(scale: scale),
            let fits = Int64(exactly: exact)
        else { return scanner.fail(.range, at, type) }
        value = fits
        return after
    }
}
