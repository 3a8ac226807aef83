/// The format `protobuf`: one Protocol Buffers message a payload, its fields matched to columns by name.
///
/// | option | |
/// |---|---|
/// | `protobuf.schema` | the `.proto` text, or the path of a file |
/// | `protobuf.descriptor` | the path of a FileDescriptorSet |
/// | `protobuf.message` | the message's full name; by default the first one of the text |
/// | `protobuf.decoder` | `laminar` (default), or `protobuf-c`: a slow one to check against |
///
/// Without a schema or a descriptor the decoder is told its writers' schemas at run time, as registries have them. Files
/// are read when a decoder is made. `docs/protobuf.md` has the rules for each type.
///
/// - Note: Format: Protocol Buffers documentation, "Encoding" and "ProtoJSON Format"; proto2 and proto3.
public struct ProtobufFormat: SchemaFormat {
    /// `protobuf`.
    public let name = "protobuf"

    /// The built-in format.
    public init() {}

    /// Protobuf.
    public var schemaLanguage: PublishedSchema.Language { .protobuf }

    /// Compiles the plan, or makes a decoder that takes writers' schemas.
    public func makeDecoder(schema: RowSchema, options: [String: String]) throws(FormatError) -> BatchDecoder {
        let options = try ProtobufOptions(ownOptions(options, known: ProtobufOptions.names))
        let own = try options.types()
        let choice = options.choice
        if own == nil, options.usesProtobufC {
            throw FormatError(
                .option, "The option protobuf.decoder = 'protobuf-c' needs protobuf.schema or protobuf.descriptor.")
        }
        var failure: FormatError?
        let decoder = BatchDecoder(schema: schema, decodesTombstones: false) { rows in
            guard let own else { return ProtobufWriterEngine(rows: rows, message: options.message) }
            if options.usesProtobufC {
                do throws(FormatError) {
                    return try ProtobufCEngine(rows: rows, types: own, message: own.message(choice))
                } catch {
                    failure = error
                }
            }
            let engine = ProtobufEngine(rows: rows)
            do throws(FormatError) {
                try engine.select(engine.add(own, message: own.message(choice), isStrict: true))
            } catch {
                failure = error
            }
            return engine
        }
        if let failure { throw failure }
        return decoder
    }

    /// A column for each field of the message, all nullable: `docs/protobuf.md` has the types.
    public func columns(
        of schema: PublishedSchema, message: MessageChoice, options: [String: String]
    ) throws(FormatError) -> RowSchema {
        let own = try ProtobufOptions(ownOptions(options, known: ProtobufOptions.names)).types()
        let types = if let own { own } else { try ProtobufSources.types(schema) }
        return try ProtobufColumns(types).schema(of: types.message(message))
    }

    /// An encoder of the message that the options name.
    ///
    /// - Throws: ``FormatError`` with code `option` where they name no schema: a sink with a registry is made with the
    ///   schema that it publishes.
    public func makeEncoder(schema: RowSchema, options: [String: String]) throws(FormatError) -> any RecordEncoder {
        let options = try ProtobufOptions(ownOptions(options, known: ProtobufOptions.names))
        guard let types = try options.types() else {
            throw FormatError(
                .option,
                "A Protobuf sink needs to know its message: add protobuf.schema, or protobuf.descriptor with protobuf.message, or a registry."
            )
        }
        return try ProtobufRecordEncoder(types, message: types.message(options.choice), schema: schema)
    }

    /// An encoder of the published schema's message.
    public func makeEncoder(
        schema: RowSchema, options: [String: String], writing published: PublishedSchema, message: MessageChoice
    ) throws(FormatError) -> any RecordEncoder {
        _ = try ProtobufOptions(ownOptions(options, known: ProtobufOptions.names))
        let types = try ProtobufSources.types(published)
        return try ProtobufRecordEncoder(types, message: types.message(message), schema: schema)
    }

    /// A proto3 text with a field for each column.
    public func schema(
        for schema: RowSchema, named name: String, options: [String: String]
    ) throws(FormatError) -> PublishedSchema {
        PublishedSchema(.protobuf, try ProtobufSchemaText.text(for: schema, named: name))
    }

    /// The message's full name, and its places for Confluent's and Glue's frames.
    public func identity(of schema: PublishedSchema, message: MessageChoice) throws(FormatError) -> MessageIdentity {
        let types = try ProtobufSources.types(schema)
        return types.identity(of: try types.message(message))
    }
}

/// The format's options, checked.
struct ProtobufOptions {
    static let names = ["schema", "descriptor", "message", "decoder"]

    let schema: String?
    let descriptor: String?
    let message: String?
    let usesProtobufC: Bool

    init(_ own: [String: String]) throws(FormatError) {
        schema = own["schema"]
        descriptor = own["descriptor"]
        message = own["message"]
        if schema != nil, descriptor != nil {
            throw FormatError(
                .option, "The options protobuf.schema and protobuf.descriptor contradict each other: give one of them.")
        }
        switch own["decoder"]?.lowercased() {
        case nil, "laminar": usesProtobufC = false
        case "protobuf-c": usesProtobufC = true
        case let other?:
            throw FormatError(.option, "The option protobuf.decoder is laminar or protobuf-c, not \(other).")
        }
    }

    var choice: MessageChoice { message.map { .name($0) } ?? .first }

    /// The schema that was given here; nil where writers bring theirs.
    func types() throws(FormatError) -> ProtobufTypes? {
        if let descriptor {
            guard message != nil else {
                throw FormatError(
                    .option, "A descriptor set can hold many messages: add protobuf.message, the full name of yours.")
            }
            return try ProtobufSources.types(
                descriptorSet: ProtobufSources.bytes(readAt: descriptor, option: "protobuf.descriptor"),
                path: descriptor)
        }
        guard let schema else { return nil }
        let isText = schema.utf8.contains { $0 == 0x3B || $0 == 0x7B }
        return try isText ? ProtobufSources.types(text: schema) : ProtobufSources.types(textFile: schema)
    }
}
