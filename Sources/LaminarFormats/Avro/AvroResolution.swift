/// Whether and how a writer's type is read as a reader's.
///
/// - Note: Format: Apache Avro 1.12 specification, "Schema Resolution".
struct AvroResolution {
    let writer: AvroSchema
    let reader: AvroSchema
    /// Both are the same schema, so that each type is read as itself.
    let isSame: Bool
    private var known: [Pair: Bool] = [:]

    private struct Pair: Hashable {
        let writer: AvroSchema.ID
        let reader: AvroSchema.ID
    }

    init(writer: AvroSchema, reader: AvroSchema?) {
        self.writer = writer
        self.reader = reader ?? writer
        isSame = reader == nil
    }

    /// Whether any datum of the writer's type can be read as the reader's. Of a writer's union one branch is enough, as the
    /// others may never be written.
    mutating func resolves(_ writerType: AvroSchema.ID, _ readerType: AvroSchema.ID) -> Bool {
        if isSame, writerType == readerType { return true }
        let pair = Pair(writer: writerType, reader: readerType)
        if let answer = known[pair] { return answer }
        // A recursive type resolves when everything else about it does.
        known[pair] = true
        let answer = decide(writerType, readerType)
        known[pair] = answer
        return answer
    }

    private mutating func decide(_ writerType: AvroSchema.ID, _ readerType: AvroSchema.ID) -> Bool {
        let written = writer[writerType]
        let wanted = reader[readerType]
        if written.kind == .union {
            for branch in written.parts where resolves(branch, readerType) { return true }
            return false
        }
        if wanted.kind == .union { return branch(writerType, of: readerType) != nil }
        switch (written.kind, wanted.kind) {
        case (.record, .record):
            guard Self.sameName(written, wanted) else { return false }
            for field in wanted.fields {
                if let source = Self.field(for: field, in: written) {
                    guard resolves(written.fields[source].type, field.type) else { return false }
                } else if field.defaultValue == nil {
                    return false
                }
            }
            return true
        case (.enumeration, .enumeration): return Self.sameName(written, wanted)
        case (.fixed(let size), .fixed(let wantedSize)): return size == wantedSize && Self.sameName(written, wanted)
        case (.array, .array), (.map, .map): return resolves(written.parts[0], wanted.parts[0])
        default: return Self.promotes(written.kind, wanted.kind)
        }
    }

    /// The reader's branch that a type is read as: its own, else the first that it resolves to; nil when there is none.
    mutating func branch(_ writerType: AvroSchema.ID, of union: AvroSchema.ID) -> AvroSchema.ID? {
        let parts = reader[union].parts
        let written = writer[writerType]
        if isSame, parts.contains(writerType) { return writerType }
        for part in parts where reader[part].kind == written.kind && reader[part].name == written.name {
            if resolves(writerType, part) { return part }
        }
        for part in parts where resolves(writerType, part) { return part }
        return nil
    }

    /// The reader's type that a value of the writer's is read as, a union's branch chosen; nil when there is none.
    mutating func target(_ writerType: AvroSchema.ID, _ readerType: AvroSchema.ID) -> AvroSchema.ID? {
        if reader[readerType].kind == .union, writer[writerType].kind != .union {
            return branch(writerType, of: readerType)
        }
        return resolves(writerType, readerType) ? readerType : nil
    }

    /// The writer's field that fills a reader's: of its name, or of a name that it had before.
    static func field(for wanted: AvroSchema.Field, in written: AvroSchema.Node) -> Int? {
        if let place = written.fields.firstIndex(where: { $0.name == wanted.name }) { return place }
        guard !wanted.aliases.isEmpty else { return nil }
        return written.fields.firstIndex { wanted.aliases.contains($0.name) }
    }

    /// Named types match by the last part of their names, or by one that the reader's had before.
    private static func sameName(_ written: AvroSchema.Node, _ wanted: AvroSchema.Node) -> Bool {
        AvroSchema.unqualified(written.name) == AvroSchema.unqualified(wanted.name)
            || wanted.aliases.contains { $0 == written.name }
    }

    private static func promotes(_ written: AvroSchema.Kind, _ wanted: AvroSchema.Kind) -> Bool {
        if written == wanted { return true }
        switch (written, wanted) {
        case (.int, .long), (.int, .float), (.int, .double), (.long, .float), (.long, .double), (.float, .double),
            (.string, .bytes), (.bytes, .string):
            return true
        default: return false
        }
    }
}
