package import LaminarFormats

/// One overload of an aggregate, or of a function that works only with OVER.
package struct AggregateFunction: Sendable {
    /// What runs inside SQLite.
    package enum Implementation: Sendable {
        /// SQLite's own.
        case native(String)
        /// One of ours, made for the arguments' types; its name says which (`laminar_avg_decimal_16`).
        case registered(@Sendable ([FunctionArgument], ColumnType) -> String)
    }

    /// Where it may stand.
    package enum Use: Sendable {
        /// Over groups and over windows.
        case groupsAndWindows
        /// Over groups only.
        case groups
        /// With OVER only: ROW_NUMBER(), LAG().
        case windows
    }

    package let name: String
    package let parameters: [ParameterType]
    /// `name(*)` is a call without arguments: COUNT.
    package let takesStar: Bool
    package let result: ResultRule
    package let use: Use
    package let implementation: Implementation
    /// Whether DISTINCT and ORDER BY inside of the parentheses are told in an argument of its own: then the call is
    /// `name(arguments…, spec, keys…)`, see ``orderSpecification(isDistinct:keys:)``. Where it is false, DISTINCT is
    /// SQLite's, and ORDER BY means nothing to the result.
    package let takesOrder: Bool
    package let documentation: FunctionDocumentation

    /// The aggregate's name in SQLite's text.
    package func sqlName(of arguments: [FunctionArgument], giving result: ColumnType) -> String {
        switch implementation {
        case .native(let name): name
        case .registered(let name): name(arguments, result)
        }
    }

    /// The text after the arguments of an aggregate that ``takesOrder``: `u` for DISTINCT, then one letter a key, which
    /// follows as an argument: `a` ascending, `d` descending, capitals where NULL isn't where PostgreSQL puts it by itself
    /// (last for ascending, first for descending).
    package static func orderSpecification(
        isDistinct: Bool, keys: [(isDescending: Bool, nullsFirst: Bool?)]
    ) -> String {
        (isDistinct ? "u" : "")
            + keys.map { key in
                let letter = key.isDescending ? "d" : "a"
                let isUsual = key.nullsFirst == nil || key.nullsFirst == key.isDescending
                return isUsual ? letter : letter.uppercased()
            }.joined()
    }
}
