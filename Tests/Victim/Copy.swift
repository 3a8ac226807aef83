import LaminarKafka

/// Copies a topic into another one until standard input ends: outputs and offsets in one transaction.
func copy(_ configuration: KafkaSourceConfiguration, into topic: String) async throws {
    var sink = KafkaSinkConfiguration(bootstrapServers: configuration.bootstrapServers, topic: topic)
    sink.commitMode = .exactlyOnce
    let transform = try KafkaTransform(configuration, decoding: .payload, into: sink, encoding: .text)
    atEndOfInput { await transform.close() }
    for try await batch in transform.batches {
        let rows = Rows.of(batch)
        try await transform.process(batch) { output in
            for row in rows { try output.send("\(row.partition)|\(row.offset)|\(row.value)") }
        }
        tell("stored \(rows.count)")
    }
    await transform.close()
}
