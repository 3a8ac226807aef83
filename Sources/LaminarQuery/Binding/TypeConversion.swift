import LaminarFormats
import LaminarSQL

/// Conversions that are written or implied, and literals whose type the other side decides.
extension Binder {
    /// The expression as a value of a type.
    ///
    /// - Parameters:
    ///   - context: how the conversion came about; an implied one loses nothing.
    ///   - what: what the value is for, in the error.
    func convert(
        _ value: BoundExpression, to type: ColumnType, _ context: CastFunction.Context = .implicit,
        for what: String? = nil
    ) throws -> BoundExpression {
        if value.type == type { return value }
        guard let from = value.type else { return try literal(value, as: type) }
        if let folded = folded(value, to: type) { return folded }
        guard let cast = FunctionCatalog.cast(from: from.kind, to: type.kind), cast.context <= context,
            isReachable(from, type)
        else {
            let isExplicit = FunctionCatalog.cast(from: from.kind, to: type.kind) != nil && context != .explicit
            throw fail(
                what.map { "\($0) is \(from), not \(type)" } ?? "a \(from) can't become a \(type)", at: value.position,
                expected: isExplicit ? "CAST(… AS \(type))" : "a \(type)")
        }
        return BoundExpression(.cast(value), type, isNullable: value.isNullable, at: value.position)
    }

    /// Whether a conversion without a CAST exists. A literal of no type fits everywhere.
    func isImplicit(from: ColumnType?, to kind: TypeKind) -> Bool {
        guard let from else { return true }
        if from.kind == kind { return true }
        return FunctionCatalog.cast(from: from.kind, to: kind)?.context == .implicit
    }

    /// Arrays convert where their elements do.
    private func isReachable(_ from: ColumnType, _ to: ColumnType) -> Bool {
        guard case .array(let inner) = from, case .array(let outer) = to, inner != outer else { return true }
        return FunctionCatalog.cast(from: inner.kind, to: outer.kind) != nil
    }

    /// A type for what is still without one: TEXT.
    func settled(_ value: BoundExpression) throws -> BoundExpression {
        value.type == nil ? try convert(value, to: .text) : value
    }

    // MARK: Literals

    /// NULL, or a string, read as a value of a type.
    private func literal(_ value: BoundExpression, as type: ColumnType) throws -> BoundExpression {
        var typed = value
        typed.type = type
        switch value.kind {
        case .constant(.null), .parameter(_, .null): return typed
        case .constant(.text(let text)):
            guard let read = try read(text, as: type, at: value.position) else { return castText(value, to: type) }
            typed.kind = .constant(read)
        case .parameter(let number, .text(let text)):
            guard let read = try read(text, as: type, at: value.position) else { return castText(value, to: type) }
            typed.kind = .parameter(number, read)
        case .array(let elements):
            guard elements.isEmpty, case .array = type else {
                throw fail("an empty ARRAY isn't a \(type)", at: value.position, expected: "a \(type)")
            }
        default: return castText(value, to: type)
        }
        return typed
    }

    /// The same as a cast while the query runs, for types whose texts only that reads.
    private func castText(_ value: BoundExpression, to type: ColumnType) -> BoundExpression {
        var text = value
        text.type = .text
        return type == .text ? text : BoundExpression(.cast(text), type, at: value.position)
    }

    private func read(_ text: String, as type: ColumnType, at position: SQL.Position) throws -> Value? {
        switch LiteralText.read(text, as: type) {
        case .value(let value): return value
        case .unknown: return nil
        case .invalid:
            throw fail(
                "the string isn't a \(type)", at: position, expected: LiteralText.example(of: type))
        }
    }

    /// A number that is written out becomes one of another type at once, so that what looks for constants finds it.
    private func folded(_ value: BoundExpression, to type: ColumnType) -> BoundExpression? {
        var folded = value
        folded.type = type
        switch value.kind {
        case .constant(let constant):
            guard let number = LiteralText.number(constant, as: type) else { return nil }
            folded.kind = .constant(number)
        case .parameter(let place, let constant):
            guard let number = LiteralText.number(constant, as: type) else { return nil }
            folded.kind = .parameter(place, number)
        default: return nil
        }
        return folded
    }
}
