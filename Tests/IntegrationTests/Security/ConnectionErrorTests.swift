import Foundation
import LaminarCore
import LaminarKafka
import LaminarTesting
import Testing

/// Whether the librdkafka that is loaded sends the SCRAM nonce which Kafka 4.1 wants.
let loadedLibraryDoesScram: Bool = {
    let version = Laminar.libraries.first { $0.name == "librdkafka" }?.version ?? ""
    let parts = version.split(whereSeparator: { !$0.isNumber }).compactMap { Int($0) }
    return parts.lexicographicallyPrecedes([2, 6, 1]) == false
}()

@Suite("Secure connections: what is wrong is named, with what to check", .timeLimit(.minutes(4)))
struct ConnectionErrorTests {
    private func report(
        _ place: SecuredKafka.Place, _ listener: KafkaFixture.Listener, _ security: KafkaSecurity
    ) async throws -> ConnectionReport {
        let topic = try await place.kafka.createTopic("secure", partitions: 1)
        return await KafkaSourceConfiguration(place.kafka, listener, security, topic: topic).testConnection()
    }

    private func tls(_ place: SecuredKafka.Place, client: String? = nil) -> KafkaSecurity.TLS {
        KafkaSecurity.TLS(
            trustedCertificates: .file(place.certificates.path("authority.crt")),
            certificate: client.map { .file(place.certificates.path("\($0).crt")) },
            key: client.map { .file(place.certificates.path("\($0).key")) })
    }

    private static let alice = KafkaFixture.User.alice

    private static func login(_ mechanism: String, _ password: String) -> KafkaSecurity.Authentication {
        let (user, password) = (SecretText(Secret(alice.name)), SecretText(Secret(password)))
        return switch mechanism {
        case "SCRAM-SHA-256": .scramSHA256(username: user, password: password)
        case "SCRAM-SHA-512": .scramSHA512(username: user, password: password)
        default: .plain(username: user, password: password)
        }
    }

    // MARK: Logins

    @Test(
        "the right password comes through every stage",
        arguments: ["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"], [KafkaFixture.Listener.saslPlaintext, .saslSSL])
    func rightPassword(mechanism: String, listener: KafkaFixture.Listener) async throws {
        let place = try await SecuredKafka.place
        guard place.kafka.offers(.sasl, promise: "\(mechanism) logs in by \(listener.rawValue)") else { return }
        let login = Self.login(mechanism, Self.alice.password)
        let report = try await report(
            place, listener, .sasl(login, tls: listener == .saslSSL ? tls(place) : nil))
        if mechanism == "PLAIN" || loadedLibraryDoesScram {
            #expect(report.isOK, "\(report)")
            #expect(report.checks.map(\.stage) == ConnectionReport.Stage.allCases)
            #expect(report.checks[3].outcome == .passed)
        } else {
            // The password is right: the library is too old, and the sentence says so.
            #expect(report.stage == .sasl, "\(report)")
            #expect(report.message.contains("before 2.6.1"), "\(report)")
            #expect(report.message.contains("install librdkafka 2.6.1 or newer"), "\(report)")
        }
    }

    @Test("TLS and mutual TLS with Kafka 3.9: the right authority is trusted, and another isn't")
    func tlsOnOlderKafka() async throws {
        let kafka = try await KafkaFixture.shared(.v3_9)
        guard kafka.offers(.tls, promise: "TLS with Kafka 3.9") else { return }
        let topic = try await kafka.createTopic("secure", partitions: 1)
        let stranger = try await TestCertificates()
        func report(_ tls: KafkaSecurity.TLS) async -> ConnectionReport {
            await KafkaSourceConfiguration(kafka, .ssl, .tls(tls), topic: topic).testConnection()
        }
        let made = kafka.certificates
        let plain = await report(.init(trustedCertificates: .file(made.authority)))
        #expect(plain.isOK, "\(plain)")
        let mutual = await report(
            .init(
                trustedCertificates: .file(made.authority), certificate: .file(made.client), key: .file(made.clientKey))
        )
        #expect(mutual.isOK, "\(mutual)")
        let untrusted = await report(.init(trustedCertificates: .file(stranger.path("stranger.crt"))))
        #expect(untrusted.stage == .tls && !untrusted.isOK, "\(untrusted)")
        #expect(untrusted.message.contains("ssl.ca.location"), "\(untrusted)")
    }

    @Test("Kafka 3.9.1 takes SCRAM of every librdkafka", arguments: ["SCRAM-SHA-256", "SCRAM-SHA-512"])
    func scramOnOlderKafka(mechanism: String) async throws {
        let kafka = try await KafkaFixture.shared(.v3_9)
        guard kafka.offers(.sasl, promise: "\(mechanism) logs in to Kafka 3.9") else { return }
        let topic = try await kafka.createTopic("secure", partitions: 1)
        let tls = KafkaSecurity.TLS(trustedCertificates: .file(kafka.certificates.authority))
        let right = await KafkaSourceConfiguration(
            kafka, .saslSSL, .sasl(Self.login(mechanism, Self.alice.password), tls: tls), topic: topic
        ).testConnection()
        #expect(right.isOK, "\(right)")
        let wrong = await KafkaSourceConfiguration(
            kafka, .saslSSL, .sasl(Self.login(mechanism, "a wrong password"), tls: tls), topic: topic
        ).testConnection()
        #expect(wrong.stage == .sasl && !wrong.isOK, "\(wrong)")
        #expect(wrong.message.contains("refuses the user or the password (\(mechanism))"), "\(wrong)")
    }

    @Test("a wrong password is a fault of the login", arguments: ["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"])
    func wrongPassword(mechanism: String) async throws {
        let place = try await SecuredKafka.place
        guard place.kafka.offers(.sasl, promise: "a wrong password for \(mechanism) is named") else { return }
        let report = try await report(place, .saslPlaintext, .sasl(Self.login(mechanism, "a wrong password"), tls: nil))
        #expect(report.stage == .sasl && !report.isOK, "\(report)")
        #expect(report.message.contains("refuses the user or the password (\(mechanism))"), "\(report)")
        #expect(report.message.contains("check 'auth.username' and 'auth.password'"), "\(report)")
        #expect(report.latency < .seconds(30))
        #expect(report.checks.last?.outcome == .notReached)
        #expect(report.message.contains("before 2.6.1") == (mechanism != "PLAIN" && !loadedLibraryDoesScram))
    }

    @Test("a wrong password becomes a source's state, with the cure")
    func wrongPasswordOfASource() async throws {
        let place = try await SecuredKafka.place
        guard place.kafka.offers(.sasl, promise: "a wrong password becomes a source's state") else { return }
        let source = try KafkaSource(
            KafkaSourceConfiguration(
                place.kafka, .saslPlaintext, .sasl(Self.login("PLAIN", "a wrong password"), tls: nil), topic: "t"),
            decoding: .payload)
        let events = source.events
        let reading = Task { for try await _ in source {} }
        var error: KafkaError?
        var reason = ""
        for await event in events {
            if case .trouble(let trouble) = event, trouble.code == .authentication { error = trouble }
            if case .state(.stalled(let why)) = event, error != nil {
                reason = why
                break
            }
        }
        await source.close()
        try await reading.value
        #expect(
            error?.message.contains("refuses the user or the password (PLAIN)") == true, "\(String(describing: error))")
        #expect(reason.contains("check 'auth.username'"), "\(reason)")
    }

    // MARK: Certificates

    @Test("a client certificate, its encrypted key, PEM in line and PKCS#12 all come through")
    func mutualTLS() async throws {
        let place = try await SecuredKafka.place
        guard place.kafka.offers(.tls, promise: "client certificates log in") else { return }
        let made = place.certificates
        let password = SecretText(Secret(TestCertificates.keyPassword))
        let encrypted = KafkaSecurity.TLS(
            trustedCertificates: .file(made.path("authority.crt")), certificate: .file(made.path("client.crt")),
            key: .file(made.path("client.encrypted.key")), keyPassword: password)
        let inLine = KafkaSecurity.TLS(
            trustedCertificates: .text(SecretText(Secret(try made.text("authority.crt")))),
            certificate: .text(SecretText(Secret(try made.text("client.crt")))),
            key: .text(SecretText(Secret(try made.text("client.encrypted.key")))), keyPassword: password)
        let keystore = KafkaSecurity.TLS(
            trustedCertificates: .file(made.path("authority.crt")), keystore: made.path("client.p12"),
            keystorePassword: password)
        for tls in [tls(place, client: "client"), encrypted, inLine, keystore] {
            let report = try await report(place, .ssl, .tls(tls))
            #expect(report.isOK, "\(report)")
            #expect(report.checks[2].outcome == .passed)
            #expect(report.checks[3].outcome == .notNeeded)
        }
    }

    @Test("a client certificate that nobody asked for does no harm") func unwantedCertificate() async throws {
        let place = try await SecuredKafka.place
        guard place.kafka.offers(.tls, promise: "an unwanted client certificate does no harm") else { return }
        let login = Self.login("PLAIN", Self.alice.password)
        let report = try await report(place, .saslSSL, .sasl(login, tls: tls(place, client: "client")))
        #expect(report.isOK, "\(report)")
    }

    enum Mistake: String, CaseIterable, Sendable {
        case missingCertificate, alienCertificate, wrongAuthority, systemAuthorities, expired, misnamed,
            wrongKeyPassword,
            otherKey, plaintextToTLS, TLSToPlaintext, plaintextToSASL, SASLToPlaintext, noSuchMechanism
    }

    @Test("each mistake has a sentence of its own", arguments: Mistake.allCases)
    func mistakes(mistake: Mistake) async throws {
        let isBroken = mistake == .expired || mistake == .misnamed
        let place = try await isBroken ? SecuredKafka.brokenPlace : SecuredKafka.place
        guard place.kafka.offers(.tls, promise: "a mistake is named: \(mistake.rawValue)") else { return }
        let made = place.certificates
        let plain = Self.login("PLAIN", Self.alice.password)
        var (listener, security) = (KafkaFixture.Listener.ssl, KafkaSecurity.tls(tls(place)))
        var (stage, words) = (ConnectionReport.Stage.tls, "")
        switch mistake {
        case .missingCertificate: words = "asks for a client certificate"
        case .alienCertificate:
            security = .tls(tls(place, client: "alien"))
            words = "refuses this client's certificate"
        case .wrongAuthority:
            security = .tls(.init(trustedCertificates: .file(made.path("stranger.crt"))))
            words = "nobody trusted has signed: set 'ssl.ca.location'"
        case .systemAuthorities:
            security = .tls()
            words = "nobody trusted has signed: set 'ssl.ca.location'"
        case .expired: words = "has expired"
        case .misnamed:
            (listener, security) = (.saslSSL, .sasl(plain, tls: tls(place)))
            words = "isn't for 127.0.0.1"
        case .wrongKeyPassword:
            security = .tls(
                .init(
                    trustedCertificates: .file(made.path("authority.crt")), certificate: .file(made.path("client.crt")),
                    key: .file(made.path("client.encrypted.key")), keyPassword: SecretText(Secret("not the password"))))
            words = "needs the right 'ssl.key.password'"
        case .otherKey:
            security = .tls(
                .init(
                    trustedCertificates: .file(made.path("authority.crt")), certificate: .file(made.path("client.crt")),
                    key: .file(made.path("alien.key"))))
            words = "the private key isn't the certificate's"
        case .plaintextToTLS:
            security = .plaintext
            words = "set 'security.protocol' to SSL"
        case .TLSToPlaintext:
            listener = .plaintext
            words = "doesn't speak TLS"
        case .plaintextToSASL:
            (listener, security, stage) = (.saslPlaintext, .plaintext, .sasl)
            words = "set 'auth.type' = 'sasl'"
        case .SASLToPlaintext:
            (listener, security, stage) = (.plaintext, .sasl(plain, tls: nil), .sasl)
            words = "its listener has no SASL"
        case .noSuchMechanism:
            (listener, security, stage) = (.saslPlaintext, .sasl(Self.login("SCRAM-SHA-512", "x"), tls: nil), .sasl)
            words = "SCRAM-SHA-512"
        }
        let report = try await report(place, listener, security)
        #expect(report.stage == stage && !report.isOK, "\(report)")
        #expect(report.message.contains(words), "\(report)")
        #expect(report.latency < .seconds(31))
    }

    // MARK: Names and addresses

    @Test("a name that isn't known, and an address where nobody listens")
    func nobodyThere() async throws {
        func report(_ servers: String) async -> ConnectionReport {
            await KafkaSourceConfiguration(bootstrapServers: servers, subscription: .topics(["t"])).testConnection()
        }
        let unknown = await report("nowhere.invalid:9092")
        #expect(unknown.stage == .dns && !unknown.isOK)
        #expect(unknown.message.contains("nowhere.invalid"), "\(unknown)")
        let refused = await report("127.0.0.1:1")
        #expect(refused.stage == .tcp && !refused.isOK)
        #expect(refused.message.contains("127.0.0.1:1"), "\(refused)")
        // One that is there is enough.
        let kafka = try await KafkaFixture.shared
        let topic = try await kafka.createTopic("secure", partitions: 1)
        let mixed = await KafkaSourceConfiguration(
            bootstrapServers: "127.0.0.1:1,nowhere.invalid:9092,\(kafka.bootstrapServers)",
            subscription: .topics([topic])
        ).testConnection()
        #expect(mixed.isOK, "\(mixed)")
    }
}
