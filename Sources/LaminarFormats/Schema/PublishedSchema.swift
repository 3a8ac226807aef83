/// A schema as its writer published it: a text in one of the schema languages, with the texts that it refers to.
///
///     let order = PublishedSchema(.avro, #"{"type": "record", "name": "Order", "fields": […]}"#)
///
/// What a registry answers for an id, and what a sink registers. It is only text: whether it is well formed is found out
/// where it is compiled.
public struct PublishedSchema: Hashable, Sendable {
    /// The language of the text.
    public enum Language: String, Hashable, Sendable, CaseIterable {
        /// Apache Avro 1.12's JSON.
        case avro = "AVRO"
        /// A `.proto` file, or the base64 of a FileDescriptorProto, which registries give too.
        case protobuf = "PROTOBUF"
        /// JSON Schema.
        case json = "JSON"
    }

    /// A schema that another refers to.
    public struct Reference: Hashable, Sendable {
        /// As the text that refers to it has it: Avro's full name, Protobuf's import path, the URL of JSON's `$ref`.
        public let name: String
        /// In the same language.
        public let text: String

        /// A name with the text that stands for it.
        public init(name: String, text: String) {
            self.name = name
            self.text = text
        }
    }

    /// The language of the text and of its references.
    public let language: Language
    /// The schema.
    public let text: String
    /// Everything that it refers to, directly or not, each before those that need it and each name once.
    public let references: [Reference]

    /// - Parameters:
    ///   - language: of the text and its references.
    ///   - text: the schema.
    ///   - references: each before those that need it.
    public init(_ language: Language, _ text: String, references: [Reference] = []) {
        self.language = language
        self.text = text
        self.references = references
    }
}

/// Which message of a Protobuf schema a payload is; the other languages' schemas are one thing as a whole.
public enum MessageChoice: Hashable, Sendable {
    /// The schema as a whole; of a Protobuf file its first message.
    case first
    /// By places: the file's message, the message inside of that one, and so on ("Confluent wire format").
    case indexes([Int])
    /// By place among the full names of all the file's messages in lexicographic order, hidden map entries too ("AWS Glue").
    case sortedPosition(Int)
    /// By full name, without a leading dot.
    case name(String)
}

/// A message that was found in a schema, under all of the names that frames have for it.
public struct MessageIdentity: Hashable, Sendable {
    /// With its package or namespace: `com.example.Order`.
    public let fullName: String
    /// As ``MessageChoice/indexes(_:)`` has it; empty but for Protobuf.
    public let indexes: [Int]
    /// As ``MessageChoice/sortedPosition(_:)`` has it; 0 but for Protobuf.
    public let sortedPosition: Int

    /// All of its names.
    public init(fullName: String, indexes: [Int] = [], sortedPosition: Int = 0) {
        self.fullName = fullName
        self.indexes = indexes
        self.sortedPosition = sortedPosition
    }
}
