package import LaminarFormats
package import LaminarStore

/// One overload of a function or an operator: its signature, and what runs for it inside SQLite.
///
///     let overloads = FunctionCatalog.scalars(named: "lpad")
///     let sql = overloads[0].sql(["?1", "10"], of: arguments, giving: .text)     // laminar_lpad_text_int(?1, 10)
package struct ScalarFunction: Sendable {
    /// What runs inside SQLite.
    package enum Implementation: Sendable {
        /// An operator of SQLite's between the arguments.
        case infix(String)
        /// An operator of SQLite's before its argument.
        case prefix(String)
        /// A function of SQLite's own.
        case native(String)
        /// A function of ours, registered where a statement names it.
        case registered(SQLiteScalarFunction)
    }

    /// When a call can be replaced by its value.
    package enum Volatility: Sendable {
        /// Equal arguments give equal results, always.
        case immutable
        /// The same within a statement: NOW().
        case stable
    }

    /// The name in SQL, in lower case; an operator's sign. `-` before its only operand is `-` with one parameter.
    package let name: String
    /// What it takes.
    package let parameters: [ParameterType]
    /// What it takes after that, any number of times (none, too); nil where it takes nothing more.
    package let variadic: ParameterType?
    /// What it gives.
    package let result: ResultRule
    package let volatility: Volatility
    package let implementation: Implementation
    /// Literals that follow the arguments in SQLite's text: a scale, say.
    package let extras: (@Sendable ([FunctionArgument], ColumnType) -> [String])?
    /// What it does, for the page of functions and the shell's help.
    package let documentation: FunctionDocumentation

    /// The call in SQLite's text.
    ///
    /// - Parameters:
    ///   - arguments: in SQLite's text, each converted to its parameter's type.
    ///   - types: the same arguments' types.
    ///   - result: what ``result`` said for them.
    package func sql(_ arguments: [String], of types: [FunctionArgument], giving result: ColumnType) -> String {
        let added = extras.map { $0(types, result) } ?? []
        switch implementation {
        case .infix(let sign): return "(" + arguments.joined(separator: " \(sign) ") + ")"
        case .prefix(let sign): return "(\(sign) \(arguments.joined(separator: ", ")))"
        case .native(let name): return "\(name)(\((arguments + added).joined(separator: ", ")))"
        case .registered(let function):
            return "\(function.name)(\((arguments + added).joined(separator: ", ")))"
        }
    }
}

/// What a function does, in a sentence and an example.
package struct FunctionDocumentation: Sendable {
    /// The group of the page of functions.
    package let section: FunctionSection
    /// One sentence.
    package let summary: String
    /// An expression without columns, and the text of its value.
    package let example: (sql: String, result: String)?

    package init(_ section: FunctionSection, _ summary: String, _ example: (sql: String, result: String)? = nil) {
        self.section = section
        self.summary = summary
        self.example = example
    }
}

/// The groups of the page of functions.
package enum FunctionSection: String, Sendable, CaseIterable {
    case arithmetic = "Arithmetic"
    case mathematics = "Mathematics"
    case text = "Text"
    case patterns = "Patterns"
    case bytes = "Bytes"
    case time = "Dates and times"
    case json = "JSON"
    case arrays = "Arrays"
    case general = "Hashes and comparisons"
    case aggregates = "Aggregates"
    case windows = "Window functions"
}
