/// Reads `format`, the options that begin with its name, `schema_registry.*` and the subjects.
enum FormatOptionsReader {
    static func format(_ values: OptionValues, _ role: String) throws(ConfigurationError) -> FormatOptions {
        let name = try values.required("format", role)
        try refuseOptionsOfOtherFormats(values, name)
        switch name {
        case "json":
            return .json(
                FormatOptions.JSON(
                    isUnstructured: values.flag("json.unstructured") ?? false,
                    usesRegistry: values.flag("json.confluent_schema_registry") ?? false,
                    validates: values.flag("json.validate") ?? false,
                    timestamps: values.choice("json.timestamp_format") ?? .automatic))
        case "avro": return .avro(try avro(values))
        case "confluent_avro": return .confluentAvro(try avro(values))
        case "protobuf":
            return .protobuf(
                FormatOptions.Protobuf(
                    descriptor: values.text("protobuf.descriptor"), schema: protobufSchema(values),
                    message: values.text("protobuf.message"), decoder: values.choice("protobuf.decoder") ?? .laminar))
        case "raw": return .raw
        case "raw_string": return .rawString
        default: return .plugIn(name: name, options: values.plugInOptions.mapValues(\.text))
        }
    }

    private static func avro(_ values: OptionValues) throws(ConfigurationError) -> FormatOptions.Avro {
        let framing: FormatOptions.Avro.Framing? = values.choice("avro.framing")
        let raw = values.flag("avro.raw_datums")
        if let framing, let raw, raw != (framing == .raw) {
            throw ConfigurationError(
                code: .conflict, option: "avro.raw_datums",
                message:
                    "'avro.raw_datums' = '\(raw)' and 'avro.framing' = '\(framing.rawValue)' contradict each other: "
                    + "leave one of them out.")
        }
        return FormatOptions.Avro(
            schema: avroSchema(values, "avro.schema"), readerSchema: avroSchema(values, "avro.reader_schema"),
            framing: framing ?? (raw == true ? .raw : .registry),
            decoder: values.choice("avro.decoder") ?? .laminar)
    }

    private static func avroSchema(_ values: OptionValues, _ name: String) -> FormatOptions.SchemaText? {
        values.text(name).map { text in
            ["{", "[", "\""].contains { text.trimmed.hasPrefix($0) } ? .text(text) : .file(text)
        }
    }

    /// A `.proto` text has a semicolon or a brace, a path has neither.
    private static func protobufSchema(_ values: OptionValues) -> FormatOptions.SchemaText? {
        values.text("protobuf.schema").map { $0.contains(";") || $0.contains("{") ? .text($0) : .file($0) }
    }

    private static func refuseOptionsOfOtherFormats(
        _ values: OptionValues, _ format: String
    ) throws(ConfigurationError) {
        let prefix = format == "confluent_avro" ? "avro" : format
        for option in OptionCatalog.formatOptions where values.has(option.name) {
            let owner = option.name.prefix { $0 != "." }
            guard owner != prefix else { continue }
            throw ConfigurationError(
                code: .conflict, option: option.name,
                message: "'\(option.name)' and 'format' = '\(format)' contradict each other: it is an option of format "
                    + "\(owner).")
        }
    }

    static func subjects(_ values: OptionValues) throws(ConfigurationError) -> SubjectNaming {
        let strategy: SubjectNaming.Strategy = values.choice("subject_name_strategy") ?? .topicName
        return SubjectNaming(
            value: values.text("value_subject"), key: values.text("key_subject"), strategy: strategy)
    }

    private static let confluentOptions = [
        "api_key", "api_secret", "bearer_token", "ssl.ca.location", "ssl.certificate.location", "ssl.key.location",
        "ssl.key.password",
    ].map { "schema_registry.\($0)" }

    private static let glueOptions = [
        "region", "registry_name", "schema_name", "compression", "compatibility",
    ].map { "schema_registry.\($0)" }

    static func registry(_ values: OptionValues) throws(ConfigurationError) -> SchemaRegistryConfiguration? {
        let isGlue = values.text("schema_registry.type") == "glue"
        for name in isGlue ? confluentOptions : glueOptions where values.has(name) {
            throw ConfigurationError(
                code: .conflict, option: name,
                message: isGlue
                    ? "'\(name)' and 'schema_registry.type' = 'glue' contradict each other: AWS's own credentials are used."
                    : "'\(name)' is an option of Glue's registry: add 'schema_registry.type' = 'glue', or take it out.")
        }
        if isGlue { return .glue(try glue(values)) }
        guard let endpoints = values.list("schema_registry.endpoint") else {
            let names =
                ["type", "timeout_ms", "auto_register"].map { "schema_registry.\($0)" } + confluentOptions
            if let name = names.first(where: values.has) {
                throw ConfigurationError(
                    code: .missingOption, option: "schema_registry.endpoint",
                    message: "'\(name)' needs 'schema_registry.endpoint', the registry's URL.")
            }
            return nil
        }
        return .confluent(
            SchemaRegistryConfiguration.Confluent(
                endpoints: endpoints, credentials: try credentials(values),
                trustedCertificates: try values.pem("schema_registry.ssl.ca.location"),
                certificate: try values.pem("schema_registry.ssl.certificate.location"),
                key: try values.pem("schema_registry.ssl.key.location"),
                keyPassword: try values.secret("schema_registry.ssl.key.password"),
                timeout: values.milliseconds("schema_registry.timeout_ms") ?? ConfigurationDefaults.registryTimeout,
                registersSchemas: values.flag("schema_registry.auto_register") ?? false))
    }

    private static func credentials(
        _ values: OptionValues
    ) throws(ConfigurationError) -> SchemaRegistryConfiguration.Credentials {
        let key = try values.secret("schema_registry.api_key")
        let secret = try values.secret("schema_registry.api_secret")
        let token = try values.secret("schema_registry.bearer_token")
        switch (key, secret, token) {
        case (nil, nil, nil): return .none
        case (nil, nil, let token?): return .bearer(token)
        case (let key?, let secret?, nil): return .basic(key: key, secret: secret)
        case (_, _, _?):
            throw ConfigurationError(
                code: .conflict, option: "schema_registry.bearer_token",
                message:
                    "'schema_registry.bearer_token' and 'schema_registry.\(key == nil ? "api_secret" : "api_key")' "
                    + "contradict each other: give one of them.")
        case (_, _, nil):
            let (there, absent) = key == nil ? ("api_secret", "api_key") : ("api_key", "api_secret")
            throw ConfigurationError(
                code: .missingOption, option: "schema_registry.\(absent)",
                message: "'schema_registry.\(there)' needs 'schema_registry.\(absent)'.")
        }
    }

    private static func glue(_ values: OptionValues) throws(ConfigurationError) -> SchemaRegistryConfiguration.Glue {
        if values.has("schema_registry.timeout_ms") {
            throw ConfigurationError(
                code: .conflict, option: "schema_registry.timeout_ms",
                message:
                    "'schema_registry.timeout_ms' and 'schema_registry.type' = 'glue' contradict each other: requests to "
                    + "AWS have their own time-outs.")
        }
        let endpoints = values.list("schema_registry.endpoint") ?? []
        guard endpoints.count <= 1 else {
            throw ConfigurationError(
                code: .invalidValue, option: "schema_registry.endpoint",
                message: "'schema_registry.endpoint' takes one URL with 'schema_registry.type' = 'glue'.")
        }
        return SchemaRegistryConfiguration.Glue(
            region: try values.required("schema_registry.region", "'schema_registry.type' = 'glue'"),
            registryName: values.text("schema_registry.registry_name") ?? ConfigurationDefaults.glueRegistryName,
            schemaName: values.text("schema_registry.schema_name"),
            compression: values.choice("schema_registry.compression") ?? .none,
            registersSchemas: values.flag("schema_registry.auto_register") ?? false,
            compatibility: values.choice("schema_registry.compatibility") ?? .backward, endpoint: endpoints.first)
    }
}
