extension Printer {
    mutating func statement(_ statement: SQL.Statement) {
        switch statement {
        case .createConnection(let create): createConnection(create)
        case .createTable(let create): createTable(create)
        case .createPipeline(let create): createPipeline(create)
        case .select(let query): self.query(query)
        case .insert(let insert): self.insert(insert)
        case .drop(let drop):
            put("DROP \(drop.kind.rawValue.uppercased()) \(drop.ifExists ? "IF EXISTS " : "")")
            name(drop.name)
        case .startPipeline(let pipeline):
            put("START PIPELINE ")
            name(pipeline)
        case .stopPipeline(let pipeline):
            put("STOP PIPELINE ")
            name(pipeline)
        case .show(let show): self.show(show)
        case .describe(let object):
            put("DESCRIBE ")
            name(object)
        case .explain(let query):
            put("EXPLAIN ")
            self.query(query)
        }
    }

    private mutating func show(_ show: SQL.Show) {
        switch show {
        case .connections: put("SHOW CONNECTIONS")
        case .tables: put("SHOW TABLES")
        case .pipelines: put("SHOW PIPELINES")
        case .create(let kind, let object):
            put("SHOW CREATE \(kind.map { $0.rawValue.uppercased() + " " } ?? "")")
            name(object)
        }
    }

    private mutating func create(_ kind: SQL.ObjectKind, _ orReplace: Bool, _ ifNotExists: Bool) {
        put("CREATE \(orReplace ? "OR REPLACE " : "")\(kind.rawValue.uppercased()) ")
        if ifNotExists { put("IF NOT EXISTS ") }
    }

    private mutating func createConnection(_ create: SQL.CreateConnection) {
        self.create(.connection, create.orReplace, create.ifNotExists)
        name(create.name)
        put(" TO ")
        name(create.connector)
        put(" ")
        options(create.options)
    }

    private mutating func createTable(_ create: SQL.CreateTable) {
        self.create(.table, create.orReplace, create.ifNotExists)
        name(create.name)
        if !create.columns.isEmpty {
            put(" (\n    ")
            list(create.columns, ",\n    ") { $0.column($1) }
            put("\n)")
        }
        with(create.options)
    }

    mutating func column(_ column: SQL.ColumnDefinition) {
        name(column.name)
        put(" ")
        type(column.type)
        if column.isNotNull { put(" NOT NULL") }
        if let field = column.metadataField {
            put(" METADATA FROM ")
            string(field)
        }
    }

    private mutating func createPipeline(_ create: SQL.CreatePipeline) {
        self.create(.pipeline, create.orReplace, create.ifNotExists)
        name(create.name)
        with(create.options)
        put(" AS\n")
        switch create.body {
        case .select(let query): self.query(query)
        case .insert(let insert): self.insert(insert)
        }
    }

    mutating func insert(_ insert: SQL.Insert) {
        put("INSERT INTO ")
        name(insert.table)
        put(" ")
        if !insert.columns.isEmpty {
            names(insert.columns)
            put(" ")
        }
        query(insert.source)
    }

    private mutating func with(_ options: [SQL.Option]) {
        guard !options.isEmpty else { return }
        put(" WITH ")
        self.options(options)
    }

    private mutating func options(_ options: [SQL.Option]) {
        guard !options.isEmpty else { return put("()") }
        put("(\n    ")
        list(options, ",\n    ") { $0.option($1) }
        put("\n)")
    }

    mutating func option(_ option: SQL.Option) {
        if SQL.Identifier.hasPlainCharacters(option.key) { put(option.key) } else { string(option.key) }
        put(" = ")
        value(option.value)
    }

    mutating func value(_ value: SQL.OptionValue) {
        switch value {
        case .string(let text): string(text)
        case .number(let digits): put(digits)
        case .boolean(let flag): put(flag ? "TRUE" : "FALSE")
        }
    }
}
