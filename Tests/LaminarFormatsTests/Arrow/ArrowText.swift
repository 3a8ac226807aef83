import Foundation
import LaminarFormats

extension ArrowPeer {
    /// A value in the words that the Python reader prints.
    static func text(_ value: Value) -> String {
        switch value {
        case .null: return "null"
        case .boolean(let value): return value ? "true" : "false"
        case .smallint(let value): return "\(value)"
        case .int(let value): return "\(value)"
        case .bigint(let value): return "\(value)"
        case .real(let value): return text(.double(Double(value)))
        case .double(let value):
            let digits = String(value.bitPattern, radix: 16)
            return "f" + String(repeating: "0", count: 16 - digits.count) + digits
        case .decimal(let value): return "\(value.unscaled)e-\(value.scale)"
        case .text(let value), .json(let value): return "x" + hex(value.utf8)
        case .bytea(let value): return "x" + hex(value)
        case .uuid(let value): return "x" + withUnsafeBytes(of: value.uuid) { hex($0) }
        case .date(let value): return "\(value.daysSinceEpoch)"
        case .time(let value): return "\(value.microseconds)"
        case .timestamp(let value): return "\(value.microseconds)"
        case .interval(let value): return "\(value.months)m\(value.days)d\(value.microseconds * 1000)n"
        case .array(let values): return "[" + values.map(text).joined(separator: ",") + "]"
        case .structure(let fields): return "{" + fields.map { text($0.value) }.joined(separator: ",") + "}"
        case .map(let entries):
            return "<" + entries.map { text(.text($0.name)) + ":" + text($0.value) }.joined(separator: ",") + ">"
        }
    }

    private static func hex(_ bytes: some Sequence<UInt8>) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    /// What the reader prints of a batch.
    static func text(_ batch: RecordBatch, rows: Int? = nil) -> [String] {
        let count = min(rows ?? batch.count, batch.count)
        return ["batch \(count)"] + batch.prefix(count).map { $0.values.map(text).joined(separator: " ") }
    }
}
