/// The WITH clause of a table that is read.
struct FlinkSource {
    let source: KafkaSourceConfiguration
    let columns: FlinkColumns
    let begin: FlinkStart.Begin

    func options(_ findings: inout FlinkFindings) -> FlinkOptions {
        var options = FlinkOptions()
        options.set("connector", "kafka")
        switch source.subscription {
        case .topics(let topics): options.set("topic", topics.joined(separator: ";"))
        case .pattern(let pattern):
            options.set("topic-pattern", FlinkTopics.pattern(pattern))
            options.set("scan.topic-partition-discovery.interval", "30 s")
        }
        options.property("bootstrap.servers", source.bootstrapServers)
        FlinkStart.write(source, begin, &options, &findings)
        options.property("isolation.level", source.isolation.rawValue)
        FlinkSecurity.write(source.security, &options, &findings)
        FlinkClient.properties(source.properties, side: .consumer, &options, &findings)
        if source.parallelism != ConfigurationDefaults.parallelism {
            options.set("scan.parallelism", String(source.parallelism))
        }
        let prefix = columns.key == nil ? "" : "value."
        if let key = columns.key {
            options.set("key.format", "raw")
            options.set("key.fields", key)
            options.set("value.fields-include", "EXCEPT_KEY")
        }
        FlinkFormat(
            format: source.format, registry: source.schemaRegistry, subjects: source.subjects, isSink: false,
            prefix: prefix
        ).write(&options, &findings)
        badData(prefix, &options, &findings)
        limits(&findings)
        return options
    }

    private func badData(_ prefix: String, _ options: inout FlinkOptions, _ findings: inout FlinkFindings) {
        switch source.badData {
        case .fail: break
        case .deadLetter(let topic, _, _):
            findings.refuse(
                "bad_data = 'dlq': Flink's kafka tables have no dead letter topic (\(topic)); say bad_data = 'skip' or "
                    + "'fail' for this table, or read the topic as raw and sort bad records out in the query")
        case .skip(let most):
            switch source.format {
            case .json(let json) where !json.isUnstructured:
                options.set(prefix + "json.ignore-parse-errors", "true")
                findings.note(
                    "bad_data = 'skip': Flink leaves out a record that isn't JSON, and makes a field NULL that doesn't fit "
                        + "its column, where Laminar leaves out the record")
            case .protobuf: options.set(prefix + "protobuf.ignore-parse-errors", "true")
            case .raw, .rawString, .json: break
            default:
                findings.refuse(
                    "bad_data = 'skip': Flink's Avro fails at a record that it can't read; say bad_data = 'fail', or read "
                        + "the topic as raw")
            }
            if most != nil { findings.note("max_errors_per_batch has no counterpart: Flink skips any number") }
        }
    }

    /// What only batches of Laminar's have.
    private func limits(_ findings: inout FlinkFindings) {
        let plain = KafkaSourceConfiguration.BatchLimits()
        if source.batch != plain {
            findings.note("batch_size, batch_bytes and batch_timeout_ms belong to Laminar's batches; Flink has none")
        }
    }
}

/// What sources and sinks have in common.
enum FlinkClient {
    static func properties(
        _ properties: [String: String], side: LibrdkafkaProperties.Side, _ options: inout FlinkOptions,
        _ findings: inout FlinkFindings
    ) {
        let codec = properties["compression.type"] ?? properties["compression.codec"]
        for (name, value) in properties.sorted(by: { $0.key < $1.key }) {
            if name == "topic.blacklist" { continue }
            switch FlinkProperties.java(name, value, side: side, codec: codec) {
            case .same(let java, let text):
                options.property(
                    java, PropertyRules.isSecret(name) && !text.contains("${secret:") ? "${secret:\(name)}" : text)
            case .inner(let reason): findings.note("'\(name)' is left out: \(reason)")
            case .refused(let reason): findings.refuse("'\(name)': \(reason)")
            }
        }
    }
}
