/// The format `avro`: Apache Avro's binary encoding, the writer's schema resolved to the table's columns.
///
/// | option | default | |
/// |---|---|---|
/// | `avro.framing` | `registry` | `registry` (bodies whose writers are told), `raw`, `single_object`, `container` |
/// | `avro.raw_datums` | `false` | `true` is `avro.framing = 'raw'` |
/// | `avro.schema` | | the writer's schema as JSON text; needed by `raw` and `single_object` |
/// | `avro.reader_schema` | | what writers' schemas are resolved to before the columns are filled: defaults, aliases |
/// | `avro.decoder` | `laminar` | `libavro`: the C library's generic reader, to compare with |
///
/// A column is filled by the field of exactly its name, else ignoring case, else by one that had its name before (an alias).
/// A field that the writer lacks is NULL. A schema whose top isn't a record fills one column named `value`. `docs/avro.md`
/// has the rules for each type.
///
/// `confluent_avro` is the same format under Confluent's name, whose options begin with `avro.` too.
///
/// - Note: Format: Apache Avro 1.12 specification.
public struct AvroFormat: SchemaFormat {
    /// `avro` or `confluent_avro`.
    public let name: String
    /// What becomes of the data before the columns take them: an Avro schema with defaults, aliases and promotions.
    let readerSchema: PublishedSchema?

    /// The name that a table's `format` has.
    public enum Name: String, Sendable, CaseIterable {
        /// With any framing.
        case avro
        /// With a registry's framing only.
        case confluentAvro = "confluent_avro"
    }

    /// The built-in format.
    public init(_ name: Name = .avro) { self.init(name, readerSchema: nil) }

    /// - Parameter readerSchema: resolved against every writer's schema first; the columns are then filled from its fields.
    init(_ name: Name = .avro, readerSchema: PublishedSchema?) {
        self.name = name.rawValue
        self.readerSchema = readerSchema
    }

    /// AVRO.
    public var schemaLanguage: PublishedSchema.Language { .avro }

    /// Compiles what can be compiled before the writers are known.
    public func makeDecoder(schema: RowSchema, options: [String: String]) throws(FormatError) -> BatchDecoder {
        let options = try AvroOptions(options, format: name)
        var reader: AvroSchema?
        if let schema = readerSchema ?? options.reader() { reader = try AvroSchema(schema) }
        let writer = try options.writer()
        var failure: FormatError?
        let decoder = BatchDecoder(schema: schema, decodesTombstones: false) { rows in
            do throws(FormatError) {
                return try Self.engine(rows, options, writer: writer, reader: reader)
            } catch {
                failure = error
                return AvroEngine(rows: rows, reader: reader)
            }
        }
        if let failure { throw failure }
        return decoder
    }

    private static func engine(
        _ rows: RowStore, _ options: AvroOptions, writer: AvroSchema?, reader: AvroSchema?
    ) throws(FormatError) -> any BatchEngine {
        if options.decoder == .libavro {
            switch (options.framing, writer, reader) {
            case (.raw, let writer?, nil): return try AvroLibraryRawEngine(rows: rows, writer: writer)
            case (.registry, _, nil): return AvroLibraryRegistryEngine(rows: rows, isBare: options.isBare)
            default:
                throw FormatError(
                    .option,
                    "avro.decoder = 'libavro' reads the framings registry and raw only, without a reader's schema.")
            }
        }
        switch (options.framing, writer) {
        case (.raw, let writer?): return try AvroRawEngine(rows: rows, writer: writer, reader: reader)
        case (.singleObject, let writer?):
            return try AvroSingleObjectEngine(rows: rows, writer: writer, reader: reader)
        case (.container, _): return AvroContainerEngine(rows: rows, reader: reader)
        default: return AvroRegistryEngine(rows: rows, reader: reader, isBare: options.isBare)
        }
    }

    /// A column for each field of the top record, or one named `value`; of the reader's schema where the options have one.
    public func columns(
        of schema: PublishedSchema, message: MessageChoice, options: [String: String]
    ) throws(FormatError) -> RowSchema {
        let reader = try options["avro.reader_schema"] == nil ? nil : AvroOptions(options, format: name).reader()
        return try AvroColumns.columns(of: AvroSchema(reader ?? schema))
    }

    /// The top record's full name; the type's own name for a schema without a name.
    public func identity(of schema: PublishedSchema, message: MessageChoice) throws(FormatError) -> MessageIdentity {
        let schema = try AvroSchema(schema)
        let root = schema[schema.root]
        return MessageIdentity(fullName: root.name.isEmpty ? schema.describe(schema.root) : root.name)
    }

    /// A record with a field for each column; nullable ones are unions with null, whose default is null.
    public func schema(
        for schema: RowSchema, named name: String, options: [String: String]
    ) throws(FormatError) -> PublishedSchema {
        try AvroSchemaWriter.schema(for: schema, named: name)
    }

    /// Writes bodies without a registry's frame.
    public func makeEncoder(
        schema: RowSchema, options: [String: String], writing published: PublishedSchema, message: MessageChoice
    ) throws(FormatError) -> any RecordEncoder {
        let options = try AvroOptions(options, format: name)
        return try AvroRecordEncoder(schema, AvroSchema(published), framing: .none(isBare: options.isBare))
    }

    /// Writes with `avro.schema`, or with the schema that the columns stand for, in the framing of the options.
    public func makeEncoder(schema: RowSchema, options: [String: String]) throws(FormatError) -> any RecordEncoder {
        let checked = try AvroOptions(options, format: name)
        let published: PublishedSchema
        if let own = checked.published() {
            published = own
        } else {
            published = try self.schema(for: schema, named: "Row", options: options)
        }
        let writer = try AvroSchema(published)
        let framing: AvroRecordEncoder.Framing
        switch checked.framing {
        case .registry: framing = .none(isBare: checked.isBare)
        case .raw: framing = .none(isBare: false)
        case .singleObject: framing = .prefix(try AvroSingleObjectEngine.header(of: writer))
        case .container: framing = .container(Array(published.text.utf8))
        }
        return try AvroRecordEncoder(schema, writer, framing: framing)
    }
}
