extension Printer {
    mutating func call(_ call: SQL.FunctionCall) {
        function(call.name)
        put(call.isDistinct ? "(DISTINCT " : "(")
        switch call.arguments {
        case .star: put("*")
        case .list(let arguments): list(arguments) { $0.expression($1) }
        }
        orderBy(call.orderBy, " ORDER BY ")
        put(")")
        if let filter = call.filter {
            put(" FILTER (WHERE ")
            expression(filter)
            put(")")
        }
        switch call.over {
        case .named(let window)?:
            put(" OVER ")
            name(window)
        case .window(let window)?:
            put(" OVER ")
            self.window(window)
        case nil: break
        }
    }

    /// The name of a function, in quotes where the grammar would take the bare word for something else.
    private mutating func function(_ function: SQL.ObjectName) {
        if function.parts.count == 1, let only = function.parts.first, Printer.wordy.contains(only.name) {
            put(Printer.quoted(only.name, "\""))
        } else {
            name(function)
        }
    }

    private static let wordy: Set<String> = ["extract", "position", "trim", "exists", "row", "try_cast"]

    mutating func namedWindow(_ window: SQL.NamedWindow) {
        name(window.name)
        put(" AS ")
        self.window(window.window)
    }

    private mutating func window(_ window: SQL.Window) {
        var separator = ""
        put("(")
        if let base = window.base {
            name(base)
            separator = " "
        }
        if !window.partitionBy.isEmpty {
            put("\(separator)PARTITION BY ")
            list(window.partitionBy) { $0.expression($1) }
            separator = " "
        }
        if !window.orderBy.isEmpty {
            orderBy(window.orderBy, "\(separator)ORDER BY ")
            separator = " "
        }
        if let frame = window.frame {
            put(separator)
            self.frame(frame)
        }
        put(")")
    }

    private mutating func frame(_ frame: SQL.WindowFrame) {
        put("\(frame.unit.rawValue) ")
        if let end = frame.end {
            put("BETWEEN ")
            bound(frame.start)
            put(" AND ")
            bound(end)
        } else {
            bound(frame.start)
        }
        if let exclusion = frame.exclusion { put(" EXCLUDE \(exclusion.rawValue)") }
    }

    private mutating func bound(_ bound: SQL.WindowFrame.Bound) {
        switch bound {
        case .unboundedPreceding: put("UNBOUNDED PRECEDING")
        case .preceding(let distance):
            self.distance(distance)
            put(" PRECEDING")
        case .currentRow: put("CURRENT ROW")
        case .following(let distance):
            self.distance(distance)
            put(" FOLLOWING")
        case .unboundedFollowing: put("UNBOUNDED FOLLOWING")
        }
    }

    /// A number behind or before a word: in parentheses unless it is one, for the word may be a name as well.
    mutating func distance(_ distance: SQL.Expression) {
        switch distance {
        case .literal, .interval, .parameter: expression(distance)
        default:
            put("(")
            expression(distance)
            put(")")
        }
    }
}
