/// Under what a payload names its writer's schema.
public enum SchemaKey: Hashable, Sendable {
    /// A number, of a registry that speaks Confluent's protocol; positive.
    case id(Int32)
    /// A fingerprint that is the same in every registry of Confluent's, in a record's header.
    case guid(SchemaUUID)
    /// A schema version of AWS Glue's.
    case version(SchemaUUID)
}

extension SchemaKey: CustomStringConvertible {
    /// `id 7`, `GUID 89791762-…`, `schema version b7b4a7f0-…`.
    public var description: String {
        switch self {
        case .id(let id): "id \(id)"
        case .guid(let guid): "GUID \(guid)"
        case .version(let version): "schema version \(version)"
        }
    }
}

/// Sixteen bytes, compared by two loads.
@frozen public struct SchemaUUID: Hashable, Sendable {
    let high: UInt64
    let low: UInt64

    /// - Parameter start: sixteen readable bytes, in the order in which they are written.
    init(reading start: UnsafeRawPointer) {
        high = UInt64(bigEndian: start.loadUnaligned(as: UInt64.self))
        low = UInt64(bigEndian: start.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
    }

    /// From its text: 32 hexadecimal digits, with or without hyphens.
    ///
    /// - Returns: nil for anything else.
    public init?(_ text: String) {
        var digits: [UInt64] = []
        for byte in text.utf8 where byte != 0x2D {
            guard let digit = Character(UnicodeScalar(byte)).hexDigitValue, digits.count < 32 else { return nil }
            digits.append(UInt64(digit))
        }
        guard digits.count == 32 else { return nil }
        high = digits[..<16].reduce(0) { $0 << 4 | $1 }
        low = digits[16...].reduce(0) { $0 << 4 | $1 }
    }

    /// The sixteen bytes.
    public var bytes: [UInt8] {
        [high, low].flatMap { half in (0..<8).map { UInt8(truncatingIfNeeded: half >> (56 - 8 * $0)) } }
    }
}

extension SchemaUUID: CustomStringConvertible {
    /// In the usual form, `b7b4a7f0-9c96-4e4a-a687-fb5de9ef0c63`.
    public var description: String {
        var text = ""
        for (index, byte) in bytes.enumerated() {
            if [4, 6, 8, 10].contains(index) { text += "-" }
            text += byte < 16 ? "0" + String(byte, radix: 16) : String(byte, radix: 16)
        }
        return text
    }
}
