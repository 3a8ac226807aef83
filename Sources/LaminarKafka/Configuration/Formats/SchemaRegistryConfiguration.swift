/// Where schemas are had, and how to be let in (`schema_registry.*`).
///
///     configuration.schemaRegistry = .confluent(.init(endpoints: ["https://registry:8081"]))
///     configuration.schemaRegistry = .glue(.init(region: "eu-central-1"))
public enum SchemaRegistryConfiguration: Sendable, Hashable {
    /// Confluent's registry, or another one that speaks its protocol.
    case confluent(Confluent)
    /// AWS Glue's (`schema_registry.type` = `glue`).
    case glue(Glue)

    /// A registry that speaks Confluent's protocol.
    public struct Confluent: Sendable, Hashable {
        /// http or https URLs, tried in order (`schema_registry.endpoint`).
        public var endpoints: [String]
        /// How to be let in (`.api_key` with `.api_secret`, or `.bearer_token`).
        public var credentials: Credentials
        /// Who may sign the registry's certificate; nil = the system's authorities (`.ssl.ca.location`).
        public var trustedCertificates: KafkaSecurity.PEM?
        /// The client's certificate (`.ssl.certificate.location`).
        public var certificate: KafkaSecurity.PEM?
        /// The certificate's private key (`.ssl.key.location`).
        public var key: KafkaSecurity.PEM?
        /// The key's passphrase (`.ssl.key.password`).
        public var keyPassword: SecretText?
        /// How long one request may take: 100 ms to 5 minutes, default 10 seconds (`.timeout_ms`).
        public var timeout: Duration
        /// Whether a sink registers the schema of its columns; default false: it writes in the subject's latest
        /// (`.auto_register`).
        public var registersSchemas: Bool

        /// - Parameter endpoints: http or https URLs, at least one.
        public init(
            endpoints: [String], credentials: Credentials = .none, trustedCertificates: KafkaSecurity.PEM? = nil,
            certificate: KafkaSecurity.PEM? = nil, key: KafkaSecurity.PEM? = nil, keyPassword: SecretText? = nil,
            timeout: Duration = ConfigurationDefaults.registryTimeout, registersSchemas: Bool = false
        ) {
            self.endpoints = endpoints
            self.credentials = credentials
            self.trustedCertificates = trustedCertificates
            self.certificate = certificate
            self.key = key
            self.keyPassword = keyPassword
            self.timeout = timeout
            self.registersSchemas = registersSchemas
        }
    }

    /// How a registry lets a client in.
    public enum Credentials: Sendable, Hashable {
        /// It lets everybody in.
        case none
        /// HTTP basic authentication.
        case basic(key: SecretText, secret: SecretText)
        /// A bearer token.
        case bearer(SecretText)
    }

    /// AWS Glue's registry.
    public struct Glue: Sendable, Hashable {
        /// The AWS region (`.region`).
        public var region: String
        /// The registry's name; default `default-registry` (`.registry_name`).
        public var registryName: String
        /// The schema's name; nil = the topic's (`.schema_name`).
        public var schemaName: String?
        /// How a sink packs payloads; default none (`.compression`).
        public var compression: Compression
        /// Whether a sink registers the schema of its columns; default false: it writes in the schema's latest version
        /// (`.auto_register`).
        public var registersSchemas: Bool
        /// What a registered schema must be compatible with; default `BACKWARD` (`.compatibility`).
        public var compatibility: Compatibility
        /// Another endpoint than AWS's own, for tests (`.endpoint`).
        public var endpoint: String?

        /// - Parameter region: the AWS region, such as `eu-central-1`.
        public init(
            region: String, registryName: String = ConfigurationDefaults.glueRegistryName, schemaName: String? = nil,
            compression: Compression = .none, registersSchemas: Bool = false,
            compatibility: Compatibility = .backward, endpoint: String? = nil
        ) {
            self.region = region
            self.registryName = registryName
            self.schemaName = schemaName
            self.compression = compression
            self.registersSchemas = registersSchemas
            self.compatibility = compatibility
            self.endpoint = endpoint
        }

        /// How payloads are packed.
        public enum Compression: String, Sendable, Hashable, CaseIterable {
            /// Not at all.
            case none
            /// By zlib.
            case zlib
        }

        /// Glue's compatibility modes.
        public enum Compatibility: String, Sendable, Hashable, CaseIterable {
            /// Anything may follow.
            case none = "NONE"
            /// Nothing may follow.
            case disabled = "DISABLED"
            /// New readers read the last version.
            case backward = "BACKWARD"
            /// New readers read every version.
            case backwardAll = "BACKWARD_ALL"
            /// The last version's readers read the new one.
            case forward = "FORWARD"
            /// All versions' readers read the new one.
            case forwardAll = "FORWARD_ALL"
            /// Both ways, with the last version.
            case full = "FULL"
            /// Both ways, with all versions.
            case fullAll = "FULL_ALL"
        }
    }
}

extension SchemaRegistryConfiguration {
    /// Whether a sink registers the schema of its columns.
    var registersSchemas: Bool {
        switch self {
        case .confluent(let confluent): confluent.registersSchemas
        case .glue(let glue): glue.registersSchemas
        }
    }
}

/// How a registry's subjects are named (`value_subject`, `key_subject`, `subject_name_strategy`).
public struct SubjectNaming: Sendable, Hashable {
    /// What a subject's name is made of (`subject_name_strategy`).
    public enum Strategy: String, Sendable, Hashable, CaseIterable {
        /// `{topic}-value` and `{topic}-key`. The default.
        case topicName = "topic_name"
        /// The record's full name.
        case recordName = "record_name"
        /// `{topic}-{record's full name}`.
        case topicRecordName = "topic_record_name"
    }

    /// The subject of values; nil = by the strategy (`value_subject`).
    public var value: String?
    /// The subject of keys; nil = by the strategy (`key_subject`).
    public var key: String?
    /// What a subject's name is made of where it isn't given.
    public var strategy: Strategy

    /// Without arguments: by the topic's name.
    public init(value: String? = nil, key: String? = nil, strategy: Strategy = .topicName) {
        self.value = value
        self.key = key
        self.strategy = strategy
    }
}
