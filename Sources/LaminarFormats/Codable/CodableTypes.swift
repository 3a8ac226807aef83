#if canImport(FoundationEssentials)
    public import FoundationEssentials
#else
    public import Foundation
#endif

// Laminar's value types in other coders: as text. Laminar's own decoders read them directly.

/// A type that is coded as its text.
protocol TextCodable: Codable, CustomStringConvertible {
    init?(_ text: String)
}

extension TextCodable {
    /// From a string.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let value = Self(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "The text isn't a \(Self.self).")
        }
        self = value
    }

    /// As a string.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

extension Timestamp: Codable, TextCodable {}
extension CalendarDate: Codable, TextCodable {}
extension TimeOfDay: Codable, TextCodable {}
extension CalendarInterval: Codable, TextCodable {}
extension ExactDecimal: Codable, TextCodable {}

extension Timestamp {
    /// The instant to the microsecond; a Date out of range gives the first or last one.
    public init(_ date: Date) {
        let microseconds = (date.timeIntervalSince1970 * 1_000_000).rounded()
        self.init(microseconds: Int64(exactly: microseconds) ?? (microseconds < 0 ? .min : .max))
    }
}

extension Date {
    /// The instant, to the precision of a Double: a tenth of a microsecond in this century.
    public init(_ timestamp: Timestamp) {
        let (seconds, rest) = timestamp.microseconds.quotientAndRemainder(dividingBy: 1_000_000)
        self.init(timeIntervalSince1970: Double(seconds) + Double(rest) / 1_000_000)
    }
}

extension Decimal {
    /// The same number; all 38 digits fit.
    public init(_ exact: ExactDecimal) {
        let magnitude = exact.unscaled.magnitude
        let high = Decimal(UInt64(truncatingIfNeeded: magnitude >> 64))
        let low = Decimal(UInt64(truncatingIfNeeded: magnitude))
        let whole = high * Decimal(sign: .plus, exponent: 0, significand: Decimal(UInt64.max) + 1) + low
        self.init(sign: exact.unscaled < 0 ? .minus : .plus, exponent: -exact.scale, significand: whole)
    }
}

extension DecodeFailure {
    /// What another error, thrown while a `Decodable` type read its fields, means; of a `DecodingError` only its case is
    /// told, since its description may quote the payload.
    static func from(_ error: any Error) -> DecodeFailure {
        if let failure = error as? DecodeFailure { return failure }
        guard let error = error as? DecodingError else {
            return DecodeFailure(.value, "the type refused the value with \(type(of: error))")
        }
        switch error {
        case .typeMismatch(let type, _): return DecodeFailure(.type, "the value isn't \(type)")
        case .valueNotFound(let type, _):
            return DecodeFailure(.missing, "the value is null, and \(type) isn't optional")
        case .keyNotFound(let key, _):
            return DecodeFailure(
                .missing, "the value is missing, and the property isn't optional", path: key.stringValue)
        case .dataCorrupted: return DecodeFailure(.value, "the type refused the value")
        @unknown default: return DecodeFailure(.value, "the type refused the value")
        }
    }
}

/// A key made from a name or a number, where a path or a `super` decoder needs one.
struct NameKey: CodingKey {
    let stringValue: String
    let intValue: Int?

    init(stringValue: String) {
        self.stringValue = stringValue
        intValue = nil
    }

    init(intValue: Int) {
        stringValue = "[\(intValue)]"
        self.intValue = intValue
    }
}
