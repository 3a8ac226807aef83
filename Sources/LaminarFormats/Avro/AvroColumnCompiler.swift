/// Where a value goes.
struct AvroTarget {
    let builder: UnsafeMutablePointer<ColumnBuilder>
    let type: ColumnType
    let isNullable: Bool
}

// Code for values that become columns.
extension AvroCompiler {
    /// The datum as a whole: a record's fields are the columns; anything else is one column named `value`.
    mutating func top(
        _ writerType: AvroSchema.ID, _ readerType: AvroSchema.ID, rows: RowStore, isBare: Bool
    ) throws(FormatError) {
        let names = rows.columns.map(\.name)
        let targets = rows.columns.enumerated().map { index, column in
            AvroTarget(builder: rows.builders + index, type: column.type, isNullable: column.isNullable)
        }
        let written = writer[writerType]
        if written.kind == .record, let readerType = target(writerType, readerType) {
            // A table of one column `value` can take the record as a whole; one whose field has that name takes the field.
            if !AvroTop.isWhole(names, targets.map(\.type), written, reader[readerType]) {
                return try record(writerType, readerType, names: names, targets: targets)
            }
        }
        guard names.count == 1, names[0].lowercased() == AvroTop.column else {
            throw FormatError(
                .schema,
                "The Avro schema's top is no record but \(AvroSchema.article(writer.describe(writerType))): a table for it "
                    + "has one column of the payload, named \(AvroTop.column).")
        }
        if isBare, written.kind == .bytes { return try bare(writerType, readerType, targets[0]) }
        try within(names[0]) { compiler throws(FormatError) in
            try compiler.value(writerType, readerType, targets[0])
        }
    }

    /// A top-level `bytes` without its length.
    private mutating func bare(
        _ writerType: AvroSchema.ID, _ readerType: AvroSchema.ID, _ column: AvroTarget
    ) throws(FormatError) {
        guard let readerType = target(writerType, readerType),
            var conversion = AvroConversion(
                writer: writer[writerType], reader: reader[readerType], type: column.type)
        else { throw misfit(writerType, column) }
        conversion.wire = .rest
        conversions.append(conversion)
        if column.type == .json {
            emit(.beginJSON)
            emit(.jsonValue, conversions.count - 1)
            emit(.endJSON, 0, 0, column.builder)
        } else {
            emit(.convert, conversions.count - 1, 0, column.builder)
        }
    }

    /// One value into its column.
    ///
    /// - Throws: ``FormatError`` with code `schema` where no value of the type fits the column.
    mutating func value(
        _ writerType: AvroSchema.ID, _ readerType: AvroSchema.ID, _ column: AvroTarget
    ) throws(FormatError) {
        let node = writer[writerType]
        if node.kind == .union { return try union(writerType, readerType, column) }
        guard let readerType = target(writerType, readerType) else { return fail(.unresolved) }
        if node.kind == .null { return try null(column) }
        if case .json = column.type {
            emit(.beginJSON)
            try json(writerType, readerType)
            emit(.endJSON, 0, 0, column.builder)
            return
        }
        let wanted = reader[readerType]
        switch (node.kind, column.type) {
        case (.record, .structure(let fields)):
            let targets = fields.enumerated().map { index, field in
                AvroTarget(
                    builder: column.builder.pointee.children + index, type: field.type, isNullable: field.isNullable)
            }
            try record(writerType, readerType, names: fields.map(\.name), targets: targets)
            emit(.endStructure, 0, 0, column.builder)
        case (.array, .array(let element)):
            if writer[node.parts[0]].kind == .string, reader[wanted.parts[0]].kind == .string, element == .text {
                emit(.textArray, 0, 0, column.builder)
                return
            }
            let isEmpty = isEmpty(node.parts[0])
            let target = AvroTarget(builder: column.builder.pointee.children, type: element, isNullable: true)
            try collection(.array, isEmpty: isEmpty, column.builder) { compiler throws(FormatError) in
                try compiler.within("[]") { compiler throws(FormatError) in
                    try compiler.value(node.parts[0], wanted.parts[0], target)
                }
            }
        case (.map, .map(let type)):
            let target = AvroTarget(builder: column.builder.pointee.children + 1, type: type, isNullable: true)
            try collection(.map, isEmpty: false, column.builder) { compiler throws(FormatError) in
                try compiler.within("[]") { compiler throws(FormatError) in
                    try compiler.value(node.parts[0], wanted.parts[0], target)
                }
            }
        case (.enumeration, .text): emitSymbols(writerType, readerType, .symbol, column.builder)
        default: try scalar(writerType, readerType, column)
        }
    }

    private mutating func scalar(
        _ writerType: AvroSchema.ID, _ readerType: AvroSchema.ID, _ column: AvroTarget
    ) throws(FormatError) {
        guard
            let conversion = AvroConversion(
                writer: writer[writerType], reader: reader[readerType], type: column.type)
        else { throw misfit(writerType, column) }
        if let direct = conversion.direct {
            emit(direct, 0, 0, column.builder)
        } else {
            conversions.append(conversion)
            emit(.convert, conversions.count - 1, 0, column.builder)
        }
    }

    private func misfit(_ type: AvroSchema.ID, _ column: AvroTarget) -> FormatError {
        let best = AvroColumns.type(of: type, in: writer)
        return FormatError(
            .schema,
            "Column \(pathText.isEmpty ? AvroTop.column : pathText) is \(column.type), which the writer's "
                + "\(writer.describe(type)) doesn't fit: declare it \(best)\(best == .json ? "" : ", or JSON").")
    }

    private mutating func null(_ column: AvroTarget) throws(FormatError) {
        guard column.isNullable else {
            throw FormatError(
                .schema,
                "Column \(pathText) is NOT NULL, and the writer's type is null: every record would be a bad one.")
        }
        emit(.null, 0, 0, column.builder)
    }

    // MARK: Unions

    private mutating func union(
        _ writerType: AvroSchema.ID, _ readerType: AvroSchema.ID, _ column: AvroTarget
    ) throws(FormatError) {
        if column.isNullable, let (value, nullIndex) = writer.optional(writerType),
            let null = target(writer[writerType].parts[nullIndex], readerType), reader.isNull(null),
            let branch = target(value, readerType)
        {
            let head = emit(.optional, nullIndex, 0, column.builder)
            try self.value(value, branch, column)
            if address == head + 2, isText(head + 1) {
                rollBack(to: head)
                emit(.optionalText, nullIndex, 0, column.builder)
            } else {
                patchB(head)
            }
            return
        }
        var failure: FormatError?
        var isFilled = false
        let parts = writer[writerType].parts
        let hasValues = parts.contains { !writer.isNull($0) }
        try branches(parts) { compiler, branch throws(FormatError) in
            let before = compiler.address
            guard let target = compiler.target(branch, readerType) else { return compiler.fail(.unresolved) }
            if compiler.writer.isNull(branch) {
                if column.isNullable { compiler.emit(.null, 0, 0, column.builder) } else { compiler.fail(.notNull) }
                return
            }
            // A branch that doesn't fit makes a bad record of the data that have it, as long as another one fits.
            do throws(FormatError) {
                try compiler.value(branch, target, column)
                isFilled = true
            } catch {
                failure = failure ?? error
                compiler.rollBack(to: before)
                compiler.fail(.unresolved)
            }
        }
        if hasValues, !isFilled, let failure { throw failure }
    }

    private func isText(_ address: Int) -> Bool { code[address].code == .text }

    // MARK: Records

    /// A record's fields into columns; those that nobody wants are passed, those that are missing become NULL or their
    /// default.
    private mutating func record(
        _ writerType: AvroSchema.ID, _ readerType: AvroSchema.ID, names: [String], targets: [AvroTarget]
    ) throws(FormatError) {
        let written = writer[writerType]
        let wanted = reader[readerType]
        let (sources, readers) = fields(written, wanted)
        let columns = AvroColumns.columns(names, of: wanted)
        for (index, field) in written.fields.enumerated() {
            guard let target = readers[index], let column = columns[target] else {
                try skip(field.type)
                continue
            }
            try within(names[column]) { compiler throws(FormatError) in
                try compiler.value(field.type, wanted.fields[target].type, targets[column])
            }
        }
        var filled = Set<Int>()
        for (index, field) in wanted.fields.enumerated() {
            guard let column = columns[index] else { continue }
            filled.insert(column)
            if sources[index] != nil { continue }
            guard let value = field.defaultValue else {
                fail(.unresolved)
                continue
            }
            try within(names[column]) { compiler throws(FormatError) in
                try compiler.constant(value, field.type) { compiler throws(FormatError) in
                    try compiler.value(field.type, field.type, targets[column])
                }
            }
        }
        for (column, target) in targets.enumerated() where !filled.contains(column) {
            guard target.isNullable else {
                let place = pathText.isEmpty ? names[column] : "\(pathText).\(names[column])"
                throw FormatError(
                    .schema,
                    "Column \(place) is NOT NULL, and the writer's \(writer.describe(writerType)) has no such field.")
            }
            emit(.null, 0, 0, target.builder)
        }
        try check()
    }
}
