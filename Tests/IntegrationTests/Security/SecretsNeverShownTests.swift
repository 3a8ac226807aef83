import Foundation
import LaminarCore
import LaminarKafka
import LaminarTesting
import Synchronization
import Testing

@Suite("Secure connections: no secret is ever shown", .timeLimit(.minutes(4)))
struct SecretsNeverShownTests {
    /// Everything that came out anywhere.
    private final class Output: Sendable {
        private let lines = Mutex<[(place: String, text: String)]>([])

        func add(_ place: String, _ text: String) { lines.withLock { $0.append((place, text)) } }

        /// A thing as people and programs print it.
        func add(_ place: String, printing thing: Any) {
            var dumped = ""
            dump(thing, to: &dumped)
            add(place, "\(thing)\n\(String(reflecting: thing))\n\(dumped)")
        }

        var count: Int { lines.withLock { $0.count } }

        /// Where a secret stands, with its place.
        func leaks(of secrets: [String: String]) -> [String] {
            lines.withLock { lines in
                secrets.flatMap { name, secret in
                    lines.filter { $0.text.contains(secret) }.map { "\(name) in \($0.place)" }
                }
            }
        }
    }

    @Test(
        "a connection's whole life at trace level, with an error at each stage: nothing shows a password, key or token")
    func wholeLife() async throws {
        let place = try await SecuredKafka.place
        guard place.kafka.offers(.sasl, promise: "no secret is shown in a connection's whole life") else { return }
        let topic = try await place.kafka.createTopic("secret", partitions: 1)
        let made = place.certificates
        let key = try made.text("client.key")
        let keyLine = key.split(separator: "\n")[3]
        let kept = [
            "user": KafkaFixture.User.alice.name, "password": KafkaFixture.User.alice.password,
            "wrong": "Wr0ng-but-secret-too", "key": key, "key_password": TestCertificates.keyPassword,
            "oauth_id": OAuthServer.clientID, "oauth_secret": OAuthServer.clientSecret,
        ]
        // What must never be seen. The user `alice` is one secret of four letters; the OAuth client's id is a name.
        let wanted = [
            "the password": kept["password"] ?? "", "the wrong password": kept["wrong"] ?? "",
            "the key": String(keyLine), "the key's password": TestCertificates.keyPassword,
            "the client secret": OAuthServer.clientSecret, "a token": "eyJ",
        ]
        let output = Output()
        let log = ClosureLogSink(level: .trace) { level, message, metadata in
            output.add("the log", "\(level) \(message) \(metadata)")
        }
        let file = FileManager.default.temporaryDirectory.appending(path: "laminar-secrets-\(UUID().uuidString).db")
            .path(percentEncoded: false)
        defer { for suffix in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: file + suffix) } }
        let secrets = ClosureSecretProvider { @Sendable name in kept[name].map { text in Secret(text) } }
        let laminar = try await Laminar(database: .file(file), secrets: secrets, log: log)

        let authority = made.path("authority.crt")
        let plain = "'auth.type' = 'sasl', 'auth.mechanism' = 'PLAIN', 'auth.username' = '${secret:user}'"
        let oauth =
            "'auth.type' = 'sasl', 'auth.mechanism' = 'OAUTHBEARER', 'auth.client_id' = '${secret:oauth_id}', "
            + "'auth.client_secret' = '${secret:oauth_secret}', 'auth.scope' = 'kafka'"
        let encrypted = place.kafka.bootstrapServers(.saslSSL)
        let ca = "'ssl.ca.location' = '\(authority)'"
        let connections: [(name: String, servers: String, options: String)] = [
            ("fine", encrypted, "\(plain), 'auth.password' = '${secret:password}', \(ca)"),
            ("wrong_password", encrypted, "\(plain), 'auth.password' = '${secret:wrong}', \(ca)"),
            ("no_such_secret", encrypted, "\(plain), 'auth.password' = '${secret:unknown}', \(ca)"),
            ("no_name", "nowhere.invalid:9092", "\(plain), 'auth.password' = '${secret:password}', \(ca)"),
            ("nobody", "127.0.0.1:1", "\(plain), 'auth.password' = '${secret:password}', \(ca)"),
            (
                "wrong_ca", encrypted,
                "\(plain), 'auth.password' = '${secret:password}', 'ssl.ca.location' = '\(made.path("stranger.crt"))'"
            ),
            (
                "by_key", place.kafka.bootstrapServers(.ssl),
                "'security.protocol' = 'SSL', \(ca), 'ssl.certificate.location' = '\(made.path("client.crt"))', "
                    + "'ssl.key.pem' = '${secret:key}'"
            ),
            (
                "by_wrong_key", place.kafka.bootstrapServers(.ssl),
                "'security.protocol' = 'SSL', \(ca), 'ssl.certificate.location' = '\(made.path("alien.crt"))', "
                    + "'ssl.key.location' = '\(made.path("client.encrypted.key"))', "
                    + "'ssl.key.password' = '${secret:key_password}'"
            ),
            ("by_token", encrypted, "\(oauth), 'auth.token_endpoint' = '\(place.oauth.tokenEndpoint)', \(ca)"),
            ("no_token", encrypted, "\(oauth), 'auth.token_endpoint' = 'http://127.0.0.1:1/token', \(ca)"),
        ]
        for connection in connections {
            let name = connection.name
            let topic = name == "by_key" ? "not-\(topic)" : topic
            try await laminar.execute(
                """
                CREATE CONNECTION \(name) TO kafka (bootstrap_servers = '\(connection.servers)', topic = '\(topic)',
                    type = 'source', format = 'raw_string', group_id = 'secret-\(UUID().uuidString)', 'debug' = 'all',
                    \(connection.options))
                """)
            for result in try await laminar.execute("SHOW CREATE CONNECTION \(name)") {
                output.add("SHOW CREATE CONNECTION \(name)", printing: result)
            }
            let report = try await laminar.testConnection(name)
            #expect(report.isOK == ["fine", "by_token"].contains(name), "\(name): \(report)")
            output.add("testing \(name)", printing: report)
            output.add("the configuration of \(name)", printing: try laminar.resolveConnection(name))
        }
        // Written, read, and refused.
        try await place.kafka.produce([TestRecord(value: "x")], to: topic)
        for name in ["fine", "by_token"] {
            try await laminar.execute("CREATE TABLE \(name)_rows (value TEXT) WITH (connector = '\(name)')")
            let source = try laminar.rows("\(name)_rows")
            output.add("the source \(name)", printing: source.configuration)
            for try await row in source {
                output.add("a row of \(name)", printing: row)
                break
            }
            await source.close()
        }
        try await laminar.execute("CREATE TABLE wrong_rows (value TEXT) WITH (connector = 'wrong_password')")
        let refused = try laminar.rows("wrong_rows")
        let events = refused.events
        let reading = Task { for try await _ in refused {} }
        for await event in events {
            output.add("an event", printing: event)
            if case .state(.stalled) = event { break }
        }
        await refused.close()
        try await reading.value
        output.add("the errors", printing: laminar.errors)
        // A literal in a file database is refused, without showing it.
        let literal = await #expect(throws: (any Error).self) {
            try await laminar.execute(
                """
                CREATE CONNECTION literal TO kafka (bootstrap_servers = 'a:1', topic = 't', type = 'source', format = 'json',
                    'auth.type' = 'sasl', 'auth.mechanism' = 'PLAIN', 'auth.username' = 'u', 'auth.password' = 'Wr0ng-but-secret-too')
                """)
        }
        if let literal { output.add("the refusal of a literal", printing: literal) }
        for result in try await laminar.execute("SHOW CONNECTIONS; SHOW TABLES") {
            output.add("SHOW", printing: result)
        }
        await laminar.shutdown()
        for suffix in ["", "-wal"] {
            if let bytes = FileManager.default.contents(atPath: file + suffix) {
                output.add("the catalog's file\(suffix)", String(decoding: bytes, as: UTF8.self))
            }
        }
        #expect(output.count > 500, "the log is empty")
        #expect(output.leaks(of: wanted) == [])
        // librdkafka itself shows the user's name, which is a secret here.
        #expect(output.leaks(of: ["the user": "Authenticated as alice"]) == [])
    }

    @Test("a crash shows no secret, whatever is in its message") func crash() async throws {
        let result = await #expect(
            processExitsWith: .failure, observing: [\.standardErrorContent, \.standardOutputContent]
        ) {
            var configuration = KafkaSourceConfiguration(bootstrapServers: "127.0.0.1:1", subscription: .topics(["t"]))
            configuration.security = .sasl(
                .scramSHA512(
                    username: SecretText(Secret("crash-user-name")), password: SecretText(Secret("crash-pass-word"))))
            let source = try KafkaSource(configuration, decoding: .payload)
            print(configuration, source)
            fatalError("\(configuration) \(String(reflecting: source.configuration)) \(Secret("crash-pass-word"))")
        }
        for bytes in [result?.standardErrorContent ?? [], result?.standardOutputContent ?? []] {
            let text = String(decoding: bytes, as: UTF8.self)
            #expect(text.contains("crash-pass-word") == false)
            #expect(text.contains("crash-user-name") == false)
        }
        let message = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
        #expect(message.contains("<redacted>"))
    }
}
