internal import LaminarFormats
internal import LaminarSQL

extension CatalogStatements {
    /// CREATE PIPELINE: new, the same as before, or in place of another one. A new pipeline is started.
    func create(_ statement: SQL.CreatePipeline) throws -> StatementResult {
        let name = statement.name.name
        let existing = try catalog.pipeline(named: name)
        if existing != nil, statement.ifNotExists {
            return StatementResult(
                kind: .createPipeline, message: "Pipeline \(name) exists already and is left as it is.")
        }
        try refuseTables(named: statement.name)
        let definition = try PipelineDefinition(statement, self)
        guard let existing else {
            try catalog.put(statement, tables: definition.tables)
            try PipelineTables(catalog.database).make(definition)
            return StatementResult(
                kind: .createPipeline, message: "Pipeline \(name) is created and started.", isChange: true,
                notices: definition.notices)
        }
        let differences = existing.statement.differences(to: statement)
        if differences.isEmpty {
            return StatementResult(
                kind: .createPipeline, message: "Pipeline \(name) is there already, with the same definition.",
                notices: definition.notices)
        }
        guard statement.orReplace else {
            throw LaminarError.exists("pipeline", name, differences: differences, at: statement.name.position)
        }
        try catalog.put(statement, tables: definition.tables)
        guard existing.statement.body != statement.body else {
            return StatementResult(
                kind: .createPipeline, message: "Pipeline \(name) is replaced: \(differences.joined(separator: "; ")).",
                isChange: true, notices: definition.notices)
        }
        // Groups and positions of another query mean nothing to this one.
        try PipelineTables(catalog.database).drop(name)
        try PipelineTables(catalog.database).make(definition)
        return StatementResult(
            kind: .createPipeline,
            message: "Pipeline \(name) is replaced and begins anew: \(differences.joined(separator: "; ")).",
            isChange: true, notices: definition.notices)
    }

    /// START and STOP PIPELINE.
    func setPipeline(_ name: SQL.Identifier, started: Bool) throws -> StatementResult {
        let pipeline = try pipeline(name)
        let kind: StatementResult.Kind = started ? .startPipeline : .stopPipeline
        let verb = started ? "started" : "stopped"
        // A pipeline that has failed is started all the same: it is tried again.
        if pipeline.isStarted == started {
            return StatementResult(kind: kind, message: "Pipeline \(pipeline.name) is \(verb) already.")
        }
        try catalog.setPipeline(pipeline.name, started: started)
        return StatementResult(kind: kind, message: "Pipeline \(pipeline.name) is \(verb).", isChange: true)
    }

    /// DROP PIPELINE, with its groups and its positions.
    func dropPipeline(_ statement: SQL.Drop) throws -> StatementResult {
        let name = statement.name.name
        guard try catalog.pipeline(named: name) != nil else {
            return try absent(statement, among: catalog.pipelines().map(\.name), as: .dropPipeline)
        }
        try PipelineTables(catalog.database).drop(name)
        try catalog.dropPipeline(name)
        return StatementResult(kind: .dropPipeline, message: "Pipeline \(name) is dropped.", isChange: true)
    }

    func describe(_ pipeline: CatalogPipeline) throws -> StatementResult {
        let definition = try PipelineDefinition(pipeline.statement, self)
        let rows = definition.columns.map { column in
            [
                .text(column.name), .text(column.type.description), .boolean(column.isNullable),
                .text(definition.origin),
            ] as [Value]
        }
        return StatementResult(
            kind: .describe, message: "Pipeline \(pipeline.name), \(definition.summary).",
            table: ResultTable(columns: Self.descriptionColumns, rows: rows))
    }

    func pipelineList() throws -> ResultTable {
        let rows = try catalog.pipelines().map { pipeline in
            [
                pipeline.name,
                surroundings.pipelineStates[pipeline.name] ?? (pipeline.isStarted ? "started" : "stopped"),
                pipeline.statement.definition,
            ]
        }
        return ResultTable(["name", "state", "definition"], rows)
    }

    /// A pipeline of the catalog.
    func pipeline(_ name: SQL.Identifier) throws -> CatalogPipeline {
        guard let pipeline = try catalog.pipeline(named: name.name) else {
            throw LaminarError.unknown(
                "pipeline", name.name, among: try catalog.pipelines().map(\.name), at: name.position)
        }
        return pipeline
    }

    /// What a replaced table's pipelines mean has to make sense still.
    func checkPipelines(of table: String, at position: SQL.Position) throws {
        for name in try catalog.pipelines(of: table) {
            guard let pipeline = try catalog.pipeline(named: name) else { continue }
            do {
                _ = try PipelineDefinition(pipeline.statement, self)
            } catch {
                throw LaminarError(
                    code: .inUse,
                    message: "Pipeline \(name) doesn't fit the new definition of table \(table): \(error) Drop or "
                        + "replace the pipeline first.", position: position)
            }
        }
    }

    /// A pipeline is read by its name, as a table is.
    private func refuseTables(named name: SQL.Identifier) throws {
        let isTable = try catalog.table(named: name.name) != nil
        guard try isTable || catalog.localTable(named: name.name) != nil else { return }
        throw LaminarError(
            code: .alreadyExists,
            message: "There is a table \(name.name) already, and a pipeline is read by its name as a table is: choose "
                + "another name.", position: name.position)
    }
}

extension SQL.CreatePipeline {
    /// What another definition has different; empty = nothing.
    func differences(to new: SQL.CreatePipeline) -> [String] {
        var changes: [String] = []
        let keys = Set(options.map(\.key) + new.options.map(\.key))
        for key in keys.sorted() {
            let before = options.first { $0.key == key }?.value.text
            let after = new.options.first { $0.key == key }?.value.text
            if before != after { changes.append("\(key): \(before ?? "none") → \(after ?? "none")") }
        }
        if body != new.body { changes.append("another query") }
        return changes
    }
}
