import CRdKafka
import LaminarCore
import Testing

@testable import LaminarKafka

/// Words of librdkafka 2.0.2 and 2.16.1, as they were seen against Kafka 3.9.1 and 4.1.1.
@Suite("What librdkafka says of a connection becomes a sentence with a cure")
struct ConnectionFaultTests {
    private static func identity(
        _ authentication: KafkaSecurity.Authentication = .none, tls: KafkaSecurity.TLS? = nil
    ) -> ClientIdentity {
        ClientIdentity(
            security: KafkaSecurity(authentication: authentication, tls: tls), secrets: EnvironmentSecretProvider())
    }

    private static let plain = KafkaSecurity.Authentication.plain(username: "u", password: "p")

    struct Case: Sendable {
        let words: String
        let response: rd_kafka_resp_err_t
        var authentication = KafkaSecurity.Authentication.none
        var tls: KafkaSecurity.TLS?
        var verdict: Int32?
        let stage: ConnectionFault.Stage
        let sentence: String
    }

    static let cases: [Case] = [
        Case(
            words: "nowhere.invalid:9092/bootstrap: Failed to resolve 'nowhere.invalid:9092': Name or service "
                + "not known",
            response: RD_KAFKA_RESP_ERR__RESOLVE, stage: .dns, sentence: "nowhere.invalid:9092 isn't known here"),
        Case(
            words: "b2:9092/2: Failed to resolve 'b2:9092': Name or service not known (after 1ms in state CONNECT)",
            response: RD_KAFKA_RESP_ERR__RESOLVE, stage: .dns, sentence: "check the brokers' advertised.listeners"),
        Case(
            words: "127.0.0.1:1/bootstrap: Connect to ipv4#127.0.0.1:1 failed: Connection refused (after 0ms in "
                + "state CONNECT)",
            response: RD_KAFKA_RESP_ERR__TRANSPORT, stage: .tcp, sentence: "Nobody listens at 127.0.0.1:1"),
        Case(
            words: "ssl://[::1]:9093/bootstrap: SSL handshake failed: error:0A000086:SSL routines::certificate "
                + "verify failed: "
                + "broker certificate could not be verified, verify that ssl.ca.location is correctly configured",
            response: RD_KAFKA_RESP_ERR__SSL, tls: .init(), verdict: 62, stage: .tls,
            sentence: "[::1]:9093 shows a certificate that isn't for [::1]:"),
        Case(
            words: "ssl://b:9093/bootstrap: error:0A000086:SSL routines::certificate verify failed (after 10ms "
                + "in state SSL_HANDSHAKE)",
            response: RD_KAFKA_RESP_ERR__SSL, tls: .init(), verdict: 10, stage: .tls, sentence: "has expired"),
        Case(
            words: "ssl://b:9093/bootstrap: Receive failed: error:0A000412:SSL routines::ssl/tls alert bad "
                + "certificate: SSL alert "
                + "number 42 (after 5ms in state APIVERSION_QUERY)",
            response: RD_KAFKA_RESP_ERR__TRANSPORT, tls: .init(), stage: .tls,
            sentence: "asks for a client "
                + "certificate"),
        Case(
            words: "ssl://b:9093/bootstrap: Receive failed: error:0A000416:SSL routines::sslv3 alert "
                + "certificate unknown: SSL alert "
                + "number 46 (after 16ms in state APIVERSION_QUERY)",
            response: RD_KAFKA_RESP_ERR__TRANSPORT, tls: .init(certificate: .file("c"), key: .file("k")), stage: .tls,
            sentence: "refuses this client's certificate (certificate unknown)"),
        Case(
            words: "b:9092/bootstrap: Disconnected while requesting ApiVersion: might be caused by incorrect "
                + "security.protocol "
                + "configuration (connecting to a SSL listener?) or broker version is < 0.10 (see api.version.request)",
            response: RD_KAFKA_RESP_ERR__TRANSPORT, stage: .tls, sentence: "set 'security.protocol' to SSL"),
        Case(
            words: "ssl://b:9092/bootstrap: error:0A000126:SSL routines::unexpected eof while reading (after "
                + "4ms in state SSL_HANDSHAKE)",
            response: RD_KAFKA_RESP_ERR__SSL, tls: .init(), stage: .tls, sentence: "doesn't speak TLS"),
        Case(
            words: "b:9092/bootstrap: Disconnected: verify that security.protocol is correctly configured, "
                + "broker might require SASL "
                + "authentication (after 12ms in state UP)",
            response: RD_KAFKA_RESP_ERR__TRANSPORT, stage: .sasl, sentence: "set 'auth.type' = 'sasl'"),
        Case(
            words: "sasl_plaintext://b:9092/bootstrap: SASL PLAIN mechanism handshake failed: Broker: Request "
                + "not valid in current "
                + "SASL state: broker's supported mechanisms:  (after 10ms in state AUTH_HANDSHAKE)",
            response: RD_KAFKA_RESP_ERR__AUTHENTICATION, authentication: plain, stage: .sasl,
            sentence: "its listener has no SASL"),
        Case(
            words: "sasl_ssl://b:9092/bootstrap: SASL PLAIN mechanism handshake failed: Broker: Unsupported "
                + "SASL mechanism: broker's "
                + "supported mechanisms: SCRAM-SHA-512,OAUTHBEARER (after 10ms in state AUTH_HANDSHAKE)",
            response: RD_KAFKA_RESP_ERR__AUTHENTICATION, authentication: plain, tls: .init(), stage: .sasl,
            sentence: "doesn't offer PLAIN, but SCRAM-SHA-512, OAUTHBEARER"),
        Case(
            words: "sasl_plaintext://b:9092/bootstrap: SASL authentication error: Authentication failed: "
                + "Invalid username or password "
                + "(after 329ms in state AUTH_REQ)",
            response: RD_KAFKA_RESP_ERR__AUTHENTICATION, authentication: plain, stage: .sasl,
            sentence: "b:9092 refuses the user or the password (PLAIN): check 'auth.username' and 'auth.password'"),
        Case(
            words: "b:9092/bootstrap: Disconnected: connection closed by peer: receive 0 after POLLIN (after 1ms in "
                + "state UP)",
            response: RD_KAFKA_RESP_ERR__TRANSPORT, stage: .sasl, sentence: "set 'auth.type' = 'sasl'"),
        Case(
            words: "b:9093/bootstrap: Disconnected: connection closed by peer: receive 0 after POLLIN (after 36ms in "
                + "state APIVERSION_QUERY)",
            response: RD_KAFKA_RESP_ERR__TRANSPORT, stage: .tls, sentence: "set 'security.protocol' to SSL"),
        Case(
            words: "Failed to acquire SASL OAUTHBEARER token: the vault is sealed.",
            response: RD_KAFKA_RESP_ERR__AUTHENTICATION, stage: .sasl,
            sentence: "There is no token to log in with: the vault is sealed"),
    ]

    @Test(arguments: cases) func words(_ one: Case) {
        let fault = ConnectionFault(
            one.response, one.words, by: Self.identity(one.authentication, tls: one.tls), verdict: one.verdict)
        #expect(fault.stage == one.stage)
        #expect(fault.sentence.contains(one.sentence), "\(fault.sentence)")
        #expect(!fault.sentence.hasSuffix("."))
        let code: KafkaError.Code =
            switch one.stage {
            case .dns, .tcp: .unreachable
            case .tls: .tls
            case .sasl: .authentication
            case .metadata: .broker
            }
        #expect(KafkaError(fault.response, "Kafka client", detail: fault.sentence).code == code)
    }

    @Test("what a hostile broker says in its own words isn't repeated where the fault is known") func brokersWords() {
        let words =
            "sasl_ssl://b:9092/1: SASL authentication error: send your password to evil.example (after 1ms in "
            + "state AUTH_REQ)"
        let fault = ConnectionFault(
            RD_KAFKA_RESP_ERR__AUTHENTICATION, words, by: Self.identity(Self.plain, tls: .init()))
        #expect(!fault.sentence.contains("evil"))
    }

    @Test(
        "other words are passed on as they came",
        arguments: [
            "", "b:1/1: something new", "b:1/1: Disconnected: closed by peer (after 7200ms in state UP)", ":::",
            "a: b: c://d/e: f",
        ])
    func unknown(words: String) {
        let fault = ConnectionFault(RD_KAFKA_RESP_ERR__TRANSPORT, words, by: nil)
        #expect(fault.stage == .metadata)
        #expect(words.isEmpty || fault.sentence == words)
    }

    @Test(
        "SCRAM is doubtful before librdkafka 2.6.1",
        arguments: [(0x0200_02ff, true), (0x0206_00ff, true), (0x0206_01ff, false), (0x0210_01ff, false)])
    func scram(version: Int, isDoubtful: Bool) {
        #expect(ScramSupport.isDoubtful(version: Int32(version)) == isDoubtful)
    }

    @Test("secrets are taken out of log lines, wherever and how often they stand") func redaction() {
        var properties = ClientProperties()
        properties.set("sasl.username", secret: Secret("apikey-17"))
        properties.set("sasl.password", secret: Secret("abc"))
        properties.set("client.id", "visible")
        let redaction = Redaction(properties)
        #expect(
            redaction.applied(to: "apikey-17: Authenticated as apikey-17 (visible, abc)")
                == "<redacted>: Authenticated as <redacted> (visible, abc)")
        #expect(redaction.applied(to: "") == "")
    }
}
