import LaminarFormats

/// DECIMAL as text.
enum DecimalText {
    /// All digits, `scale` of them after the point.
    static func text(_ number: DecimalNumber, scale: Int) throws(QueryError) -> String {
        ExactDecimal(unscaled: try number.rescaled(to: scale), scale: scale).description
    }

    /// A decimal number, possibly with an exponent; nil for other text and beyond 38 digits.
    static func parse(_ text: String) -> DecimalNumber? {
        guard let exact = ExactDecimal(text) else { return nil }
        return DecimalNumber(unscaled: exact.unscaled, scale: exact.scale)
    }

    /// A number rounded to a column's scale and checked against its precision.
    static func fitted(_ number: DecimalNumber, precision: Int, scale: Int) throws(QueryError) -> DecimalNumber {
        let rounded = try number.rounded(to: scale)
        let digits = precision - scale + rounded.scale
        guard digits >= 38 || rounded.unscaled.magnitude < UInt128(DecimalNumber.power(digits)) else {
            throw QueryError(.outOfRange, "numeric field overflow: the column is DECIMAL(\(precision), \(scale))")
        }
        return rounded
    }
}
