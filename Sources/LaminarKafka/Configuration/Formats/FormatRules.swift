/// What a format needs, and what contradicts it.
enum FormatRules {
    static func check(
        format: FormatOptions?, registry: SchemaRegistryConfiguration?, subjects: SubjectNaming, isSink: Bool
    ) throws(ConfigurationError) {
        try checkRegistry(registry)
        for (option, subject) in [("value_subject", subjects.value), ("key_subject", subjects.key)] {
            if let subject, subject.trimmed.isEmpty {
                throw ConfigurationError(code: .invalidValue, option: option, message: "'\(option)' is empty.")
            }
        }
        try checkRole(format, registry, isSink: isSink)
        guard let format else { return }
        switch format {
        case .json(let json):
            var isGlue = false
            if case .glue = registry { isGlue = true }
            if json.validates, !json.usesRegistry, !isGlue {
                throw missing(
                    "json.confluent_schema_registry",
                    "'json.validate' needs 'json.confluent_schema_registry', which has the schemas: add that, or take "
                        + "'json.validate' out.")
            }
            if json.usesRegistry, registry == nil {
                throw missing(
                    "schema_registry.endpoint",
                    "'json.confluent_schema_registry' needs a registry: add 'schema_registry.endpoint'.")
            }
            if !json.usesRegistry, registry != nil, !isGlue {
                throw conflict(
                    "schema_registry.endpoint",
                    "A registry isn't used by format json unless 'json.confluent_schema_registry' is true: add that, or "
                        + "take the 'schema_registry.' options out.")
            }
            if json.usesRegistry, isGlue {
                throw conflict(
                    "schema_registry.type",
                    "'json.confluent_schema_registry' and 'schema_registry.type' = 'glue' contradict each other: Glue's "
                        + "frames need no option of their own.")
            }
        case .avro(let avro): try check(avro, registry: registry, isSink: isSink)
        case .confluentAvro(let avro):
            guard case .confluent = registry else {
                throw missing(
                    "schema_registry.endpoint",
                    "Format confluent_avro needs a registry: add 'schema_registry.endpoint', the URL of one that speaks "
                        + "Confluent's protocol.")
            }
            guard avro.framing == .registry else {
                throw conflict(
                    "avro.framing",
                    "Format confluent_avro has the registry's framing: for '\(avro.framing.rawValue)' use format avro.")
            }
            if avro.schema != nil, !isSink {
                throw conflict(
                    "avro.schema",
                    "'avro.schema' and 'schema_registry.endpoint' contradict each other: the writer's schema comes from "
                        + "the registry.")
            }
        case .protobuf(let protobuf): try check(protobuf, registry: registry, isSink: isSink)
        case .raw, .rawString:
            if registry != nil {
                throw conflict(
                    "schema_registry.endpoint",
                    "Format \(format.name) has no schema, so a registry isn't used: take the 'schema_registry.' options "
                        + "out.")
            }
        case .plugIn: break
        }
    }

    /// Options that mean something on the other side only.
    private static func checkRole(
        _ format: FormatOptions?, _ registry: SchemaRegistryConfiguration?, isSink: Bool
    ) throws(ConfigurationError) {
        let readers: [(String, Bool)] =
            switch format {
            case .json(let json): [("json.validate", json.validates)]
            case .avro(let avro), .confluentAvro(let avro):
                [("avro.reader_schema", avro.readerSchema != nil), ("avro.decoder", avro.decoder != .laminar)]
            case .protobuf(let protobuf): [("protobuf.decoder", protobuf.decoder != .laminar)]
            case .raw, .rawString, .plugIn, nil: []
            }
        if isSink, let option = readers.first(where: \.1)?.0 {
            throw conflict(option, "'\(option)' says how records are read, and this is a sink: take it out.")
        }
        if !isSink, registry?.registersSchemas == true {
            throw conflict(
                "schema_registry.auto_register",
                "'schema_registry.auto_register' is for sinks, and this is a source: take it out.")
        }
    }

    private static func check(
        _ avro: FormatOptions.Avro, registry: SchemaRegistryConfiguration?, isSink: Bool
    ) throws(ConfigurationError) {
        if let registry {
            guard avro.framing == .registry else {
                throw conflict(
                    "avro.framing",
                    "'avro.framing' = '\(avro.framing.rawValue)' and '\(option(of: registry))' contradict each other: a "
                        + "payload either names a schema of the registry or it doesn't.")
            }
            if avro.schema != nil, !isSink {
                throw conflict(
                    "avro.schema",
                    "'avro.schema' and '\(option(of: registry))' contradict each other: the writer's schema comes from the "
                        + "registry.")
            }
            return
        }
        switch avro.framing {
        case .registry:
            throw missing(
                avro.schema == nil ? "schema_registry.endpoint" : "avro.framing",
                "Format avro needs to know the writer's schema: add 'schema_registry.endpoint' (or 'schema_registry.type' "
                    + "= 'glue'), or give 'avro.schema' together with 'avro.framing' = 'raw' or 'single_object'; payloads "
                    + "that are object container files need only 'avro.framing' = 'container'.")
        case .raw, .singleObject:
            guard avro.schema != nil else {
                throw missing(
                    "avro.schema",
                    "'avro.framing' = '\(avro.framing.rawValue)' needs the writer's schema: add 'avro.schema', its JSON "
                        + "or the path of a file.")
            }
        case .container: break
        }
    }

    private static func check(
        _ protobuf: FormatOptions.Protobuf, registry: SchemaRegistryConfiguration?, isSink: Bool
    ) throws(ConfigurationError) {
        if protobuf.descriptor != nil, protobuf.schema != nil {
            throw conflict(
                "protobuf.schema",
                "'protobuf.descriptor' and 'protobuf.schema' contradict each other: give one of them.")
        }
        let own = protobuf.descriptor != nil ? "protobuf.descriptor" : protobuf.schema != nil ? "protobuf.schema" : nil
        switch (own, registry) {
        case (nil, nil):
            throw missing(
                "protobuf.descriptor",
                "Format protobuf needs to know the message: add 'protobuf.descriptor' with 'protobuf.message', or "
                    + "'protobuf.schema', or 'schema_registry.endpoint'.")
        case ("protobuf.schema"?, _?) where isSink: break
        case (let own?, let registry?):
            throw conflict(
                own,
                "'\(own)' and '\(option(of: registry))' contradict each other: the message comes from one or the other."
            )
        case (nil, _): break
        case (_?, nil):
            guard protobuf.descriptor == nil || protobuf.message != nil else {
                throw missing(
                    "protobuf.message",
                    "'protobuf.descriptor' can hold many messages: add 'protobuf.message', the full name of yours.")
            }
        }
    }

    private static func checkRegistry(_ registry: SchemaRegistryConfiguration?) throws(ConfigurationError) {
        switch registry {
        case nil: break
        case .confluent(let confluent):
            guard !confluent.endpoints.isEmpty else {
                throw missing("schema_registry.endpoint", "A registry needs 'schema_registry.endpoint'.")
            }
            for endpoint in confluent.endpoints { try WebAddress.check(endpoint, option: "schema_registry.endpoint") }
            guard Duration.milliseconds(100)...Duration.seconds(300) ~= confluent.timeout else {
                throw ConfigurationError(
                    code: .outOfRange, option: "schema_registry.timeout_ms",
                    message: "'schema_registry.timeout_ms' takes 100 to 300,000 milliseconds.")
            }
            if (confluent.certificate == nil) != (confluent.key == nil) {
                throw missing(
                    "schema_registry.ssl.\(confluent.key == nil ? "key" : "certificate").location",
                    "'schema_registry.ssl.certificate.location' and 'schema_registry.ssl.key.location' need each other."
                )
            }
            if confluent.keyPassword != nil, confluent.key == nil {
                throw conflict(
                    "schema_registry.ssl.key.password",
                    "'schema_registry.ssl.key.password' needs 'schema_registry.ssl.key.location'.")
            }
        case .glue(let glue):
            try KafkaSecurity.checkRegion(glue.region, option: "schema_registry.region")
            if let endpoint = glue.endpoint { try WebAddress.check(endpoint, option: "schema_registry.endpoint") }
        }
    }

    private static func option(of registry: SchemaRegistryConfiguration) -> String {
        switch registry {
        case .confluent: "schema_registry.endpoint"
        case .glue: "schema_registry.type"
        }
    }

    private static func missing(_ option: String, _ message: String) -> ConfigurationError {
        ConfigurationError(code: .missingOption, option: option, message: message)
    }

    private static func conflict(_ option: String, _ message: String) -> ConfigurationError {
        ConfigurationError(code: .conflict, option: option, message: message)
    }
}
