extension SQL {
    /// `name([DISTINCT] arguments [ORDER BY …]) [FILTER (WHERE …)] [OVER …]`.
    ///
    /// SUBSTRING, TRIM, POSITION, OVERLAY and AT TIME ZONE with their words in between are folded to plain calls:
    /// `substring`, `btrim`, `ltrim`, `rtrim`, `strpos`, `overlay`, `timezone`; CURRENT_TIMESTAMP is `now()`.
    public struct FunctionCall: Equatable, Sendable {
        /// What is in the parentheses.
        public enum Arguments: Equatable, Sendable {
            /// `*`, as in COUNT(*).
            case star
            /// Any number of expressions.
            case list([Expression])
        }

        /// The name, in lower case unless quoted.
        public let name: ObjectName
        /// The arguments.
        public let arguments: Arguments
        /// Whether DISTINCT was written.
        public let isDistinct: Bool
        /// The order in which an aggregate sees its values, empty when absent.
        public let orderBy: [OrderItem]
        /// FILTER.
        public let filter: Expression?
        /// OVER.
        public let over: Over?

        /// A function call.
        public init(
            name: ObjectName, arguments: Arguments, isDistinct: Bool = false, orderBy: [OrderItem] = [],
            filter: Expression? = nil, over: Over? = nil
        ) {
            self.name = name
            self.arguments = arguments
            self.isDistinct = isDistinct
            self.orderBy = orderBy
            self.filter = filter
            self.over = over
        }

        /// A plain call by an unquoted name.
        public init(_ name: String, _ arguments: [Expression]) {
            self.init(name: ObjectName(Identifier(name)), arguments: .list(arguments))
        }
    }

    /// What follows OVER.
    public indirect enum Over: Equatable, Sendable {
        /// The name of a window of the WINDOW clause.
        case named(Identifier)
        /// A window in parentheses.
        case window(Window)
    }

    /// `name AS (window)` in a WINDOW clause.
    public struct NamedWindow: Equatable, Sendable {
        /// The window's name.
        public let name: Identifier
        /// The window.
        public let window: Window

        /// A named window.
        public init(_ name: Identifier, _ window: Window) {
            self.name = name
            self.window = window
        }
    }

    /// `([base] [PARTITION BY …] [ORDER BY …] [frame])`.
    public struct Window: Equatable, Sendable {
        /// The named window that this one refines; ROWS, RANGE and GROUPS need quotes as such a name.
        public let base: Identifier?
        /// PARTITION BY, empty when absent.
        public let partitionBy: [Expression]
        /// ORDER BY, empty when absent.
        public let orderBy: [OrderItem]
        /// The frame.
        public let frame: WindowFrame?

        /// A window.
        public init(
            base: Identifier? = nil, partitionBy: [Expression] = [], orderBy: [OrderItem] = [],
            frame: WindowFrame? = nil
        ) {
            self.base = base
            self.partitionBy = partitionBy
            self.orderBy = orderBy
            self.frame = frame
        }
    }

    /// `ROWS|RANGE|GROUPS BETWEEN start AND end [EXCLUDE …]`.
    public struct WindowFrame: Equatable, Sendable {
        /// What the bounds count.
        public enum Unit: String, Hashable, Sendable, CaseIterable {
            /// Rows.
            case rows = "ROWS"
            /// Values of the ordering.
            case range = "RANGE"
            /// Groups of equal rows.
            case groups = "GROUPS"
        }

        /// Where a frame begins or ends.
        public enum Bound: Equatable, Sendable {
            /// UNBOUNDED PRECEDING.
            case unboundedPreceding
            /// `n PRECEDING`.
            case preceding(Expression)
            /// CURRENT ROW.
            case currentRow
            /// `n FOLLOWING`.
            case following(Expression)
            /// UNBOUNDED FOLLOWING.
            case unboundedFollowing
        }

        /// What is left out of the frame.
        public enum Exclusion: String, Hashable, Sendable, CaseIterable {
            /// The current row.
            case currentRow = "CURRENT ROW"
            /// The current row and its peers.
            case group = "GROUP"
            /// The peers but not the current row.
            case ties = "TIES"
            /// Nothing.
            case noOthers = "NO OTHERS"
        }

        /// The unit.
        public let unit: Unit
        /// The first bound.
        public let start: Bound
        /// The second bound; nil when only the first was written, which then means up to the current row.
        public let end: Bound?
        /// EXCLUDE.
        public let exclusion: Exclusion?

        /// A frame.
        public init(unit: Unit, start: Bound, end: Bound? = nil, exclusion: Exclusion? = nil) {
            self.unit = unit
            self.start = start
            self.end = end
            self.exclusion = exclusion
        }
    }
}
