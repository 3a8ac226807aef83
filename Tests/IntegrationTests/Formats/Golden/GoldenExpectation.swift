import Foundation

@testable import LaminarFormats

/// Compares what was read with what independent decoders read; see the vectors' README for the tags.
enum GoldenExpectation {
    /// Why a row isn't what it must be; nil where it is.
    static func difference(_ row: Row, _ expected: JSONTree) -> String? {
        let columns = row.schema.columns.filter { $0.metadata == nil }
        let isWhole = columns.count == 1 && columns[0].name == "value" && expected["value"] == nil
        if isWhole || expected.members == nil {
            return matches(row.value(at: 0), expected) ? nil : "\(row.value(at: 0)) isn't \(expected)"
        }
        for column in columns where !matches(row[column.name], expected[column.name] ?? .null) {
            return "\(column.name): \(row[column.name]) isn't \(expected[column.name].map { "\($0)" } ?? "there")"
        }
        let names = Set(columns.map(\.name))
        guard let missing = expected.members?.first(where: { !names.contains($0.name) }) else { return nil }
        return "\(missing.name): there is no such column"
    }

    private static func matches(_ value: Value, _ expected: JSONTree) -> Bool {
        if case .json(let text) = value {
            guard let tree = try? JSONTree(text, depthLimit: 1000) else { return false }
            return matches(tree, expected)
        }
        if let tag = expected.members?.first, expected.members?.count == 1, tag.name.hasPrefix("$") {
            return matches(value, tag.name, tag.value.string ?? "")
        }
        switch (value, expected) {
        case (.null, .null): return true
        case (.array(let values), .array(let wanted)):
            return values.count == wanted.count && zip(values, wanted).allSatisfy { matches($0, $1) }
        case (.structure(let values), .object), (.map(let values), .object):
            let names = Set(values.map(\.name) + (expected.members ?? []).map(\.name))
            return names.allSatisfy { name in
                let value = values.first { $0.name == name }?.value ?? .null
                return matches(value, expected[name] ?? .null)
            }
        case (.real(let number), .number): return expected.double.map { Float($0) } == number
        case (.real(let number), .string(let text)): return text == special(Double(number))
        case (.double(let number), .string(let text)): return text == special(number)
        case (.bytea(let bytes), .string(let text)): return Data(base64Encoded: text).map { Array($0) } == bytes
        case (.timestamp(let instant), .string(let text)): return Timestamp(text) == instant
        case (_, .null): return false
        default:
            guard let tree = try? JSONTree(json(value)) else { return false }
            return matches(tree, expected)
        }
    }

    /// A tagged value: bytes, decimals and times.
    private static func matches(_ value: Value, _ tag: String, _ text: String) -> Bool {
        switch (tag, value) {
        case ("$bytes", .bytea(let bytes)): bytes == GoldenVector.bytes(text)
        case ("$bytes", .interval(let interval)):
            // Avro's duration: months, days and milliseconds, each of 32 bits, little-endian.
            GoldenVector.bytes(text).withUnsafeBytes { bytes in
                let parts = (0..<3).map {
                    UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: $0 * 4, as: UInt32.self))
                }
                return interval
                    == CalendarInterval(
                        months: Int32(bitPattern: parts[0]), days: Int32(bitPattern: parts[1]),
                        microseconds: Int64(parts[2]) * 1000)
            }
        case ("$decimal", .decimal(let decimal)): ExactDecimal(text) == decimal
        case ("$uuid", .uuid(let uuid)): UUID(uuidString: text) == uuid
        case ("$date", .date(let date)): CalendarDate(text) == date
        case ("$time", .time(let time)): TimeOfDay(text) == time
        case ("$timestamp", .timestamp(let instant)), ("$local_timestamp", .timestamp(let instant)):
            Timestamp(text) == instant
        default: false
        }
    }

    /// JSON against the expected value, whose tags JSON doesn't have.
    private static func matches(_ found: JSONTree, _ expected: JSONTree) -> Bool {
        if let tag = expected.members?.first, expected.members?.count == 1, tag.name.hasPrefix("$") {
            let text = tag.value.string ?? ""
            switch (tag.name, found) {
            case ("$bytes", .string(let found)):
                return Data(base64Encoded: found).map { Array($0) } == GoldenVector.bytes(text)
                    || Timestamp(found) == nil && CalendarInterval(found) != nil
            case ("$decimal", .string(let found)), ("$decimal", .number(let found)):
                return ExactDecimal(found) == ExactDecimal(text)
            case (_, .string(let found)):
                return found.lowercased() == text.lowercased()
                    || Timestamp(found).map { Timestamp(text) == $0 } ?? false
                    || TimeOfDay(found).map { TimeOfDay(text) == $0 } ?? false
            default: return false
            }
        }
        switch (found, expected) {
        case (.object(let members), .object(let wanted)):
            return members.count == wanted.count
                && wanted.allSatisfy { member in found[member.name].map { matches($0, member.value) } ?? false }
        case (.array(let values), .array(let wanted)):
            return values.count == wanted.count && zip(values, wanted).allSatisfy { matches($0, $1) }
        case (.number, .number):
            return found == expected || found.double == expected.double || isSameFloat(found, expected)
        case (.number(let number), .string(let text)), (.string(let text), .number(let number)): return number == text
        default: return found == expected
        }
    }

    /// A float is printed with the digits that tell it from other floats.
    private static func isSameFloat(_ left: JSONTree, _ right: JSONTree) -> Bool {
        guard let left = left.double, let right = right.double else { return false }
        return Float(left) == Float(right) && abs(left - right) <= abs(left) * 1e-6
    }

    private static func special(_ number: Double) -> String {
        number.isNaN ? "NaN" : number.isInfinite ? (number < 0 ? "-Infinity" : "Infinity") : "\(number)"
    }

    private static func json(_ value: Value) -> String {
        switch value {
        case .text(let text):
            String(decoding: (try? JSONEncoder().encode(text)) ?? Data(), as: UTF8.self)
        case .uuid(let uuid): "\"\(uuid.uuidString.lowercased())\""
        case .date, .time, .timestamp, .interval: "\"\(value)\""
        default: "\(value)"
        }
    }
}
