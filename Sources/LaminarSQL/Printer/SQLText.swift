extension SQL.Statement {
    /// The statement as canonical SQL, without a semicolon; DDL has a line for each column and option.
    ///
    /// `SQL.parse` gives the same tree back. Literal secrets in options are written out.
    public func sql() -> String { SQL.print { $0.statement(self) } }
}

extension SQL.CreateConnection {
    /// The statement as canonical SQL, a line for each option. Literal secrets are written out.
    public func sql() -> String { SQL.Statement.createConnection(self).sql() }
}

extension SQL.CreateTable {
    /// The statement as canonical SQL, a line for each column and option. Literal secrets are written out.
    public func sql() -> String { SQL.Statement.createTable(self).sql() }
}

extension SQL.CreatePipeline {
    /// The statement as canonical SQL.
    public func sql() -> String { SQL.Statement.createPipeline(self).sql() }
}

extension SQL.Insert {
    /// The statement as canonical SQL.
    public func sql() -> String { SQL.Statement.insert(self).sql() }
}

extension SQL.Query {
    /// The query as canonical SQL, without parentheses around it.
    public func sql() -> String { SQL.print { $0.query(self) } }
}

extension SQL.Expression {
    /// The expression as canonical SQL, with no parentheses but those that are needed.
    public func sql() -> String { SQL.print { $0.expression(self) } }
}

extension SQL.TypeName {
    /// The type as canonical SQL: `DECIMAL(10, 2)`, `MAP<TEXT, INT>`.
    public func sql() -> String { SQL.print { $0.type(self) } }
}

extension SQL.ColumnDefinition {
    /// The column as it stands in CREATE TABLE.
    public func sql() -> String { SQL.print { $0.column(self) } }
}

extension SQL.Option {
    /// `key = value`; the key in quotes where it has dots. A literal secret is written out.
    public func sql() -> String { SQL.print { $0.option(self) } }
}

extension SQL.OptionValue {
    /// The value as a literal.
    public func sql() -> String { SQL.print { $0.value(self) } }
}

extension SQL.Identifier {
    /// The name, in quotes where it was quoted.
    public func sql() -> String { SQL.print { $0.name(self) } }
}

extension SQL.ObjectName {
    /// The name with its dots and quotes.
    public func sql() -> String { SQL.print { $0.name(self) } }
}

extension SQL {
    static func print(_ write: (inout Printer) -> Void) -> String {
        var printer = Printer()
        write(&printer)
        return printer.text
    }
}
