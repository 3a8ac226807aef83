import LaminarFormats
import LaminarSQL

/// Turns bound expressions over one table into kernels, as far as kernels go; nil leaves an expression to SQLite.
///
/// What is compiled gives the values that SQLite with our functions would give, errors included.
struct KernelCompiler {
    /// The table's number in the statement.
    let source: Int
    /// NOW().
    let now: Timestamp
    /// The place in the scan's batches of a column of the table; adds the column where it is new.
    let place: (Int) -> Int
    /// The table's columns.
    let columns: [ColumnSchema]

    /// A condition.
    func predicate(_ expression: BoundExpression) -> PredicateKernel? {
        switch expression.kind {
        case .constant, .parameter, .now:
            switch ConstantFolding(now: now).value(of: expression) {
            case .boolean(let value): return .constant(value ? Truth.yes : Truth.no)
            case .null: return .constant(Truth.unknown)
            default: return nil
            }
        case .column: return expression.type == .boolean ? column(expression).map { .column(place($0)) } : nil
        case .and(let operands): return all(operands).map { .and($0) }
        case .or(let operands): return all(operands).map { .or($0) }
        case .not(let operand): return predicate(operand).map { .not($0) }
        case .compare(let comparison, let left, let right): return compare(comparison, left, right)
        case .isTest(let operand, let test, let isNegated):
            return isTest(operand, test).map { isNegated ? .not($0) : $0 }
        case .between(let value, let low, let high, let isSymmetric, let isNegated):
            guard let within = between(value, low, high, isSymmetric: isSymmetric) else { return nil }
            return isNegated ? .not(within) : within
        case .inList(let value, let list, let isNegated):
            return among(value, list).map { isNegated ? .not($0) : $0 }
        case .like(let value, let pattern, let escape, let ignoresCase, let isNegated):
            guard !ignoresCase, let match = like(value, pattern, escape) else { return nil }
            return isNegated ? .not(match) : match
        default: return nil
        }
    }

    private func all(_ operands: [BoundExpression]) -> [PredicateKernel]? {
        var kernels: [PredicateKernel] = []
        for operand in operands {
            guard let kernel = predicate(operand) else { return nil }
            kernels.append(kernel)
        }
        return kernels
    }

    /// The number of a column of the table.
    func column(_ expression: BoundExpression) -> Int? {
        guard case .column(let reference) = expression.kind, reference.source == source else { return nil }
        return reference.column
    }

    private func compare(
        _ comparison: Comparison, _ left: BoundExpression, _ right: BoundExpression
    ) -> PredicateKernel? {
        if let left = integer(left), let right = integer(right) { return .integers(comparison, left, right) }
        if let left = double(left), let right = double(right) { return .doubles(comparison, left, right) }
        if let left = text(left), let right = text(right) { return .texts(comparison, left, right) }
        guard let scale = scale(left) ?? scale(right), let left = decimal(left, scale),
            let right = decimal(right, scale)
        else { return nil }
        return .decimals(comparison, left, right)
    }

    private func isTest(_ operand: BoundExpression, _ test: SQL.IsTest) -> PredicateKernel? {
        switch test {
        case .null:
            if let column = column(operand) { return .isNull(place(column)) }
            guard operand.type == .boolean, let condition = predicate(operand) else { return nil }
            return .isTruth(condition, Truth.unknown)
        case .unknown: return predicate(operand).map { .isTruth($0, Truth.unknown) }
        case .isTrue: return predicate(operand).map { .isTruth($0, Truth.yes) }
        case .isFalse: return predicate(operand).map { .isTruth($0, Truth.no) }
        }
    }

    private func between(
        _ value: BoundExpression, _ low: BoundExpression, _ high: BoundExpression, isSymmetric: Bool
    ) -> PredicateKernel? {
        func within(_ low: BoundExpression, _ high: BoundExpression) -> PredicateKernel? {
            guard let above = compare(.greaterOrEqual, value, low), let below = compare(.lessOrEqual, value, high)
            else { return nil }
            return .and([above, below])
        }
        guard let straight = within(low, high) else { return nil }
        guard isSymmetric else { return straight }
        return within(high, low).map { .or([straight, $0]) }
    }

    private func among(_ value: BoundExpression, _ list: [BoundExpression]) -> PredicateKernel? {
        let folding = ConstantFolding(now: now)
        let values = list.map { folding.value(of: $0) }
        if let value = integer(value) {
            let numbers = values.compactMap { $0.flatMap(\.kernelInteger) }
            if numbers.count == values.count { return .amongIntegers(value, Set(numbers)) }
        }
        if let value = text(value) {
            let texts = values.compactMap { $0.flatMap(\.kernelBytes) }
            if texts.count == values.count { return .amongTexts(value, Set(texts)) }
        }
        var comparisons: [PredicateKernel] = []
        for element in list {
            guard let comparison = compare(.equal, value, element) else { return nil }
            comparisons.append(comparison)
        }
        return comparisons.isEmpty ? nil : .or(comparisons)
    }

    private func like(
        _ value: BoundExpression, _ pattern: BoundExpression, _ escape: BoundExpression?
    ) -> PredicateKernel? {
        let folding = ConstantFolding(now: now)
        guard value.type == .text, let value = text(value), case .text(let pattern) = folding.value(of: pattern) else {
            return nil
        }
        var character: Character? = "\\"
        if let escape {
            guard case .text(let written) = folding.value(of: escape), written.count <= 1 else { return nil }
            character = written.first
        }
        return TextPattern(pattern, escape: character).map { .like(value, $0) }
    }
}

// MARK: - Values

extension KernelCompiler {
    /// A whole number, a date or a time.
    func integer(_ expression: BoundExpression) -> IntegerKernel? {
        guard let type = expression.type, type.isKernelInteger else { return nil }
        if let constant = ConstantFolding(now: now).value(of: expression) {
            return constant.isNull ? .constant(nil) : constant.kernelInteger.map { .constant($0) }
        }
        switch expression.kind {
        case .column: return column(expression).map { .column(place($0)) }
        case .cast(let operand):
            guard let range = IntegerKernel.NumberRange(type), IntegerKernel.NumberRange(operand.type) != nil,
                let value = integer(operand)
            else { return nil }
            return .checked(value, range)
        case .call(let call): return integer(call.name, call.arguments, type)
        default: return nil
        }
    }

    private func integer(_ name: String, _ arguments: [BoundExpression], _ type: ColumnType) -> IntegerKernel? {
        if type == .timestamp { return timestamp(name, arguments) }
        guard let range = IntegerKernel.NumberRange(type) else { return nil }
        let operands = arguments.compactMap { $0.type == type ? integer($0) : nil }
        guard operands.count == arguments.count else { return nil }
        switch (name, operands.count) {
        case ("+", 2): return .arithmetic(.add, operands[0], operands[1], range)
        case ("-", 2): return .arithmetic(.subtract, operands[0], operands[1], range)
        case ("*", 2): return .arithmetic(.multiply, operands[0], operands[1], range)
        case ("/", 2): return .arithmetic(.divide, operands[0], operands[1], range)
        case ("%", 2), ("mod", 2): return .arithmetic(.remainder, operands[0], operands[1], range)
        case ("-", 1): return .arithmetic(.subtract, .constant(0), operands[0], range)
        default: return nil
        }
    }

    /// DATE_TRUNC, and what is a fixed time away.
    private func timestamp(_ name: String, _ arguments: [BoundExpression]) -> IntegerKernel? {
        guard arguments.count == 2 else { return nil }
        let folding = ConstantFolding(now: now)
        if name == "date_trunc" {
            guard arguments[1].type == .timestamp, case .text(let field) = folding.value(of: arguments[0]),
                let unit = TimeUnit(field: field), let value = integer(arguments[1])
            else { return nil }
            return .truncated(value, unit)
        }
        guard name == "+" || name == "-", arguments[0].type == .timestamp, arguments[1].type == .interval,
            case .interval(let interval) = folding.value(of: arguments[1]), let distance = interval.fixedMicroseconds,
            let value = integer(arguments[0])
        else { return nil }
        return .arithmetic(name == "+" ? .add : .subtract, value, .constant(distance), .timestamp)
    }

    /// A floating-point number.
    func double(_ expression: BoundExpression) -> DoubleKernel? {
        guard expression.type == .double || expression.type == .real else { return nil }
        if let constant = ConstantFolding(now: now).value(of: expression) {
            return constant.isNull ? .constant(nil) : constant.kernelDouble.map { .constant($0) }
        }
        switch expression.kind {
        case .column: return column(expression).map { .column(place($0)) }
        case .cast(let operand) where expression.type == .double:
            if operand.type == .real { return double(operand) }
            guard IntegerKernel.NumberRange(operand.type) != nil else { return nil }
            return integer(operand).map { .integer($0) }
        case .call(let call) where expression.type == .double:
            if let (left, right) = distance(call.name, call.arguments) { return .seconds(left, right) }
            guard call.arguments.allSatisfy({ $0.type == .double }) else { return nil }
            let operands = call.arguments.compactMap { double($0) }
            guard operands.count == 2, operands.count == call.arguments.count else { return nil }
            switch call.name {
            case "+": return .arithmetic(.add, operands[0], operands[1])
            case "-": return .arithmetic(.subtract, operands[0], operands[1])
            case "*": return .arithmetic(.multiply, operands[0], operands[1])
            case "/": return .arithmetic(.divide, operands[0], operands[1])
            default: return nil
            }
        default: return nil
        }
    }

    /// The two times of `EXTRACT(EPOCH FROM a - b)`.
    private func distance(_ name: String, _ arguments: [BoundExpression]) -> (IntegerKernel, IntegerKernel)? {
        guard name == "date_part" || name == "extract", arguments.count == 2,
            case .text(let field) = ConstantFolding(now: now).value(of: arguments[0]), field.lowercased() == "epoch",
            case .call(let call) = arguments[1].kind, call.name == "-", call.arguments.count == 2,
            call.arguments.allSatisfy({ $0.type == .timestamp }), let left = integer(call.arguments[0]),
            let right = integer(call.arguments[1])
        else { return nil }
        return (left, right)
    }

    /// Text or bytes in place.
    func text(_ expression: BoundExpression) -> TextKernel? {
        guard expression.type == .text || expression.type == .bytea else { return nil }
        if let constant = ConstantFolding(now: now).value(of: expression) {
            return constant.kernelBytes.map { .constant($0) }
        }
        return column(expression).map { .column(place($0)) }
    }

    /// The scale of a DECIMAL that isn't a constant; nil for everything else.
    private func scale(_ expression: BoundExpression) -> Int? {
        guard case .decimal(_, let scale) = expression.type, ConstantFolding(now: now).value(of: expression) == nil
        else {
            return nil
        }
        return scale
    }

    /// A DECIMAL column of that scale, the seconds between two times, or a constant that has the scale exactly.
    func decimal(_ expression: BoundExpression, _ scale: Int) -> DecimalKernel? {
        guard case .decimal = expression.type else { return nil }
        switch ConstantFolding(now: now).value(of: expression) {
        case .null: return .constant(nil)
        case .decimal(let value): return value.rescaled(to: scale).map { .constant($0.unscaled) }
        default: break
        }
        guard self.scale(expression) == scale else { return nil }
        if case .call(let call) = expression.kind, scale == 6, let (left, right) = distance(call.name, call.arguments) {
            return .microseconds(left, right)
        }
        return column(expression).map { .column(place($0)) }
    }
}

extension ColumnType {
    /// What an ``IntegerKernel`` holds.
    var isKernelInteger: Bool {
        switch self {
        case .smallint, .int, .bigint, .date, .time, .timestamp: true
        default: false
        }
    }
}
