/// SQL text and its syntax tree.
///
///     for parsed in try SQL.parse("CREATE CONNECTION shop TO kafka (topic = 'orders', type = 'source');") {
///         print(parsed.number, parsed.statement.sql())
///     }
///
/// Everything is nested in this type, so that `import LaminarSQL` adds two names to a host: `SQL` and ``SQLError``.
/// The tree is made of values that are `Equatable` and `Sendable`; `parse(tree.sql())` gives the same tree back.
/// Positions are not part of equality.
public enum SQL {}
