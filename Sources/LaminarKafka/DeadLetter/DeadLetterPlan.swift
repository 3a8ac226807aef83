import LaminarCore

/// What writing dead letters needs to know; made once a source.
struct DeadLetterPlan: Sendable {
    /// Of the client that writes.
    var properties: ClientProperties
    var topic: String
    /// How long a letter may be on its way before the source gives up.
    var timeout: Duration
    var log: any LogSink
    /// Takes news from the writer's thread.
    var report: @Sendable (News) -> Void

    enum News: Sendable {
        /// Nobody takes the letters at the moment; retried. In words.
        case waiting(String)
        /// They are taken again.
        case goingOn
        /// Trouble of the client, which it retries.
        case trouble(KafkaError)
        /// Nothing can be written: the source must stop.
        case failed(KafkaError)
    }
}

extension SourceOptions {
    /// How dead letters are written; nil where this source writes none. Outside of a group every read would write them
    /// again, so that a snapshot treats `dlq` as `skip`.
    ///
    /// - Throws: `SecretError`, ``ConfigurationError``.
    func makeDeadLetterPlan(report: @escaping @Sendable (DeadLetterPlan.News) -> Void) async throws -> DeadLetterPlan? {
        guard case .deadLetter(let topic, _, let timeout) = configuration.badData else { return nil }
        guard extent == .group else {
            log.log(
                .info, ["component": "dead letters", "group": configuration.groupID],
                "Without a group nothing is written to \(topic): records that can't be decoded are skipped.")
            return nil
        }
        return DeadLetterPlan(
            properties: try await configuration.deadLetterProperties(topic: topic, timeout: timeout, secrets: secrets),
            topic: topic, timeout: timeout, log: log, report: report)
    }
}

extension KafkaSourceConfiguration {
    /// What the client that writes dead letters is created with: the source's cluster and credentials, all in-sync
    /// replicas, no record twice by a retry, Java's placement by key.
    func deadLetterProperties(
        topic: String, timeout: Duration, secrets: any SecretProvider
    ) async throws -> ClientProperties {
        var sink = KafkaSinkConfiguration(bootstrapServers: bootstrapServers, topic: topic)
        sink.security = security
        sink.properties = properties.filter { name, value in
            guard let resolved = try? PropertyRules.resolve(name, value, side: .consumer) else { return false }
            return LibrdkafkaProperties.loaded[resolved.name]?.side == .both
        }
        var properties = try await sink.clientProperties(secrets: secrets)
        properties.set("message.timeout.ms", String(timeout.milliseconds))
        // A letter is as large as the record was, and its headers: the broker knows what is too large, not the client.
        properties.set("message.max.bytes", "1000000000")
        // A batch waits for its letters, so they wait for no others.
        properties.set("queue.buffering.max.ms", "0")
        return properties
    }
}
