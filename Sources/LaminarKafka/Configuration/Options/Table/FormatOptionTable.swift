extension OptionCatalog {
    static let formatOptions: [OptionDefinition] = [
        OptionDefinition(
            "json.unstructured", .kafka, .boolean, default: "false", governors: ["format"],
            "The whole payload goes into one column `value JSON`."),
        OptionDefinition(
            "json.confluent_schema_registry", .kafka, .boolean, default: "false", governors: ["format"],
            "Payloads carry a registry's frame; needs `schema_registry.endpoint`."),
        OptionDefinition(
            "json.validate", .kafka, .boolean, default: "false", governors: ["format"],
            "A record that doesn't satisfy its writer's JSON Schema is a bad one; needs `json.confluent_schema_registry`."
        ),
        OptionDefinition(
            "json.timestamp_format", .kafka,
            .choice(
                FormatOptions.JSON.TimestampFormat.allCases.map(\.rawValue),
                synonyms: [
                    "unix_seconds": "unix_s", "unix_millis": "unix_ms", "epoch_ms": "unix_ms", "unix_micros": "unix_us",
                ]), default: "auto",
            governors: ["format"],
            "Which forms of a TIMESTAMP are read. `auto` takes RFC 3339, `YYYY-MM-DD HH:MM:SS[.ffffff]` and epoch milliseconds."
        ),
        OptionDefinition(
            "avro.schema", .kafka, .schema, governors: ["format"],
            "The writer's schema where no registry has it: its JSON, or the path of a file."),
        OptionDefinition(
            "avro.reader_schema", .kafka, .schema, governors: ["format"],
            "What every writer's schema is resolved to before the columns are filled, for its defaults and aliases: its JSON, or the path of a file. A source's only."
        ),
        OptionDefinition(
            "avro.framing", .kafka, .choice(FormatOptions.Avro.Framing.allCases.map(\.rawValue)),
            note: "`registry` where there is one", governors: ["format"],
            "How a payload says which schema it was written with: by a registry's id, not at all (`raw`), by a fingerprint (`single_object`), or in full (`container`, an object container file)."
        ),
        OptionDefinition(
            "avro.raw_datums", .kafka, .boolean, default: "false", governors: ["format"],
            "`true` is `avro.framing = 'raw'`."),
        OptionDefinition(
            "avro.decoder", .kafka, .choice(FormatOptions.Avro.Decoder.allCases.map(\.rawValue)), default: "laminar",
            governors: ["format"],
            "Who decodes. `libavro` is Apache Avro's C library, to cross-check a topic: it knows fewer schemas, is slower, and isn't safe with payloads of people who aren't trusted."
        ),
        OptionDefinition(
            "protobuf.descriptor", .kafka, .path, governors: ["format"],
            "A FileDescriptorSet, as `protoc --include_imports -o` writes it."),
        OptionDefinition(
            "protobuf.schema", .kafka, .schema, governors: ["format"], "The `.proto` text, or the path of the file."),
        OptionDefinition(
            "protobuf.message", .kafka, .text, aliases: ["protobuf.message_name"], governors: ["format"],
            "The message's full name; needed with `protobuf.descriptor`."),
        OptionDefinition(
            "protobuf.decoder", .kafka, .choice(FormatOptions.Protobuf.Decoder.allCases.map(\.rawValue)),
            default: "laminar", governors: ["format"],
            "Who decodes. `protobuf-c` is a C library, to cross-check a topic: it isn't safe with payloads of people who aren't trusted."
        ),
    ]
}
