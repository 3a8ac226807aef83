package import LaminarFormats
import LaminarSQL

/// Functions with OVER, and windows.
extension Binder {
    func bindWindowCall(_ call: SQL.FunctionCall, at position: SQL.Position, in scope: Scope) throws -> BoundExpression
    {
        let name = call.name.name
        let overloads = FunctionCatalog.aggregates(named: name).filter { $0.use != .groups }
        guard !overloads.isEmpty else {
            throw fail("\(name) can't stand over a window", at: position, expected: "it without OVER, with GROUP BY")
        }
        guard scope.clause.takesWindows else {
            throw fail(
                scope.clause == .window
                    ? "a function with OVER can't stand inside of another"
                    : "a function with OVER can't stand in \(scope.clause.rawValue)", at: position,
                expected: "a subquery that computes it, and this around it")
        }
        guard !call.isDistinct, call.orderBy.isEmpty else {
            throw refuse(
                "\(call.isDistinct ? "DISTINCT" : "ORDER BY inside of the parentheses") isn't known with OVER",
                at: position,
                instead: "a subquery that groups first")
        }
        let clause = scope.clause
        defer { scope.clause = clause }
        scope.clause = .window
        let arguments = try bindArguments(call, at: position, in: scope)
        let overload = overloads[try resolve(call, overloads, arguments, at: position)]
        let converted = try apply(overload.parameters, to: arguments, of: name)
        if call.filter != nil, overload.use == .windows {
            throw fail("\(name) takes no FILTER: only aggregates do", at: position, expected: "CASE in its argument")
        }
        let filter = try call.filter.map { try bindCondition($0, "what follows WHERE in FILTER", in: scope) }
        let window = try bindWindow(call.over, at: position, in: scope)
        return BoundExpression(
            .window(BoundWindowCall(overload, converted, filter: filter, window: window)),
            overload.result.type(for: converted.map(\.argument)),
            isNullable: !["count", "row_number", "rank", "dense_rank", "ntile", "percent_rank", "cume_dist"].contains(
                name),
            at: position)
    }

    private func bindWindow(_ over: SQL.Over?, at position: SQL.Position, in scope: Scope) throws -> BoundWindow {
        switch over {
        case .named(let name): return try bindWindow(named(name, in: scope), 0, at: position, in: scope)
        case .window(let window): return try bindWindow(window, 0, at: position, in: scope)
        case nil: return BoundWindow()
        }
    }

    private func named(_ name: SQL.Identifier, in scope: Scope) throws -> SQL.Window {
        guard let found = scope.windows.first(where: { $0.name.name == name.name }) else {
            throw fail(
                "there is no window \(name.name)", at: name.position, expected: "WINDOW \(name.name) AS (…)",
                suggestion: SQL.suggestion(for: name.name, among: scope.windows.map(\.name.name)))
        }
        return found.window
    }

    private func bindWindow(
        _ window: SQL.Window, _ depth: Int, at position: SQL.Position, in scope: Scope
    ) throws -> BoundWindow {
        var bound = BoundWindow()
        if let name = window.base {
            guard depth < scope.windows.count else {
                throw fail("the window \(name.name) refers to itself", at: name.position)
            }
            bound = try bindWindow(named(name, in: scope), depth + 1, at: position, in: scope)
            guard bound.frame == nil else {
                throw fail("the window \(name.name) has a frame and can't be refined", at: name.position)
            }
            guard window.partitionBy.isEmpty else {
                throw fail(
                    "PARTITION BY is the business of the window \(name.name)", at: name.position,
                    expected: "no PARTITION BY here")
            }
            guard bound.orderBy.isEmpty || window.orderBy.isEmpty else {
                throw fail("the window \(name.name) has an ORDER BY already", at: name.position)
            }
        }
        for key in window.partitionBy {
            let value = try settled(bind(key, in: scope))
            try requireComparable(value.type ?? .text, ordered: false, at: value.position)
            bound.partitionBy.append(value)
        }
        for item in window.orderBy {
            let value = try settled(bind(item.expression, in: scope))
            try requireComparable(value.type ?? .text, ordered: true, at: value.position)
            bound.orderBy.append(
                BoundOrder(.expression(value), isDescending: item.isDescending, nullsFirst: item.nullsFirst))
        }
        if let frame = window.frame { bound.frame = try bindFrame(frame, bound.orderBy, at: position, in: scope) }
        return bound
    }

    private func bindFrame(
        _ frame: SQL.WindowFrame, _ orderBy: [BoundOrder], at position: SQL.Position, in scope: Scope
    ) throws -> BoundWindow.Frame {
        let start = try bindBound(frame.start, frame.unit, orderBy, at: position, in: scope)
        let end = try frame.end.map { try bindBound($0, frame.unit, orderBy, at: position, in: scope) } ?? .currentRow
        guard start.rank <= end.rank else {
            throw fail(
                "the frame ends before it begins", at: position, expected: "BETWEEN the earlier AND the later bound")
        }
        if frame.unit == .groups, orderBy.isEmpty {
            throw fail("GROUPS needs an ORDER BY in the window", at: position, expected: "ORDER BY, or ROWS")
        }
        return BoundWindow.Frame(unit: frame.unit, start: start, end: end, exclusion: frame.exclusion)
    }

    private func bindBound(
        _ bound: SQL.WindowFrame.Bound, _ unit: SQL.WindowFrame.Unit, _ orderBy: [BoundOrder],
        at position: SQL.Position, in scope: Scope
    ) throws -> BoundWindow.Bound {
        switch bound {
        case .unboundedPreceding: return .unboundedPreceding
        case .currentRow: return .currentRow
        case .unboundedFollowing: return .unboundedFollowing
        case .preceding(let distance):
            return .preceding(try bindDistance(distance, unit, orderBy, at: position, in: scope))
        case .following(let distance):
            return .following(try bindDistance(distance, unit, orderBy, at: position, in: scope))
        }
    }

    /// A number of rows or groups, or a distance in the values of the only key.
    private func bindDistance(
        _ distance: SQL.Expression, _ unit: SQL.WindowFrame.Unit, _ orderBy: [BoundOrder], at position: SQL.Position,
        in scope: Scope
    ) throws -> BoundExpression {
        let bound = try bind(distance, in: scope)
        guard unit == .range else {
            let count = try convert(bound, to: .bigint, for: "the distance of a frame")
            guard let value = count.constantValue, case .bigint(let number) = value, number >= 0 else {
                throw fail(
                    "the distance of a frame is a number of rows", at: position,
                    expected: "a number that isn't negative")
            }
            return count
        }
        guard orderBy.count == 1, let key = orderBy[0].expression?.type else {
            throw fail("RANGE with a distance needs one key in ORDER BY", at: position, expected: "one key, or ROWS")
        }
        switch key.kind {
        case .smallint, .int, .bigint:
            let number = try convert(bound, to: .bigint, for: "the distance of a frame")
            guard case .bigint(let value)? = number.constantValue, value >= 0 else { break }
            return number
        case .real, .double:
            let number = try convert(bound, to: .double, for: "the distance of a frame")
            guard case .double(let value)? = number.constantValue, value >= 0 else { break }
            return number
        case .timestamp, .date:
            let interval = try convert(bound, to: .interval, for: "the distance of a frame")
            guard case .interval(let value)? = interval.constantValue else { break }
            return try length(of: value, over: key, at: position)
        default:
            throw refuse(
                "RANGE with a distance isn't known over \(key)", at: position,
                instead: "a key that is cast to DOUBLE, or ROWS")
        }
        throw fail(
            "the distance of a frame is a constant that isn't negative", at: position,
            expected: "a number of the key's type")
    }

    /// Timestamps are microseconds and dates are days; a month has no fixed length in either.
    private func length(
        of interval: CalendarInterval, over key: ColumnType, at position: SQL.Position
    ) throws -> BoundExpression {
        guard interval.months == 0 else {
            throw refuse("a frame's distance in months isn't known here", at: position, instead: "days or hours")
        }
        let perDay: Int64 = 86_400_000_000
        let (whole, overflow) = Int64(interval.days).multipliedReportingOverflow(by: perDay)
        let (total, carry) = whole.addingReportingOverflow(interval.microseconds)
        guard !overflow, !carry, total >= 0 else {
            throw fail("the distance of a frame isn't negative", at: position, expected: "a positive INTERVAL")
        }
        if key == .date {
            guard total % perDay == 0 else {
                throw refuse(
                    "a frame over a DATE has a distance in days", at: position, instead: "a key of type TIMESTAMP")
            }
            return BoundExpression(.constant(.bigint(total / perDay)), .bigint, isNullable: false, at: position)
        }
        return BoundExpression(.constant(.bigint(total)), .bigint, isNullable: false, at: position)
    }
}

extension BoundWindow.Bound {
    /// From the first row to the last.
    fileprivate var rank: Int {
        switch self {
        case .unboundedPreceding: 0
        case .preceding: 1
        case .currentRow: 2
        case .following: 3
        case .unboundedFollowing: 4
        }
    }
}

extension BoundExpression {
    /// The value of a literal or a parameter; nil for everything else.
    package var constantValue: Value? {
        switch kind {
        case .constant(let value), .parameter(_, let value): value
        default: nil
        }
    }
}
