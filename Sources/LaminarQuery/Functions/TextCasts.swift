#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif
import LaminarFormats
import LaminarStore

// Conversions from and to TEXT: PostgreSQL's formats. A text that doesn't fit is never part of the error.
extension FunctionCatalog {
    static let textCasts: [CastFunction] = toText + fromText

    // MARK: To text

    private static let toText: [CastFunction] =
        [TypeKind.smallint, .int, .bigint].map { from in .ours(from, .text, .assignment) { $1.set(String($0.int64(0))) }
        }
        + [
            .ours(.boolean, .text, .assignment) { $1.set($0.bool(0) ? "true" : "false") },
            .ours(.real, .text, .assignment) { $1.set(FloatText.text(Float($0.double(0)))) },
            .ours(.double, .text, .assignment) { $1.set(FloatText.text($0.double(0))) },
            .ours(.decimal, .text, .assignment, extras: CastFunction.scaleOfSource) { arguments, result in
                result.set(try DecimalText.text(arguments.decimal(0), scale: arguments.extra(1)))
            },
            .ours(.bytea, .text, .assignment) { $1.set("\\x" + HexText.text($0.bytes(0))) },
            .ours(.date, .text, .assignment) { $1.set(CivilText.date(days: $0.int64(0))) },
            .ours(.time, .text, .assignment) { $1.set(CivilText.clock(microseconds: $0.int64(0))) },
            .ours(.timestamp, .text, .assignment) { $1.set(CivilText.timestamp(microseconds: $0.int64(0))) },
            .ours(.interval, .text, .assignment) { $1.set(IntervalText.text(try $0.interval(0))) },
            .ours(.uuid, .text, .assignment) { $1.set(UUIDText.text($0.bytes(0))) },
            .same(.json, .text, .assignment),
            .same(.array, .text, .assignment), .same(.structure, .text, .assignment), .same(.map, .text, .assignment),
            .same(.array, .json, .assignment), .same(.structure, .json, .assignment), .same(.map, .json, .assignment),
        ]

    // MARK: From text

    private static let fromText: [CastFunction] = [
        .ours(.text, .boolean, .explicit) { arguments, result in
            result.set(try BooleanText.parse(arguments.text(0)))
        },
        .ours(.text, .smallint, .explicit) { $1.set(try IntegerText.parse($0.text(0), as: Int16.self, .smallint)) },
        .ours(.text, .int, .explicit) { $1.set(try IntegerText.parse($0.text(0), as: Int32.self, .int)) },
        .ours(.text, .bigint, .explicit) { $1.set(try IntegerText.parse($0.text(0), as: Int64.self, .bigint)) },
        .ours(.text, .real, .explicit) { $1.set(try FloatText.parse($0.text(0), isReal: true)) },
        .ours(.text, .double, .explicit) { $1.set(try FloatText.parse($0.text(0), isReal: false)) },
        .ours(.text, .decimal, .explicit, extras: CastFunction.precisionAndScale) { arguments, result in
            let text = TrimmedText.trimmed(arguments.text(0))
            guard let number = DecimalText.parse(text) else {
                // A number with too many digits is one all the same.
                throw Double(text).map { $0.isFinite } ?? false
                    ? DecimalNumber.overflow : QueryError(.invalidText, "invalid input syntax for type numeric")
            }
            result.set(try DecimalText.fitted(number, precision: arguments.extra(1), scale: arguments.extra(2)))
        },
        .ours(.text, .bytea, .explicit) { $1.set(blob: try ByteText.parse($0.bytes(0))) },
        .ours(.text, .date, .explicit) { arguments, result in
            result.set(try CivilReader.timestamp(arguments.text(0), .date).days)
        },
        .ours(.text, .timestamp, .explicit) { arguments, result in
            result.set(try CivilReader.timestamp(arguments.text(0), .timestamp).microseconds())
        },
        .ours(.text, .time, .explicit) { $1.set(try CivilReader.time($0.text(0))) },
        .ours(.text, .interval, .explicit) { arguments, result in
            guard let interval = IntervalText.parse(arguments.text(0)) else {
                throw QueryError.invalidText(.interval)
            }
            result.set(interval)
        },
        .ours(.text, .uuid, .explicit) { $1.set(blob: try UUIDText.parse($0.text(0))) },
        .ours(.text, .json, .explicit) { arguments, result in
            let bytes = arguments.bytes(0)
            guard JSONText.isValid(bytes) else { throw QueryError.invalidText(.json) }
            result.set(text: bytes)
        },
        nested(.text, .array), nested(.text, .structure), nested(.text, .map),
        nested(.json, .array), nested(.json, .structure), nested(.json, .map),
        nested(.array, .array), nested(.structure, .structure), nested(.map, .map),
        fromJSON(.boolean), fromJSON(.smallint), fromJSON(.int), fromJSON(.bigint), fromJSON(.real), fromJSON(.double),
        fromJSON(.decimal),
    ]

    /// A JSON text read as a value of the type, and written again as such a value is.
    private static func nested(_ from: TypeKind, _ to: TypeKind) -> CastFunction {
        .ours(from, to, .explicit, extras: CastFunction.target) { arguments, result in
            let bytes = arguments.bytes(0)
            let type = try TypeCode.type(arguments.bytes(1))
            guard JSONText.isValid(bytes) else { throw QueryError.invalidText(type) }
            result.set(try NestedText(type).value(bytes, of: type).json)
        }
    }

    /// A number or a truth value of a JSON value; a string isn't one.
    private static func fromJSON(_ to: TypeKind) -> CastFunction {
        .ours(.json, to, .explicit, extras: CastFunction.target) { arguments, result in
            let type = try TypeCode.type(arguments.bytes(1))
            let bytes = arguments.bytes(0)
            guard let scalar = JSONText.scalar(bytes) else {
                throw QueryError(.invalidText, "cannot cast this JSON value to type \(QueryError.typeName(type))")
            }
            switch (scalar, type) {
            case (.null, _): result.setNull()
            case (.boolean(let value), .boolean): result.set(value)
            case (.number(let text), .real): result.set(try FloatText.parse(text, isReal: true))
            case (.number(let text), .double): result.set(try FloatText.parse(text, isReal: false))
            case (.number(let text), .decimal(let precision, let scale)):
                guard let number = DecimalText.parse(text) else { throw DecimalNumber.overflow }
                result.set(try DecimalText.fitted(number, precision: precision, scale: scale))
            case (.number(let text), .smallint), (.number(let text), .int), (.number(let text), .bigint):
                guard let number = DecimalText.parse(text), let whole = Int64(exactly: try number.rescaled(to: 0)),
                    type == .bigint || type == .int && Int32(exactly: whole) != nil || Int16(exactly: whole) != nil
                else { throw QueryError.outOfRange(type) }
                result.set(whole)
            default: throw QueryError(.invalidText, "cannot cast this JSON value to type \(QueryError.typeName(type))")
            }
        }
    }
}

/// Whole numbers as text.
enum IntegerText {
    /// Sign and digits with white space around them.
    static func parse<Number: FixedWidthInteger>(
        _ text: String, as number: Number.Type, _ type: ColumnType
    ) throws(QueryError) -> Int64 {
        let trimmed = TrimmedText.trimmed(text)
        if let value = Number(trimmed) { return Int64(value) }
        let digits = trimmed.utf8.first.map { $0 == 0x2B || $0 == 0x2D } ?? false ? trimmed.dropFirst() : trimmed[...]
        guard !digits.isEmpty, digits.utf8.allSatisfy({ $0 &- 48 < 10 }) else { throw .invalidText(type) }
        throw QueryError(.outOfRange, "value out of range for type \(QueryError.typeName(type))")
    }
}

/// Truth values as text.
enum BooleanText {
    /// `true`, `yes`, `on`, `1` and their opposites, any beginning that is one of them only, in any case.
    static func parse(_ text: String) throws(QueryError) -> Bool {
        let word = TrimmedText.trimmed(text).lowercased()
        if word == "1" || word == "on" { return true }
        if word == "0" || word == "of" || word == "off" { return false }
        if !word.isEmpty {
            if "true".hasPrefix(word) || "yes".hasPrefix(word) { return true }
            if "false".hasPrefix(word) || "no".hasPrefix(word) { return false }
        }
        throw .invalidText(.boolean)
    }
}

/// UUIDs as text.
enum UUIDText {
    static func text(_ bytes: UnsafeRawBufferPointer) -> String {
        let hex = Array(HexText.text(bytes).utf8)
        guard hex.count == 32 else { return String(decoding: hex, as: UTF8.self) }
        let parts = [hex[0..<8], hex[8..<12], hex[12..<16], hex[16..<20], hex[20..<32]]
        return parts.map { String(decoding: $0, as: UTF8.self) }.joined(separator: "-")
    }

    /// 32 hexadecimal digits; a hyphen may follow each group of four, and braces may stand around all.
    static func parse(_ text: String) throws(QueryError) -> [UInt8] {
        var bytes = Array(TrimmedText.trimmed(text).utf8)[...]
        if bytes.first == 0x7B, bytes.last == 0x7D { bytes = bytes.dropFirst().dropLast() }
        var digits: [UInt8] = []
        var wasHyphen = true
        for byte in bytes {
            if byte == 0x2D {
                guard !wasHyphen, digits.count % 4 == 0, digits.count < 32 else { throw .invalidText(.uuid) }
                wasHyphen = true
            } else {
                digits.append(byte)
                wasHyphen = false
            }
        }
        guard digits.count == 32, let value = HexText.parse(digits) else { throw .invalidText(.uuid) }
        return value
    }
}
