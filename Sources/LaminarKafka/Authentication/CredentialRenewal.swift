internal import CRdKafka
import LaminarCore

/// What keeps a client's login good while the client lives: tokens, and secrets that are rotated.
struct CredentialRenewal: Sendable {
    let tokens: TokenKeeper?
    let rotation: SecretRotation?

    /// - Parameter onStale: told when only a new client would use what has changed, and what that is. On any thread.
    /// - Returns: nil where nobody logs in and nothing is encrypted.
    init?(
        _ properties: ClientProperties, of client: ClientReference, log: any LogSink,
        metrics: MetricsRegistry = .shared, onStale: @escaping @Sendable (ClientProperties) -> Void
    ) {
        guard let identity = properties.identity, identity.security != .plaintext else { return nil }
        tokens = identity.tokenProvider.map { TokenKeeper($0, for: client, log: log, metrics: metrics) }
        rotation = SecretRotation(identity, properties, of: client, log: log, onStale: onStale)
    }

    /// Before the client is made.
    func install(on configuration: OpaquePointer?) {
        guard tokens != nil else { return }
        rd_kafka_conf_enable_sasl_queue(configuration, 1)
        rd_kafka_conf_set_oauthbearer_token_refresh_cb(configuration) { _, _, opaque in
            ClientCallbacks.of(opaque)?.wantsToken()
        }
    }

    /// When the client is there.
    ///
    /// - Throws: ``KafkaError`` with code `client` when the system has no thread left.
    func start(_ client: OpaquePointer) throws(KafkaError) {
        guard let tokens else { return }
        // Otherwise librdkafka would ask only those who poll, and an idle producer's token would end unnoticed.
        let error = rd_kafka_sasl_background_callbacks_enable(client)
        defer { rd_kafka_error_destroy(error) }
        if let error { throw KafkaError(rd_kafka_error_code(error), "Asking for tokens in the background") }
        try tokens.start()
    }

    /// A connection failed there.
    func failed(at stage: ConnectionFault.Stage) {
        switch stage {
        case .sasl:
            tokens?.refuse()
            rotation?.look()
        case .tls: rotation?.look()
        case .dns, .tcp, .metadata: break
        }
    }

    func close() {
        tokens?.close()
        rotation?.close()
    }
}
