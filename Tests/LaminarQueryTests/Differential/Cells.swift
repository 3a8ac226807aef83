import LaminarFormats

/// A cell of either engine in a form that can be compared.
enum Cell: Equatable {
    case null
    case number(Double, exact: String?)
    case other(String)

    /// Ours.
    init(_ value: Value) {
        switch value {
        case .null: self = .null
        case .boolean(let flag): self = .other("b:\(flag)")
        case .smallint(let number): self = .number(Double(number), exact: "\(number)")
        case .int(let number): self = .number(Double(number), exact: "\(number)")
        case .bigint(let number): self = .number(Double(number), exact: "\(number)")
        case .real(let number): self = .number(Double(number), exact: nil)
        case .double(let number): self = .number(number, exact: nil)
        case .decimal(let number): self = .number(number.doubleValue, exact: Self.plain("\(number)"))
        case .date(let date): self = .other("d:\(date)")
        case .timestamp(let moment): self = .other("t:" + "\(moment)".dropLast())
        case .text(let text): self = .other("x:" + text)
        default: self = .other("x:\(value)")
        }
    }

    /// DuckDB's.
    init(_ text: String?) {
        guard let text else {
            self = .null
            return
        }
        guard text.hasPrefix("n:") else {
            self = .other(text)
            return
        }
        let digits = String(text.dropFirst(2))
        let isExact = !digits.contains { $0 == "e" || $0 == "E" || $0 == "n" }
        self = .number(Double(digits) ?? .nan, exact: isExact ? Self.plain(digits) : nil)
    }

    /// Digits without zeros at the end of the fraction.
    private static func plain(_ digits: String) -> String {
        guard digits.contains(".") else { return digits }
        var text = digits
        while text.hasSuffix("0") { text.removeLast() }
        if text.hasSuffix(".") { text.removeLast() }
        return text == "-0" ? "0" : text
    }

    /// Equal, or numbers that differ by less than their last digits may.
    func matches(_ other: Cell) -> Bool {
        guard case .number(let left, let exact) = self, case .number(let right, let otherExact) = other else {
            return self == other
        }
        if exact != nil, exact == otherExact { return true }
        return left == right || abs(left - right) <= 1e-9 * max(1, abs(left), abs(right))
    }

    /// What rows are put in order by where their order doesn't count.
    var key: String {
        switch self {
        case .null: "~"
        case .other(let text): text
        case .number(let number, _):
            // Coarse, so that both sides come to the same.
            number == 0 ? "0" : "\((number * 1000).rounded())"
        }
    }
}
