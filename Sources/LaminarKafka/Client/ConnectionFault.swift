internal import CRdKafka

/// What is wrong with a connection, and what to check: told from librdkafka's code and words.
///
///     ConnectionFault(RD_KAFKA_RESP_ERR__SSL, "ssl://b1:9093/bootstrap: SSL handshake failed: …", by: identity).sentence
///     // "b1:9093 shows a certificate that has expired: it must be renewed there"
///
/// The words are those of librdkafka 2.0.2 and 2.16 (`ConnectionErrorTests` runs with both against Kafka 3.9 and 4.1);
/// what isn't known is passed on as it came. What a broker says in its own words isn't repeated where the fault is known.
struct ConnectionFault: Equatable, Sendable {
    /// How far the connection came.
    enum Stage: Int, Sendable, Equatable, CaseIterable {
        case dns, tcp, tls, sasl, metadata
    }

    let stage: Stage
    /// librdkafka's code, or a better one where its own says only that the connection is gone.
    let response: rd_kafka_resp_err_t
    /// What, where and what to check; without a full stop.
    let sentence: String

    private init(_ stage: Stage, _ response: rd_kafka_resp_err_t, _ sentence: String) {
        self.stage = stage
        self.response = response
        self.sentence = sentence
    }

    /// - Parameters:
    ///   - words: what librdkafka says, the broker's name first.
    ///   - identity: who the client says it is.
    ///   - verdict: OpenSSL's number for what is wrong with the broker's certificate, where it was looked at.
    init(
        _ response: rd_kafka_resp_err_t, _ words: String, by identity: ClientIdentity?, verdict: Int32? = nil
    ) {
        let broker = BrokerName(in: words)
        self =
            Self.reachability(response, words, broker)
            ?? Self.encryption(response, words, broker, identity, verdict)
            ?? Self.login(response, words, broker, identity)
            ?? ConnectionFault(.metadata, response, words.isEmpty ? String(cString: rd_kafka_err2str(response)) : words)
    }

    // MARK: Name and address

    private static func reachability(
        _ response: rd_kafka_resp_err_t, _ words: String, _ broker: BrokerName
    ) -> ConnectionFault? {
        if response == RD_KAFKA_RESP_ERR__RESOLVE || words.contains("Failed to resolve") {
            return ConnectionFault(
                .dns, RD_KAFKA_RESP_ERR__RESOLVE,
                "The name of the broker \(broker) isn't known here: check \(broker.origin), and this machine's DNS")
        }
        if words.contains("Connection refused") {
            return ConnectionFault(
                .tcp, RD_KAFKA_RESP_ERR__TRANSPORT,
                "Nobody listens at \(broker) (connection refused): check \(broker.origin), its port, and whether the "
                    + "broker runs")
        }
        if words.contains("Connection setup timed out") || (words.contains("timed out") && words.contains("CONNECT)")) {
            return ConnectionFault(
                .tcp, RD_KAFKA_RESP_ERR__TRANSPORT,
                "\(broker) doesn't answer: check \(broker.origin), the network between, and its firewalls")
        }
        return nil
    }

    // MARK: TLS

    private static func encryption(
        _ response: rd_kafka_resp_err_t, _ words: String, _ broker: BrokerName, _ identity: ClientIdentity?,
        _ verdict: Int32?
    ) -> ConnectionFault? {
        func fault(_ sentence: String) -> ConnectionFault {
            ConnectionFault(.tls, RD_KAFKA_RESP_ERR__SSL, sentence)
        }
        if words.contains("certificate verify failed") {
            return fault("\(broker) \(CertificateVerdict.sentence(verdict, host: broker.host))")
        }
        if let alert = alert(in: words) {
            if identity?.hasCertificate == true {
                return fault(
                    "\(broker) refuses this client's certificate (\(alert)): it must be valid, and signed by an "
                        + "authority that the broker trusts; check 'ssl.certificate.location' and 'ssl.key.location'")
            }
            return fault(
                "\(broker) asks for a client certificate (\(alert)): set 'ssl.certificate.location' and "
                    + "'ssl.key.location'")
        }
        let hangsUp = words.contains("closed by peer") && words.contains("in state APIVERSION_QUERY")
        if words.contains("connecting to a SSL listener?") || (hangsUp && identity?.security.tls == nil) {
            return fault(
                "\(broker) hangs up on an unencrypted client: where its listener is an encrypted one, set "
                    + "'security.protocol' to SSL or, with a login, SASL_SSL; else check the port")
        }
        if response == RD_KAFKA_RESP_ERR__SSL || words.contains("in state SSL_HANDSHAKE") {
            return fault(
                "\(broker) doesn't speak TLS, or no version and cipher in common: check the port, and whether its "
                    + "listener is an encrypted one")
        }
        return nil
    }

    /// What TLS's alerts about certificates are called ("RFC 8446 › 6.2"; OpenSSL's names); nil for other words.
    private static func alert(in words: String) -> String? {
        guard words.contains("alert") else { return nil }
        return [
            "bad certificate", "unsupported certificate", "certificate revoked", "certificate expired",
            "certificate unknown", "unknown ca", "certificate required", "access denied", "handshake failure",
        ].first(where: words.contains)
    }

    // MARK: SASL

    private static func login(
        _ response: rd_kafka_resp_err_t, _ words: String, _ broker: BrokerName, _ identity: ClientIdentity?
    ) -> ConnectionFault? {
        func fault(_ sentence: String) -> ConnectionFault {
            ConnectionFault(.sasl, RD_KAFKA_RESP_ERR__AUTHENTICATION, sentence)
        }
        let mechanism = identity?.mechanism ?? "SASL"
        let hangsUp = mechanismIsMissing(identity) && words.contains("closed by peer") && isBrief(words)
        if words.contains("broker might require SASL authentication") || hangsUp {
            return fault(
                "\(broker) hangs up on a client without a login: its listener may want one; set 'auth.type' = 'sasl' "
                    + "with 'auth.mechanism', or use the port of a listener without")
        }
        if let reason = words.firstRange(of: "Failed to acquire SASL OAUTHBEARER token: ") {
            return fault("There is no token to log in with: \(trimmed(words[reason.upperBound...]))")
        }
        if words.contains("there is no token available") {
            return fault("There is no token to log in to \(broker) with yet")
        }
        if words.contains("mechanism handshake failed") {
            guard !words.contains("not valid in current SASL state"), let offered = offered(in: words) else {
                return fault(
                    "\(broker) takes no login: its listener has no SASL; leave 'auth.type' out, or use the port of one "
                        + "that has")
            }
            return fault("\(broker) doesn't offer \(mechanism), but \(offered): set 'auth.mechanism' to one of these")
        }
        guard
            response == RD_KAFKA_RESP_ERR__AUTHENTICATION || response == RD_KAFKA_RESP_ERR_SASL_AUTHENTICATION_FAILED
                || words.contains("SASL authentication error") || words.contains("in state AUTH_")
        else { return nil }
        switch identity?.authentication {
        case .plain: return fault("\(broker) refuses the user or the password (PLAIN): \(passwordCure)")
        case .scramSHA256, .scramSHA512:
            let doubt = ScramSupport.isDoubtful ? " " + ScramSupport.warning : ""
            return fault("\(broker) refuses the user or the password (\(mechanism)): \(passwordCure).\(doubt)")
        case .oauthBearer, .hostTokens:
            return fault(
                "\(broker) refuses the token (OAUTHBEARER): check what it expects as issuer, audience, scope and "
                    + "subject, that it knows the key which signed the token, and both clocks")
        case .awsMSKIAM:
            return fault(
                "\(broker) refuses the AWS identity: its policy must allow kafka-cluster:Connect on this "
                    + "cluster; check "
                    + "'auth.region', 'auth.role_arn', and this machine's clock")
        case .none?, nil: return fault("\(broker) refuses this client: check 'auth.type' and what belongs to it")
        }
    }

    private static func mechanismIsMissing(_ identity: ClientIdentity?) -> Bool { identity?.mechanism == nil }

    /// Whether the connection was up for less than 2 s: a broker that wants a login hangs up on the first question.
    private static func isBrief(_ words: String) -> Bool {
        guard words.contains("in state UP"), let after = words.firstRange(of: "(after ") else { return false }
        return Int(words[after.upperBound...].prefix { $0.isNumber }).map { $0 < 2000 } ?? false
    }

    private static let passwordCure =
        "check 'auth.username' and 'auth.password', and that the broker has this user for this mechanism"

    private static func offered(in words: String) -> String? {
        guard let list = words.firstRange(of: "supported mechanisms: ") else { return nil }
        let names = words[list.upperBound...].prefix { $0 != "(" }.split(whereSeparator: { $0 == "," || $0 == " " })
        return names.isEmpty ? nil : names.joined(separator: ", ")
    }

    /// Without librdkafka's "(after 3ms in state …)", and without a full stop.
    private static func trimmed(_ words: Substring) -> String {
        var words = words
        if let tail = words.firstRange(of: " (after ") { words = words[..<tail.lowerBound] }
        while words.last == "." || words.last == " " { words.removeLast() }
        return String(words)
    }
}

/// A broker as librdkafka's words begin with it: `sasl_ssl://b1:9093/bootstrap: …`.
private struct BrokerName: CustomStringConvertible {
    let description: String
    /// Whether it stands in 'bootstrap_servers'; brokers tell the others.
    let isBootstrap: Bool

    init(in words: String) {
        var rest = words[...]
        // In the log a thread's name comes first, in the callback it doesn't.
        if rest.hasPrefix("[thrd:"), let end = rest.firstRange(of: "]: ") { rest = rest[end.upperBound...] }
        let name = rest.firstRange(of: ": ").map { rest[..<$0.lowerBound] } ?? ""
        let address = name.firstRange(of: "://").map { name[$0.upperBound...] } ?? name
        let parts = address.split(separator: "/", maxSplits: 1)
        guard let host = parts.first, host.contains(":"), !host.contains(" ") else {
            description = "The broker"
            isBootstrap = true
            return
        }
        description = String(host)
        isBootstrap = parts.count < 2 || parts[1] == "bootstrap"
    }

    var host: String { description.lastIndex(of: ":").map { String(description[..<$0]) } ?? description }

    /// Where the address comes from.
    var origin: String { isBootstrap ? "'bootstrap_servers'" : "the brokers' advertised.listeners" }
}
