/// Formats and registries in Flink's words.
struct FlinkFormat {
    let format: FormatOptions?
    let registry: SchemaRegistryConfiguration?
    let subjects: SubjectNaming
    let isSink: Bool
    /// `value.` where the key has a format of its own.
    let prefix: String

    func write(_ options: inout FlinkOptions, _ findings: inout FlinkFindings) {
        switch format {
        case .json(let json): self.json(json, &options, &findings)
        case .avro(let avro): self.avro(avro, &options, &findings)
        case .confluentAvro(let avro): self.avro(avro, &options, &findings)
        case .protobuf(let protobuf): self.protobuf(protobuf, &options, &findings)
        case .raw: options.set(prefix + "format", "raw")
        case .rawString:
            options.set(prefix + "format", "raw")
            options.set(prefix + "raw.charset", "UTF-8")
            findings.note("Flink's raw doesn't check that a text is UTF-8")
        case .plugIn(let name, _):
            findings.refuse(
                "format = '\(name)' is a decoder of this host: read the topic as raw (value BYTEA) and decode it in a Flink "
                    + "function of your own")
        case nil: findings.refuse("the table has no format")
        }
    }

    private func json(
        _ json: FormatOptions.JSON, _ options: inout FlinkOptions, _ findings: inout FlinkFindings
    ) {
        guard registry == nil else {
            return findings.refuse(
                "json with a schema registry: Flink has no format for JSON in a registry's frame; write the topic as plain "
                    + "JSON or as Avro")
        }
        guard !json.isUnstructured else { return options.set(prefix + "format", "raw") }
        options.set(prefix + "format", "json")
        options.set(prefix + "json.timestamp-format.standard", "ISO-8601")
        if isSink { options.set(prefix + "json.encode.decimal-as-plain-number", "true") }
    }

    // MARK: Avro

    private func avro(
        _ avro: FormatOptions.Avro, _ options: inout FlinkOptions, _ findings: inout FlinkFindings
    ) {
        if avro.readerSchema != nil {
            findings.refuse(
                "avro.reader_schema: Flink makes the reader's schema out of the columns; declare the columns that you want "
                    + "and use COALESCE for defaults")
        }
        switch (registry, avro.framing) {
        case (.glue?, _):
            findings.refuse(
                "schema_registry.type = 'glue': Flink's own formats don't read AWS Glue's frame; read the topic as raw, or "
                    + "write it with a Confluent-compatible registry")
        case (.confluent(let confluent)?, .registry): self.confluent(confluent, &options, &findings)
        case (nil, .raw):
            options.set(prefix + "format", "avro")
            options.set(prefix + "avro.timestamp_mapping.legacy", "false")
        default:
            findings.refuse(
                "avro.framing = '\(avro.framing.rawValue)': Flink's avro reads bare datums only, and avro-confluent a "
                    + "registry's frames; write the topic in one of these")
        }
    }

    private func confluent(
        _ registry: SchemaRegistryConfiguration.Confluent, _ options: inout FlinkOptions,
        _ findings: inout FlinkFindings
    ) {
        let avro = prefix + "avro-confluent."
        options.set(prefix + "format", "avro-confluent")
        options.set(avro + "url", registry.endpoints.joined(separator: ","))
        if let subject = subjects.value { options.set(avro + "subject", subject) }
        if isSink {
            if subjects.value == nil, subjects.strategy != .topicName {
                findings.refuse(
                    "subject_name_strategy = '\(subjects.strategy.rawValue)': Flink's sink takes one subject; name it by "
                        + "value_subject")
            }
            findings.note(
                "Flink registers a schema that it makes of the columns (record org.apache.flink.avro.generated.record): the "
                    + "subject's compatibility rule must let it in")
        }
        switch registry.credentials {
        case .none: break
        case .basic(let key, let secret):
            let user = FlinkSecrets.text(key, option: "schema_registry.api_key", isSecret: false, &findings)
            let word = FlinkSecrets.text(secret, option: "schema_registry.api_secret", &findings)
            options.set(avro + "basic-auth.credentials-source", "USER_INFO")
            options.set(avro + "basic-auth.user-info", "\(user):\(word)")
        case .bearer(let token):
            options.set(avro + "bearer-auth.credentials-source", "STATIC_TOKEN")
            options.set(
                avro + "bearer-auth.token",
                FlinkSecrets.text(token, option: "schema_registry.bearer_token", &findings))
        }
        switch registry.trustedCertificates {
        case nil: break
        case .file(let path):
            options.set(avro + "ssl.truststore.location", path)
            options.set(avro + "properties", "schema.registry.ssl.truststore.type:PEM")
        case .text:
            findings.refuse(
                "schema_registry.ssl.ca.location is the text of a certificate: Flink's avro-confluent takes a file")
        }
        if registry.certificate != nil || registry.key != nil {
            findings.refuse(
                "schema_registry.ssl.certificate.location: Flink's avro-confluent takes a keystore (ssl.keystore.location); "
                    + "make one by openssl pkcs12 and add it to the script")
        }
    }

    // MARK: Protobuf

    private func protobuf(
        _ protobuf: FormatOptions.Protobuf, _ options: inout FlinkOptions, _ findings: inout FlinkFindings
    ) {
        guard registry == nil else {
            return findings.refuse(
                "protobuf with a schema registry: Flink's protobuf reads bare messages only; read the topic as raw and "
                    + "decode it in a Flink function of your own")
        }
        guard let message = protobuf.message else {
            return findings.refuse(
                "protobuf without protobuf.message: name the message, which is a Java class in Flink")
        }
        options.set(prefix + "format", "protobuf")
        options.set(prefix + "protobuf.message-class-name", message)
        findings.note(
            "\(message) must be a Java class, compiled by protoc from the same .proto, in Flink's class path; with "
                + "java_package or an outer class its name differs")
    }
}
