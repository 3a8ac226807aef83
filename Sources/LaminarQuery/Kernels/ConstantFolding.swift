import LaminarFormats

/// Values that are known before a query reads anything: literals, parameters, NOW(), and simple arithmetic on them.
///
/// What isn't known here is only not used to narrow or to filter early; it costs nothing but that.
struct ConstantFolding {
    /// NOW().
    let now: Timestamp

    /// The value; nil where it isn't known.
    func value(of expression: BoundExpression) -> Value? {
        switch expression.kind {
        case .constant(let value), .parameter(_, let value): return value
        case .now: return .timestamp(now)
        case .cast(let operand):
            guard let value = value(of: operand), let type = expression.type else { return nil }
            return value.widened(to: type)
        case .call(let call): return self.value(call.name, call.arguments, expression.type)
        default: return nil
        }
    }

    private func value(_ name: String, _ arguments: [BoundExpression], _ type: ColumnType?) -> Value? {
        let values = arguments.compactMap { value(of: $0) }
        guard values.count == arguments.count else { return nil }
        switch (name, values.count) {
        case ("-", 1):
            guard let number = values[0].kernelInteger, number != .min else { return nil }
            return type.flatMap { Value(kernelInteger: -number, $0) }
        case ("+", 2), ("-", 2):
            if case .timestamp(let time) = values[0], case .interval(let interval) = values[1] {
                guard let distance = interval.fixedMicroseconds else { return nil }
                let (moment, overflow) =
                    name == "+"
                    ? time.microseconds.addingReportingOverflow(distance)
                    : time.microseconds.subtractingReportingOverflow(distance)
                return overflow ? nil : .timestamp(Timestamp(microseconds: moment))
            }
            guard let left = values[0].kernelInteger, let right = values[1].kernelInteger,
                type.map({ $0 == .smallint || $0 == .int || $0 == .bigint }) ?? false
            else { return nil }
            let (number, overflow) =
                name == "+" ? left.addingReportingOverflow(right) : left.subtractingReportingOverflow(right)
            return overflow ? nil : type.flatMap { Value(kernelInteger: number, $0) }
        default: return nil
        }
    }
}

extension Value {
    /// What an ``IntegerKernel`` makes of it; nil for NULL and other types.
    var kernelInteger: Int64? {
        switch self {
        case .smallint(let value): Int64(value)
        case .int(let value): Int64(value)
        case .bigint(let value): value
        case .date(let value): Int64(value.daysSinceEpoch)
        case .time(let value): value.microseconds
        case .timestamp(let value): value.microseconds
        default: nil
        }
    }

    /// What a ``DoubleKernel`` makes of it; nil for NULL, NaN and other types.
    var kernelDouble: Double? {
        switch self {
        case .double(let value): value.isNaN ? nil : value
        case .real(let value): value.isNaN ? nil : Double(value)
        default: nil
        }
    }

    /// What a ``TextKernel`` makes of it.
    var kernelBytes: [UInt8]? {
        switch self {
        case .text(let value): Array(value.utf8)
        case .bytea(let value): value
        default: nil
        }
    }

    /// A number of that type; nil where it doesn't fit.
    init?(kernelInteger number: Int64, _ type: ColumnType) {
        switch type {
        case .smallint:
            guard let number = Int16(exactly: number) else { return nil }
            self = .smallint(number)
        case .int:
            guard let number = Int32(exactly: number) else { return nil }
            self = .int(number)
        case .bigint: self = .bigint(number)
        default: return nil
        }
    }

    /// The value as one of a type that holds it exactly; nil for every other conversion.
    func widened(to type: ColumnType) -> Value? {
        switch (self, type) {
        case (.null, _): .null
        case (.smallint, .smallint), (.smallint, .int), (.smallint, .bigint), (.int, .smallint), (.int, .int),
            (.int, .bigint), (.bigint, .smallint), (.bigint, .int), (.bigint, .bigint):
            kernelInteger.flatMap { Value(kernelInteger: $0, type) }
        case (.smallint(let value), .double): .double(Double(value))
        case (.int(let value), .double): .double(Double(value))
        case (.bigint(let value), .double): .double(Double(value))
        case (.real(let value), .double): .double(Double(value))
        case (.double, .double), (.text, .text), (.timestamp, .timestamp), (.boolean, .boolean), (.date, .date),
            (.bytea, .bytea), (.interval, .interval):
            self
        case (.smallint, .decimal), (.int, .decimal), (.bigint, .decimal):
            kernelInteger.map { .decimal(ExactDecimal(unscaled: Int128($0), scale: 0)) }
        default: nil
        }
    }
}

extension CalendarInterval {
    /// Its length where that doesn't depend on the calendar: without months.
    var fixedMicroseconds: Int64? {
        guard months == 0 else { return nil }
        let (ofDays, overflow) = Int64(days).multipliedReportingOverflow(by: 86_400_000_000)
        let (sum, overflow2) = ofDays.addingReportingOverflow(microseconds)
        return overflow || overflow2 ? nil : sum
    }
}
