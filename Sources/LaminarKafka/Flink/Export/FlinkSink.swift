internal import LaminarFormats

/// The WITH clause of a table that is written.
struct FlinkSink {
    let table: String
    let sink: KafkaSinkConfiguration
    let schema: RowSchema
    let columns: FlinkColumns

    /// The longest transaction that a broker allows unless it is told otherwise; Flink asks for an hour, which brokers
    /// refuse.
    static let transactionTimeout = "900000"

    func options(_ findings: inout FlinkFindings) -> FlinkOptions {
        var options = FlinkOptions()
        options.set("connector", "kafka")
        options.set("topic", sink.topic)
        options.property("bootstrap.servers", sink.bootstrapServers)
        FlinkSecurity.write(sink.security, &options, &findings)
        let hasKey = key(&options, &findings)
        FlinkFormat(
            format: sink.format, registry: sink.schemaRegistry, subjects: sink.subjects, isSink: true,
            prefix: hasKey ? "value." : ""
        ).write(&options, &findings)
        partitioner(hasKey, &options, &findings)
        if let field = sink.timestampField {
            findings.refuse(
                "sink.timestamp_field = '\(field)': in Flink a column is in the payload or is the record's timestamp, not "
                    + "both; declare _kafka_timestamp TIMESTAMP and let the query give the value twice")
        }
        FlinkClient.properties(sink.properties, side: .producer, &options, &findings)
        delivery(&options, &findings)
        return options
    }

    // MARK: The key

    private func key(_ options: inout FlinkOptions, _ findings: inout FlinkFindings) -> Bool {
        guard let name = columns.key ?? sink.keyField else { return false }
        guard let index = schema.index(of: name) else { return false }
        let column = schema.columns[index]
        let isDigits = [.smallint, .int, .bigint].contains(column.type) && !column.isNullable
        switch column.type {
        case .text, .bytea, .json, .uuid: options.set("key.format", "raw")
        case _ where isDigits:
            // Digits, as Laminar writes them; raw would be the number's bytes.
            options.set("key.format", "csv")
        default:
            findings.refuse(
                "sink.key_field = '\(name)' is \(column.type)\(column.isNullable ? "" : " NOT NULL"): Flink writes a key "
                    + "as text where the column is TEXT, BYTEA, or an integer that is NOT NULL; cast it in the query")
        }
        options.set("key.fields", column.name)
        options.set("value.fields-include", columns.key == nil ? "ALL" : "EXCEPT_KEY")
        return true
    }

    private func partitioner(_ hasKey: Bool, _ options: inout FlinkOptions, _ findings: inout FlinkFindings) {
        switch sink.partitioner {
        case .murmur2Random: options.set("sink.partitioner", "default")
        case .random where !hasKey: options.set("sink.partitioner", "default")
        case .murmur2, .consistentRandom, .consistent, .fnv1aRandom, .fnv1a, .random:
            findings.refuse(
                "sink.partitioner = '\(sink.partitioner.rawValue)': Flink has Java's placement (murmur2_random), or a "
                    + "class of your own; records would go to other partitions")
        }
    }

    // MARK: Delivery

    private func delivery(_ options: inout FlinkOptions, _ findings: inout FlinkFindings) {
        guard sink.commitMode == .exactlyOnce else {
            return options.set("sink.delivery-guarantee", "at-least-once")
        }
        options.set("sink.delivery-guarantee", "exactly-once")
        options.set("sink.transactional-id-prefix", sink.transactionalID ?? "laminar-\(table)")
        if options["properties.transaction.timeout.ms"] == nil {
            options.property("transaction.timeout.ms", Self.transactionTimeout)
        }
        findings.note(
            "exactly-once: a transaction is committed with each checkpoint (execution.checkpointing.interval), and must not "
                + "take longer than transaction.timeout.ms")
    }
}
