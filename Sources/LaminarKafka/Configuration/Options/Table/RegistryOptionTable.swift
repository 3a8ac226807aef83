extension OptionCatalog {
    static let registryOptions: [OptionDefinition] = [
        OptionDefinition(
            "schema_registry.type", .kafka, .choice(["confluent", "glue"]), default: "confluent",
            "Whose registry it is."),
        OptionDefinition(
            "schema_registry.endpoint", .kafka, .urls,
            "The registry's URL; several are tried in order. With Glue only for tests."),
        OptionDefinition(
            "schema_registry.api_key", .kafka, .credential,
            "The user of basic authentication; needs `schema_registry.api_secret`."),
        OptionDefinition(
            "schema_registry.api_secret", .kafka, .secret, "The password of basic authentication."),
        OptionDefinition(
            "schema_registry.bearer_token", .kafka, .secret, "A token, instead of key and secret."),
        OptionDefinition(
            "schema_registry.ssl.ca.location", .kafka, .pem(isPrivate: false), note: "the system's authorities",
            "Who may sign the registry's certificate: a PEM file or the text itself."),
        OptionDefinition(
            "schema_registry.ssl.certificate.location", .kafka, .pem(isPrivate: false),
            "The client's certificate; needs a key."),
        OptionDefinition(
            "schema_registry.ssl.key.location", .kafka, .pem(isPrivate: true), "The certificate's private key."),
        OptionDefinition(
            "schema_registry.ssl.key.password", .kafka, .secret, "The passphrase of the private key."),
        OptionDefinition(
            "schema_registry.timeout_ms", .kafka, .milliseconds(100...300_000),
            default: ConfigurationDefaults.registryTimeout.millisecondsText, "How long one request may take."),
        OptionDefinition(
            "schema_registry.region", .kafka, .text, governors: ["schema_registry.type"],
            "Glue, needed there: the AWS region."),
        OptionDefinition(
            "schema_registry.registry_name", .kafka, .text, default: ConfigurationDefaults.glueRegistryName,
            governors: ["schema_registry.type"], "Glue: the registry's name."),
        OptionDefinition(
            "schema_registry.schema_name", .kafka, .text, note: "the topic", governors: ["schema_registry.type"],
            "Glue: the schema's name."),
        OptionDefinition(
            "schema_registry.compression", .kafka, .choice(["none", "zlib"]), default: "none",
            governors: ["schema_registry.type"], "Glue: how a sink packs payloads. A source reads both."),
        OptionDefinition(
            "schema_registry.auto_register", .kafka, .boolean, default: "false",
            "Whether a sink registers the schema of its columns. If not, it writes in the subject's latest schema."),
        OptionDefinition(
            "schema_registry.compatibility", .kafka,
            .choice(SchemaRegistryConfiguration.Glue.Compatibility.allCases.map(\.rawValue)), default: "BACKWARD",
            governors: ["schema_registry.type"], "Glue: what a registered schema must be compatible with."),
        OptionDefinition(
            "value_subject", .kafka, .text, aliases: ["value.subject"], note: "`{topic}-value`",
            governors: ["subject_name_strategy"], "The registry's subject of values."),
        OptionDefinition(
            "key_subject", .kafka, .text, aliases: ["key.subject"], note: "`{topic}-key`",
            governors: ["subject_name_strategy"], "The registry's subject of keys."),
        OptionDefinition(
            "subject_name_strategy", .kafka, .choice(SubjectNaming.Strategy.allCases.map(\.rawValue)),
            default: "topic_name", "What a subject's name is made of where it isn't given."),
    ]
}
