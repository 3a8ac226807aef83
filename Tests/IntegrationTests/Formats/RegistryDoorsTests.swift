import Foundation
import LaminarCore
import LaminarKafka
import LaminarTesting
import Testing

@Suite("A schema registry that doesn't let everybody in", .timeLimit(.minutes(5)))
struct RegistryDoorsTests {
    private static let schema = #"{"type": "record", "name": "R", "fields": [{"name": "n", "type": "long"}]}"#
    private static let apiSecret = "api-secret-7"
    private static let count = 20

    private struct Numbered: Decodable, Sendable { let n: Int }

    /// Twenty records whose writer's schema is behind nginx.
    private struct Orders {
        let topic: Topic
        let registry: FakeSchemaRegistry
        let front: TLSFront
        let folder: String

        init(_ registry: FakeSchemaRegistry) async throws {
            self.registry = registry
            topic = try await Topic(records: 0, partitions: 1)
            try registry.register(schema, under: "\(topic.name)-value")
            try await topic.kafka.produce(
                (0..<count).map { TestRecord(value: [0, 0, 0, 0, 1, UInt8($0 * 2)], partition: 0) }, to: topic.name)
            front = try await TLSFront.start(before: try #require(URL(string: registry.url)?.port))
            folder = URL(filePath: front.authority).deletingLastPathComponent().path(percentEncoded: false)
        }

        func laminar(_ door: TLSFront.Door, _ options: [String: String], columns: String) async throws -> Laminar {
            let secrets = ClosureSecretProvider { name in
                ["key": Secret(TLSFront.keyPassword), "api": Secret(apiSecret)][name]
            }
            let laminar = try await Laminar(database: .inMemory, secrets: secrets)
            let written = options.map { ", 'schema_registry.\($0.key)' = '\($0.value)'" }.joined()
            try await laminar.execute(
                """
                CREATE CONNECTION shop TO kafka (bootstrap_servers = '\(topic.kafka.bootstrapServers)',
                    topic = '\(topic.name)', type = 'source', format = 'avro', group_id = '\(topic.group("g"))',
                    bad_data = 'skip', 'commit.interval.ms' = 200,
                    'schema_registry.endpoint' = '\(front.url(door))' \(written));
                CREATE TABLE orders \(columns) WITH (connector = 'shop');
                """)
            return laminar
        }

        /// A source that can't get the schema waits and says why; once `open` was called, it reads everything.
        func wait(_ laminar: Laminar, telling words: [String], until open: () throws -> Void) async throws {
            let source = try laminar.source("orders", as: Numbered.self)
            let events = source.events
            let firstNews = Task {
                var message: String?
                var isStalled = false
                for await event in events {
                    if case .trouble(let error) = event { message = message ?? error.message }
                    if case .state(let state) = event, state == .stalled("schema registry") { isStalled = true }
                    if let message, isStalled { return message }
                }
                return "the source ended"
            }
            let reading = Task {
                var numbers: [Int] = []
                for try await order in source {
                    numbers.append(order.n)
                    if numbers.count == count { break }
                }
                return numbers
            }
            let message = await firstNews.value
            for word in words { #expect(message.contains(word), "\(message)") }
            for secret in [TLSFront.keyPassword, apiSecret] { #expect(!message.contains(secret)) }
            #expect(source.state == .stalled("schema registry"))
            #expect((try await topic.kafka.committedOffsets(of: topic.group("g"), topic: topic.name))[0] ?? 0 <= 0)
            try open()
            #expect(try await reading.value == Array(0..<count))
            #expect(source.counters.badRecords == 0)
            await laminar.shutdown()
            await front.stop()
        }
    }

    @Test("an authority, a client's certificate with a locked key, and basic authentication let a table in by its DDL")
    func everything() async throws {
        let orders = try await Orders(try FakeSchemaRegistry(user: "shop", password: Self.apiSecret))
        let laminar = try await orders.laminar(
            .mutual,
            [
                "ssl.ca.location": orders.front.authority, "ssl.certificate.location": orders.front.client,
                "ssl.key.location": orders.front.encryptedClientKey, "ssl.key.password": "${secret:key}",
                "api_key": "shop", "api_secret": "${secret:api}",
            ], columns: "")
        let source = try laminar.source("orders", as: Numbered.self, extent: .snapshot)
        var numbers: [Int] = []
        for try await order in source { numbers.append(order.n) }
        #expect(numbers == Array(0..<Self.count))
        await laminar.shutdown()
        await orders.front.stop()
    }

    @Test("where its certificate isn't trusted, the source waits and says so, until the authority's file is another")
    func distrust() async throws {
        let orders = try await Orders(try FakeSchemaRegistry())
        let trusted = orders.folder + "/trusted.crt"
        try FileManager.default.copyItem(atPath: orders.front.strangeAuthority, toPath: trusted)
        let laminar = try await orders.laminar(.tls, ["ssl.ca.location": trusted], columns: "(n BIGINT)")
        try await orders.wait(laminar, telling: ["localhost", "certificate"]) {
            let authority = try String(contentsOfFile: orders.front.authority, encoding: .utf8)
            try authority.write(toFile: trusted, atomically: true, encoding: .utf8)
        }
    }

    @Test("where its password is wrong, the source waits and says so, until the registry takes it")
    func wrongPassword() async throws {
        let orders = try await Orders(try FakeSchemaRegistry())
        let laminar = try await orders.laminar(
            .basic,
            [
                "ssl.ca.location": orders.front.authority, "api_key": TLSFront.user.name,
                "api_secret": "${secret:api}",
            ], columns: "(n BIGINT)")
        try await orders.wait(laminar, telling: ["localhost", "401", "credentials"]) {
            try "\(TLSFront.user.name):{PLAIN}\(Self.apiSecret)\n".write(
                toFile: orders.folder + "/users", atomically: true, encoding: .utf8)
        }
    }

    @Test("a client's certificate that the registry doesn't take lets nobody in, and no record is to blame")
    func strangeClient() async throws {
        let orders = try await Orders(try FakeSchemaRegistry())
        let (certificate, key) = (orders.folder + "/shown.crt", orders.folder + "/shown.key")
        try FileManager.default.copyItem(atPath: orders.front.stranger.certificate, toPath: certificate)
        try FileManager.default.copyItem(atPath: orders.front.stranger.key, toPath: key)
        let laminar = try await orders.laminar(
            .mutual,
            [
                "ssl.ca.location": orders.front.authority, "ssl.certificate.location": certificate,
                "ssl.key.location": key,
            ], columns: "(n BIGINT)")
        try await orders.wait(laminar, telling: ["localhost"]) {
            for (from, to) in [(orders.front.client, certificate), (orders.front.clientKey, key)] {
                try String(contentsOfFile: from, encoding: .utf8).write(toFile: to, atomically: true, encoding: .utf8)
            }
        }
    }
}
