/// How payloads become columns (`format` and the options that begin with its name).
///
///     configuration.format = .json()
///     configuration.format = .avro(.init(schema: .file("/schemas/order.avsc"), framing: .raw))
///     configuration.format = .plugIn(name: "csv", options: ["delimiter": ";"])
public enum FormatOptions: Sendable, Hashable {
    /// JSON (`json`).
    case json(JSON = JSON())
    /// Avro, with or without a registry (`avro`).
    case avro(Avro = Avro())
    /// Avro in Confluent's framing; needs a registry's endpoint (`confluent_avro`).
    case confluentAvro(Avro = Avro())
    /// Protocol Buffers (`protobuf`).
    case protobuf(Protobuf = Protobuf())
    /// The payload's bytes as they are (`raw`, `raw_bytes`).
    case raw
    /// The payload as UTF-8 text (`raw_string`).
    case rawString
    /// A decoder that the host registered under a name of its own. Its options are those written as `<name>.<option>`.
    case plugIn(name: String, options: [String: String] = [:])

    /// The name that `format` has in SQL.
    public var name: String {
        switch self {
        case .json: "json"
        case .avro: "avro"
        case .confluentAvro: "confluent_avro"
        case .protobuf: "protobuf"
        case .raw: "raw"
        case .rawString: "raw_string"
        case .plugIn(let name, _): name
        }
    }

    /// Options of JSON.
    public struct JSON: Sendable, Hashable {
        /// Whether the whole payload goes into one column `value JSON`; default false (`json.unstructured`).
        public var isUnstructured: Bool
        /// Whether the payload is framed by a Confluent-compatible registry; default false
        /// (`json.confluent_schema_registry`).
        public var usesRegistry: Bool
        /// Whether a record that doesn't satisfy its writer's JSON Schema is a bad one; default false (`json.validate`).
        public var validates: Bool
        /// Which forms of a TIMESTAMP are read; default all (`json.timestamp_format`).
        public var timestamps: TimestampFormat

        /// The defaults of the options, unless told otherwise.
        public init(
            isUnstructured: Bool = false, usesRegistry: Bool = false, validates: Bool = false,
            timestamps: TimestampFormat = .automatic
        ) {
            self.isUnstructured = isUnstructured
            self.usesRegistry = usesRegistry
            self.validates = validates
            self.timestamps = timestamps
        }

        /// Which forms of a TIMESTAMP are read (`json.timestamp_format`).
        public enum TimestampFormat: String, Sendable, Hashable, CaseIterable {
            /// RFC 3339, `YYYY-MM-DD HH:MM:SS[.ffffff]` and epoch milliseconds, told apart by their form. The default.
            case automatic = "auto"
            /// RFC 3339 only.
            case rfc3339
            /// A number: seconds since the epoch.
            case seconds = "unix_s"
            /// A number: milliseconds since the epoch.
            case milliseconds = "unix_ms"
            /// A number: microseconds since the epoch.
            case microseconds = "unix_us"
        }
    }

    /// Options of Avro.
    public struct Avro: Sendable, Hashable {
        /// The writer's schema, where no registry has it (`avro.schema`).
        public var schema: SchemaText?
        /// What every writer's schema is resolved to before the columns are filled: it gives defaults, aliases and
        /// promotions; nil = the columns alone say what is read (`avro.reader_schema`).
        public var readerSchema: SchemaText?
        /// How a payload says which schema it was written with (`avro.framing`, `avro.raw_datums`).
        public var framing: Framing
        /// Who decodes; default Laminar (`avro.decoder`).
        public var decoder: Decoder

        /// Without arguments: the registry's framing, and Laminar's decoder.
        public init(
            schema: SchemaText? = nil, readerSchema: SchemaText? = nil, framing: Framing = .registry,
            decoder: Decoder = .laminar
        ) {
            self.schema = schema
            self.readerSchema = readerSchema
            self.framing = framing
            self.decoder = decoder
        }

        /// Who decodes (`avro.decoder`).
        public enum Decoder: String, Sendable, Hashable, CaseIterable {
            /// Laminar's own decoder. The default.
            case laminar
            /// Apache Avro's C library, to cross-check a topic; not for payloads of people who aren't trusted.
            case libavro
        }

        /// How a payload says which schema it was written with (`avro.framing`).
        public enum Framing: String, Sendable, Hashable, CaseIterable {
            /// By an id of the registry. The default where there is one.
            case registry
            /// It doesn't: the bare datum of `avro.schema`.
            case raw
            /// By its schema's fingerprint: Avro's single-object encoding.
            case singleObject = "single_object"
            /// It carries the schema itself: an object container file.
            case container
        }
    }

    /// Options of Protocol Buffers.
    public struct Protobuf: Sendable, Hashable {
        /// A FileDescriptorSet, as `protoc --include_imports -o` writes it, by its path (`protobuf.descriptor`).
        public var descriptor: String?
        /// The `.proto` text or its file (`protobuf.schema`).
        public var schema: SchemaText?
        /// The message's full name; may be left out where there is one message only (`protobuf.message`).
        public var message: String?
        /// Who decodes; default Laminar (`protobuf.decoder`).
        public var decoder: Decoder

        /// Without arguments: everything comes from the registry, and Laminar decodes.
        public init(
            descriptor: String? = nil, schema: SchemaText? = nil, message: String? = nil, decoder: Decoder = .laminar
        ) {
            self.descriptor = descriptor
            self.schema = schema
            self.message = message
            self.decoder = decoder
        }

        /// Who decodes (`protobuf.decoder`).
        public enum Decoder: String, Sendable, Hashable, CaseIterable {
            /// Laminar's own decoder. The default.
            case laminar
            /// The C library protobuf-c, to cross-check a topic; not for payloads of people who aren't trusted.
            case protobufC = "protobuf-c"
        }
    }

    /// A schema in text form.
    public enum SchemaText: Sendable, Hashable {
        /// The text itself.
        case text(String)
        /// A file, read at CREATE TABLE, or when the source starts.
        case file(String)
    }
}
