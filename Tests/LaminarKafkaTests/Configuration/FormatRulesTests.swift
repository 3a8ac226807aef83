import Testing

@testable import LaminarKafka

@Suite struct FormatRulesTests {
    static let wrong: [OptionReaderTests.Wrong] = [
        .init(["format": "confluent_avro"], .missingOption, "schema_registry.endpoint"),
        .init(["format": "avro"], .missingOption, "schema_registry.endpoint", "'avro.schema'", "container"),
        .init(["format": "avro", "avro.schema": "{}"], .missingOption, "avro.framing", "'raw'"),
        .init(["format": "avro", "avro.raw_datums": "true"], .missingOption, "avro.schema"),
        .init(["format": "avro", "avro.framing": "single_object"], .missingOption, "avro.schema"),
        .init(
            ["format": "avro", "avro.framing": "container", "avro.raw_datums": "true"], .conflict, "avro.raw_datums",
            "'avro.framing'"),
        .init(
            ["format": "avro", "avro.raw_datums": "true", "schema_registry.endpoint": "http://r:1"], .conflict,
            "avro.framing", "'schema_registry.endpoint'"),
        .init(
            ["format": "avro", "avro.schema": "{}", "schema_registry.endpoint": "http://r:1"], .conflict, "avro.schema",
            "'schema_registry.endpoint'"),
        .init(["avro.schema": "{}"], .conflict, "avro.schema", "'json'", "format avro"),
        .init(["format": "raw", "json.unstructured": "true"], .conflict, "json.unstructured", "'raw'"),
        .init(["format": "protobuf"], .missingOption, "protobuf.descriptor", "'protobuf.schema'"),
        .init(["format": "protobuf", "protobuf.descriptor": "/a.desc"], .missingOption, "protobuf.message"),
        .init(
            ["format": "protobuf", "protobuf.descriptor": "/a.desc", "protobuf.schema": "/a.proto"], .conflict,
            "protobuf.schema", "'protobuf.descriptor'"),
        .init(
            ["format": "protobuf", "protobuf.schema": "/a.proto", "schema_registry.endpoint": "http://r:1"], .conflict,
            "protobuf.schema", "'schema_registry.endpoint'"),
        .init(["json.confluent_schema_registry": "true"], .missingOption, "schema_registry.endpoint"),
        .init(["json.validate": "true"], .missingOption, "json.confluent_schema_registry"),
        .init(
            ["schema_registry.endpoint": "http://r:1"], .conflict, "schema_registry.endpoint",
            "'json.confluent_schema_registry'"),
        .init(
            ["format": "raw", "schema_registry.endpoint": "http://r:1"], .conflict, "schema_registry.endpoint", "raw"),
        .init(["schema_registry.api_key": "k"], .missingOption, "schema_registry.endpoint", "api_key"),
        .init(
            ["format": "avro", "schema_registry.endpoint": "registry:8081"], .invalidValue, "schema_registry.endpoint",
            "http://"),
        .init(
            ["format": "avro", "schema_registry.endpoint": "http://me:hunter2@r:1"], .literalSecret,
            "schema_registry.endpoint", "api_key"),
        .init(
            ["format": "avro", "schema_registry.endpoint": "http://r:1", "schema_registry.api_key": "k"],
            .missingOption,
            "schema_registry.api_secret"),
        .init(
            [
                "format": "avro", "schema_registry.endpoint": "http://r:1", "schema_registry.api_key": "k",
                "schema_registry.api_secret": "${secret:s}", "schema_registry.bearer_token": "${secret:t}",
            ], .conflict, "schema_registry.bearer_token", "api_key"),
        .init(
            ["format": "avro", "schema_registry.endpoint": "http://r:1", "schema_registry.region": "us-east-1"],
            .conflict, "schema_registry.region", "'glue'"),
        .init(["format": "avro", "schema_registry.type": "glue"], .missingOption, "schema_registry.region"),
        .init(
            [
                "format": "avro", "schema_registry.type": "glue", "schema_registry.region": "us-east-1",
                "schema_registry.api_key": "k",
            ], .conflict, "schema_registry.api_key"),
        .init(
            ["format": "avro", "schema_registry.endpoint": "http://r:1", "schema_registry.timeout_ms": "1"],
            .outOfRange, "schema_registry.timeout_ms"),
        .init(
            [
                "format": "avro", "schema_registry.endpoint": "https://r:1",
                "schema_registry.ssl.certificate.location": "/c.pem",
            ], .missingOption, "schema_registry.ssl.key.location"),
    ]

    @Test("what a format misses or contradicts is refused at CREATE", arguments: wrong)
    func refusals(_ wrong: OptionReaderTests.Wrong) throws {
        let error = try #require(StatementOptions.source(wrong.options).refusal())
        #expect(error.code == wrong.code, "\(error)")
        #expect(error.option == wrong.option, "\(error)")
        for word in wrong.words { #expect(error.description.contains(word), "\(error)") }
        #expect(!error.description.contains("hunter2"))
    }

    @Test(
        "what a format needs is enough",
        arguments: [
            (
                ["format": "avro", "avro.schema": #"{"type":"string"}"#, "avro.raw_datums": "true"],
                .avro(.init(schema: .text(#"{"type":"string"}"#), framing: .raw))
            ),
            (
                ["format": "avro", "avro.schema": "/order.avsc", "avro.framing": "single_object"],
                .avro(.init(schema: .file("/order.avsc"), framing: .singleObject))
            ),
            (["format": "avro", "avro.framing": "container"], .avro(.init(framing: .container))),
            (["format": "avro", "schema_registry.endpoint": "http://a:1, https://b:2/path"], .avro()),
            (["format": "confluent_avro", "schema_registry.endpoint": "http://a:1"], .confluentAvro()),
            (["format": "avro", "schema_registry.type": "GLUE", "schema_registry.region": "us-east-1"], .avro()),
            (
                ["format": "protobuf", "protobuf.descriptor": "/a.desc", "protobuf.message_name": "a.B"],
                .protobuf(.init(descriptor: "/a.desc", message: "a.B"))
            ),
            (
                ["format": "protobuf", "protobuf.schema": "message A { string b = 1; }"],
                .protobuf(.init(schema: .text("message A { string b = 1; }")))
            ),
            (["format": "protobuf", "schema_registry.endpoint": "http://a:1"], .protobuf()),
            (["format": "raw_string"], .rawString),
            (
                ["json.unstructured": "true", "json.timestamp_format": "RFC3339"],
                .json(.init(isUnstructured: true, timestamps: .rfc3339))
            ),
        ] as [(StatementOptions, FormatOptions)])
    func formats(options: StatementOptions, format: FormatOptions) throws {
        #expect(try StatementOptions.source(options).source().format == format)
        #expect(try StatementOptions.sink(options).sink().format == format)
    }

    @Test("a registry's options become one value") func registries() throws {
        let confluent = StatementOptions.source([
            "format": "confluent_avro", "schema_registry.endpoint": "http://confluent-sr:8081",
            "value_subject": "events-value", "schema_registry.api_key": "${secret:confluent_key}",
            "schema_registry.api_secret": "${secret:confluent_secret}",
        ])
        let source = try confluent.source()
        #expect(
            source.schemaRegistry
                == .confluent(
                    .init(
                        endpoints: ["http://confluent-sr:8081"],
                        credentials: .basic(
                            key: .secret(named: "confluent_key"), secret: .secret(named: "confluent_secret")))))
        #expect(source.subjects == SubjectNaming(value: "events-value"))
        let glue = StatementOptions.sink([
            "format": "avro", "schema_registry.type": "glue", "schema_registry.region": "eu-central-1",
            "schema_registry.compression": "ZLIB", "schema_registry.auto_register": "true",
            "schema_registry.compatibility": "full_all",
        ])
        #expect(
            try glue.sink().schemaRegistry
                == .glue(
                    .init(region: "eu-central-1", compression: .zlib, registersSchemas: true, compatibility: .fullAll)))
    }
}
