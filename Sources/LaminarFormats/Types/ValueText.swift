#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

extension Value: CustomStringConvertible {
    /// The cell as a person reads it: exact numbers, text as it is, bytes as `\x` and hexadecimal, timestamps in RFC 3339 with
    /// microseconds in UTC, NULL as `NULL`; nested values as JSON.
    public var description: String {
        switch self {
        case .null: "NULL"
        case .boolean(let value): value ? "true" : "false"
        case .smallint(let value): String(value)
        case .int(let value): String(value)
        case .bigint(let value): String(value)
        case .real(let value): value.description
        case .double(let value): value.description
        case .decimal(let value): value.description
        case .text(let value), .json(let value): value
        case .bytea(let value): "\\x" + Self.hexadecimal(value)
        case .date(let value): value.description
        case .time(let value): value.description
        case .timestamp(let value): value.description
        case .interval(let value): value.description
        case .uuid(let value): value.uuidString.lowercased()
        case .array, .structure, .map: json
        }
    }

    private static func hexadecimal(_ bytes: [UInt8]) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }

    /// The cell as JSON that the `json` format reads back to the same value: BIGINT and DECIMAL as exact numbers, bytes in
    /// base64, timestamps, dates, times, intervals and UUIDs as strings, a JSON cell as it was written; NaN and the
    /// infinities as strings.
    public var json: String {
        var writer = JSONWriter()
        writer.write(self)
        return writer.text
    }
}

extension Row {
    /// The row as one line of JSON, an object with a member for each column.
    public var jsonLine: String {
        var writer = JSONWriter()
        writer.write(self)
        return writer.text
    }
}
