import Foundation
import LaminarCore
import LaminarKafka
import LaminarTesting
import Synchronization
import Testing

@Suite("Secure connections: tokens", .timeLimit(.minutes(5)))
struct TokenTests {
    private static func oauth(_ server: OAuthServer, secret: String = OAuthServer.clientSecret) -> KafkaSecurity.OAuth {
        KafkaSecurity.OAuth(
            tokenEndpoint: server.tokenEndpoint, clientID: SecretText(Secret(OAuthServer.clientID)),
            clientSecret: SecretText(Secret(secret)), scope: "kafka")
    }

    private func report(
        _ place: SecuredKafka.Place, _ oauth: KafkaSecurity.OAuth
    ) async throws -> ConnectionReport {
        let topic = try await place.kafka.createTopic("tokens", partitions: 1)
        return await KafkaSourceConfiguration(
            place.kafka, .saslPlaintext, .sasl(.oauthBearer(oauth), tls: nil), topic: topic
        ).testConnection()
    }

    @Test("a signed token of an OAuth server lets a client in, by Kafka's own validator")
    func signedToken() async throws {
        let place = try await SecuredKafka.place
        guard place.kafka.offers(.sasl, promise: "a signed token lets a client in") else { return }
        let report = try await report(place, Self.oauth(place.oauth))
        #expect(report.isOK, "\(report)")
        #expect(report.checks[3].message == "Logged in by OAUTHBEARER.")
    }

    @Test("a token endpoint with an authority of its own is trusted by that, and by nothing else")
    func ownAuthority() async throws {
        let place = try await SecuredKafka.place
        guard place.kafka.offers(.sasl, promise: "a token endpoint with an authority of its own") else { return }
        let front = try await TLSFront.start(before: place.oauth.port)
        let topic = try await place.kafka.createTopic("tokens", partitions: 1)
        func report(_ authority: String?) async throws -> ConnectionReport {
            let laminar = try await Laminar(database: .inMemory)
            let trust = authority.map { "'auth.token_endpoint.ssl.ca.location' = '\($0)'," } ?? ""
            try await laminar.execute(
                """
                CREATE CONNECTION shop TO kafka (bootstrap_servers = '\(place.kafka.bootstrapServers(.saslPlaintext))',
                    topic = '\(topic)', type = 'sink', format = 'raw', 'auth.type' = 'sasl',
                    'auth.mechanism' = 'OAUTHBEARER', 'auth.protocol' = 'SASL_PLAINTEXT', \(trust)
                    'auth.token_endpoint' = '\(front.url(.tls))/token', 'auth.client_id' = '\(OAuthServer.clientID)',
                    'auth.client_secret' = '\(OAuthServer.clientSecret)', 'auth.scope' = 'kafka')
                """)
            return try await laminar.testConnection("shop")
        }
        let trusted = try await report(front.authority)
        #expect(trusted.isOK, "\(trusted)")
        for wrong in [nil, front.strangeAuthority] {
            let refused = try await report(wrong)
            #expect(refused.stage == .sasl && !refused.isOK, "\(refused)")
            #expect(refused.message.contains("localhost"), "\(refused)")
        }
        await front.stop()
    }

    @Test("a source of tokens that the host registered is named in DDL, and its state is to be seen") func registered()
        async throws
    {
        let kafka = try await KafkaFixture.shared
        guard kafka.offers(.sasl, promise: "a source of tokens is named in DDL") else { return }
        let topic = try await Topic(records: 2, partitions: 1, on: kafka)
        let laminar = try await Laminar(database: .inMemory)
        let statement = """
            CREATE CONNECTION shop TO kafka (bootstrap_servers = '\(kafka.bootstrapServers(.saslPlaintext))',
                topic = '\(topic.name)', type = 'source', format = 'raw_string', 'auth.type' = 'sasl',
                'auth.mechanism' = 'OAUTHBEARER', 'auth.protocol' = 'SASL_PLAINTEXT', 'auth.token_provider' = 'vault');
            CREATE TABLE texts (value TEXT) WITH (connector = 'shop');
            """
        let error = await #expect(throws: StatementError.self) { try await laminar.execute(statement) }
        #expect("\(error.map { "\($0)" } ?? "")".contains("register(tokenProvider:named:)"))
        struct Vault: TokenProvider {
            func token() async throws -> BearerToken { UnsecuredToken.make(life: 600) }
        }
        try laminar.register(tokenProvider: Vault(), named: "vault")
        #expect(throws: ConfigurationError.self) { try laminar.register(tokenProvider: Vault(), named: "vault") }
        try await laminar.execute(statement)
        let source = try laminar.rows("texts")
        #expect(source.tokenState == nil)
        for try await _ in source {
            guard case .valid(let until) = source.tokenState else {
                Issue.record("the token is \(String(describing: source.tokenState))")
                break
            }
            #expect(until > Date().timeIntervalSince1970)
            break
        }
        await laminar.shutdown()
    }

    @Test("records are read and written with tokens") func delivery() async throws {
        let place = try await SecuredKafka.place
        guard place.kafka.offers(.sasl, promise: "records are read and written with tokens") else { return }
        let topic = try await place.kafka.createTopic("tokens", partitions: 1)
        let security = KafkaSecurity.sasl(
            .oauthBearer(Self.oauth(place.oauth)),
            tls: .init(trustedCertificates: .file(place.certificates.path("authority.crt"))))
        var sink = KafkaSinkConfiguration(bootstrapServers: place.kafka.bootstrapServers(.saslSSL), topic: topic)
        sink.security = security
        let producer = try await KafkaProducer(sink)
        try await producer.send(ProducedRecord(value: "in"))
        await producer.close()
        let source = try KafkaSource(
            KafkaSourceConfiguration(place.kafka, .saslSSL, security, topic: topic), decoding: .payload)
        for try await payload in source {
            #expect(payload.text == "in")
            break
        }
        await source.close()
    }

    @Test("a wrong client secret, and an endpoint where nobody is, are faults of the login with a reason")
    func refusedClient() async throws {
        let place = try await SecuredKafka.place
        guard place.kafka.offers(.sasl, promise: "a wrong client secret is named") else { return }
        let wrong = try await report(place, Self.oauth(place.oauth, secret: "not-the-secret"))
        #expect(wrong.stage == .sasl && !wrong.isOK, "\(wrong)")
        #expect(wrong.message.contains("There is no token to log in with"), "\(wrong)")
        #expect(!wrong.message.contains("not-the-secret"))
        var nowhere = Self.oauth(place.oauth)
        nowhere.tokenEndpoint = "http://127.0.0.1:1/token"
        let away = try await report(place, nowhere)
        #expect(away.stage == .sasl && !away.isOK, "\(away)")
        #expect(away.message.contains("127.0.0.1:1"), "\(away)")
    }

    @Test("a token for somebody else, and one that a stranger signed, are refused by the broker, and said so")
    func refusedToken() async throws {
        let place = try await SecuredKafka.place
        guard place.kafka.offers(.sasl, promise: "a token for somebody else is refused") else { return }
        var elsewhere = Self.oauth(place.oauth)
        elsewhere.scope = "elsewhere"
        let stranger = try await OAuthServer()
        for oauth in [elsewhere, Self.oauth(stranger)] {
            let report = try await report(place, oauth)
            #expect(report.stage == .sasl && !report.isOK, "\(report)")
            #expect(report.message.contains("refuses the token (OAUTHBEARER)"), "\(report)")
        }
    }

    @Test("a failing endpoint is a source's state with its reason, and a mended one lets it go on")
    func failingEndpoint() async throws {
        let kafka = try await KafkaFixture.shared
        guard kafka.offers(.sasl, promise: "a failing token endpoint is a state") else { return }
        let topic = try await Topic(records: 3, partitions: 1, on: kafka)
        let isBroken = Mutex(true)
        let source = try KafkaSource(
            KafkaSourceConfiguration(
                kafka, .saslPlaintext,
                .sasl(
                    .hostTokens(
                        HostTokens {
                            struct Broken: Error, CustomStringConvertible { let description = "the vault is sealed" }
                            if isBroken.withLock({ $0 }) { throw Broken() }
                            return UnsecuredToken.make(life: 60)
                        }), tls: nil), topic: topic.name), decoding: .payload)
        let events = source.events
        let reading = Task {
            var count = 0
            for try await _ in source {
                count += 1
                if count == 3 { break }
            }
            return count
        }
        var reason = ""
        for await case .state(.stalled(let why)) in events {
            reason = why
            break
        }
        #expect(reason.contains("There is no token to log in with: the vault is sealed"), "\(reason)")
        isBroken.withLock { $0 = false }
        #expect(try await reading.value == 3)
        await source.close()
    }

    @Test("an idle client's token is replaced before it ends, again and again") func idle() async throws {
        let kafka = try await KafkaFixture.shared
        guard kafka.offers(.sasl, promise: "an idle client's token is replaced before it ends") else { return }
        let topic = try await kafka.createTopic("idle", partitions: 1)
        var sink = KafkaSinkConfiguration(bootstrapServers: kafka.bootstrapServers(.saslPlaintext), topic: topic)
        let (given, continuation) = AsyncStream.makeStream(of: Date.self)
        sink.security = .sasl(
            .hostTokens(
                HostTokens {
                    continuation.yield(Date())
                    return UnsecuredToken.make(life: 3)
                }), tls: nil)
        let producer = try await KafkaProducer(sink)
        // Nothing is sent: the thread of the tokens alone keeps them.
        var times: [Date] = []
        for await time in given {
            times.append(time)
            if times.count == 4 { break }
        }
        let spaces = zip(times.dropFirst(), times).map { $0.timeIntervalSince($1) }
        #expect(spaces.allSatisfy { $0 < 3 }, "a token ended before its successor came: \(spaces)")
        #expect(spaces.allSatisfy { $0 > 1.5 }, "tokens are asked for too often: \(spaces)")
        try await producer.send(ProducedRecord(value: "still in"))
        await producer.close()
    }
}

/// An unsecured JWT (RFC 7519, section 6), as the shared broker takes them.
enum UnsecuredToken {
    static func make(life: Double) -> BearerToken {
        let now = Date().timeIntervalSince1970
        func encoded(_ text: String) -> String {
            Data(text.utf8).base64EncodedString().replacingOccurrences(of: "+", with: "-")
                .replacingOccurrences(of: "/", with: "_").replacingOccurrences(of: "=", with: "")
        }
        let claims = #"{"sub":"admin","iat":\#(Int(now)),"exp":\#(Int(now + life) + 1)}"#
        return BearerToken(
            Secret(encoded(#"{"alg":"none"}"#) + "." + encoded(claims) + "."), expiration: now + life,
            principal: "admin")
    }
}
