import Foundation
import LaminarCore
import LaminarKafka
import LaminarTesting
import Synchronization
import Testing

@Suite("Secure connections: certificates are replaced while clients run", .timeLimit(.minutes(4)))
struct RenewedCertificateTests {
    /// A client's certificate and key in files of a test's own, and what the log says of new clients.
    private final class Wallet: Sendable {
        private let folder: String
        private let made: TestCertificates
        private let renewals: AsyncStream<Void>
        private let said: AsyncStream<Void>.Continuation
        let log: ClosureLogSink

        init(_ made: TestCertificates, _ name: String) throws {
            self.made = made
            folder = FileManager.default.temporaryDirectory.appending(path: "laminar-renewed-\(UUID().uuidString)")
                .path(percentEncoded: false)
            (renewals, said) = AsyncStream.makeStream(of: Void.self)
            log = ClosureLogSink { [said] _, message, _ in
                if message.contains("a new client uses them") { said.yield() }
            }
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            try install(name)
        }

        deinit { try? FileManager.default.removeItem(atPath: folder) }

        func install(_ name: String) throws {
            for ending in ["crt", "key"] {
                try Data(made.text("\(name).\(ending)").utf8).write(to: URL(filePath: "\(folder)/me.\(ending)"))
            }
        }

        /// Returns when a client has been found to be out of date.
        func awaitRenewal() async { for await _ in renewals { return } }

        var security: KafkaSecurity {
            .tls(
                .init(
                    trustedCertificates: .file(made.path("authority.crt")), certificate: .file(folder + "/me.crt"),
                    key: .file(folder + "/me.key")))
        }
    }

    /// Connections that are idle end soon, and whenever one has ended certificates are looked at again.
    private static let restless = [
        "connections.max.idle.ms": "1000", "reconnect.backoff.max.ms": "500",
        "topic.metadata.refresh.interval.ms": "500",
    ]

    private func produce(_ value: String, to topic: String, on kafka: KafkaFixture) async throws {
        try await kafka.produce([TestRecord(value: value)], to: topic)
    }

    @Test("a member of a group begins with one that is refused, is given the right one, and nothing is lost")
    func member() async throws {
        let place = try await SecuredKafka.place
        guard place.kafka.offers(.tls, promise: "a replaced certificate is used by a new client") else { return }
        let topic = try await place.kafka.createTopic("renewed", partitions: 1)
        let wallet = try Wallet(place.certificates, "alien")
        var configuration = KafkaSourceConfiguration(place.kafka, .ssl, wallet.security, topic: topic)
        configuration.properties = ["reconnect.backoff.max.ms": "500"]
        let source = try KafkaSource(configuration, decoding: .payload)
        let events = source.events
        try await produce("1", to: topic, on: place.kafka)
        let reading = Task {
            for try await payload in source { return payload.text }
            return nil
        }
        for await case .trouble(let error) in events where error.code == .tls { break }
        try wallet.install("client")
        #expect(try await reading.value == "1")
        await source.close()
    }

    @Test("what a sink was given before its certificate was right is written by the new client, in order, once")
    func sink() async throws {
        let place = try await SecuredKafka.place
        guard place.kafka.offers(.tls, promise: "a sink goes on with a replaced certificate") else { return }
        let topic = try await place.kafka.createTopic("renewed", partitions: 2)
        let wallet = try Wallet(place.certificates, "alien")
        var configuration = KafkaSinkConfiguration(bootstrapServers: place.kafka.bootstrapServers(.ssl), topic: topic)
        configuration.security = wallet.security
        configuration.properties = ["reconnect.backoff.max.ms": "500"]
        let sink = try await KafkaSink(configuration, encoding: .text, log: wallet.log)
        for number in 0..<100 {
            try await sink.enqueue(SinkRecord("\(number)", key: "\(number % 5)"))
        }
        let sent = Task {
            try await sink.send(
                SinkRecord(
                    "last", key: nil as [UInt8]?, headers: [KafkaHeader("h", [1])], partition: 1))
        }
        try wallet.install("client")
        #expect(try await sent.value.partition.partition == 1)
        try await sink.flush()
        try await sink.enqueue("after")
        await sink.close()
        var byKey: [String: [Int]] = [:]
        var others: [String] = []
        let source = try KafkaSource(
            KafkaSourceConfiguration(
                bootstrapServers: place.kafka.bootstrapServers, subscription: .topics([topic])),
            decoding: .payload, extent: .snapshot)
        for try await record in source.records {
            let text = record.value?.text ?? ""
            if let key = record.key, let number = Int(text) {
                byKey[String(decoding: key, as: UTF8.self), default: []].append(number)
            } else {
                others.append(text)
                if text == "last" { #expect(record.headers.map(\.name) == ["h"]) }
            }
        }
        #expect(others.sorted() == ["after", "last"])
        for key in 0..<5 { #expect(byKey["\(key)"] == (0..<20).map { $0 * 5 + key }) }
    }

    @Test("a source without a group goes on behind what it has read") func withoutGroup() async throws {
        let place = try await SecuredKafka.place
        guard place.kafka.offers(.tls, promise: "a source without a group goes on with a replaced certificate") else {
            return
        }
        let topic = try await place.kafka.createTopic("renewed", partitions: 2)
        for number in 0..<10 { try await produce("\(number)", to: topic, on: place.kafka) }
        let wallet = try Wallet(place.certificates, "client")
        var configuration = KafkaSourceConfiguration(place.kafka, .ssl, wallet.security, topic: topic)
        configuration.properties = Self.restless
        let source = try KafkaSource(configuration, decoding: .payload, extent: .everything, log: wallet.log)
        var seen: [String] = []
        for try await payload in source {
            seen.append(payload.text ?? "")
            if seen.count == 10 {
                try wallet.install("renewed")
                await wallet.awaitRenewal()
                try await produce("after", to: topic, on: place.kafka)
            }
            if payload.text == "after" { break }
        }
        await source.close()
        #expect(seen.dropLast().sorted() == (0..<10).map { "\($0)" })
        #expect(seen.last == "after")
    }

    @Test(
        "a transform goes on exactly once: its input, and its output between two transactions",
        arguments: [false, true])
    func transform(beginsWrong: Bool) async throws {
        let place = try await SecuredKafka.place
        guard place.kafka.offers(.tls, promise: "a transform goes on with a replaced certificate") else { return }
        let input = try await place.kafka.createTopic("renewed-in", partitions: 1)
        let output = try await place.kafka.createTopic("renewed-out", partitions: 1)
        for number in 0..<10 { try await produce("\(number)", to: input, on: place.kafka) }
        let wallet = try Wallet(place.certificates, beginsWrong ? "alien" : "client")
        var reading = KafkaSourceConfiguration(
            bootstrapServers: place.kafka.bootstrapServers, subscription: .topics([input]))
        reading.start = .earliest
        var writing = KafkaSinkConfiguration(bootstrapServers: place.kafka.bootstrapServers(.ssl), topic: output)
        writing.security = wallet.security
        writing.properties = Self.restless
        writing.commitMode = .exactlyOnce
        writing.transactionalID = output
        let transform = try KafkaTransform(
            reading, decoding: .payload, into: writing, encoding: .payload, log: wallet.log)
        let events = transform.events
        let working = Task {
            for try await batch in transform.batches {
                try await transform.process(batch) { output in
                    for record in batch.records { if let value = record.value { try output.send(value) } }
                }
            }
        }
        func awaitCommit(of offset: Int64) async {
            for await case .committed(let positions) in events
            where positions[TopicPartition(input, 0)] ?? 0 >= offset { return }
        }
        if beginsWrong { try wallet.install("client") }
        await awaitCommit(of: 10)
        if !beginsWrong {
            try wallet.install("renewed")
            await wallet.awaitRenewal()
        }
        for number in 10..<20 { try await produce("\(number)", to: input, on: place.kafka) }
        await awaitCommit(of: 20)
        await transform.close()
        try await working.value
        var written: [String] = []
        let result = try KafkaSource(
            KafkaSourceConfiguration(
                bootstrapServers: place.kafka.bootstrapServers, subscription: .topics([output])),
            decoding: .payload, extent: .snapshot)
        for try await payload in result { written.append(payload.text ?? "") }
        #expect(written == (0..<20).map { "\($0)" })
    }

    @Test(
        "dead letters are written with a replaced certificate, be it the first that is accepted or a later one",
        arguments: [false, true])
    func deadLetters(beginsWrong: Bool) async throws {
        let place = try await SecuredKafka.place
        guard place.kafka.offers(.tls, promise: "dead letters are written with a replaced certificate") else { return }
        let topic = try await place.kafka.createTopic("renewed", partitions: 1)
        let letters = try await place.kafka.createTopic("renewed-dead", partitions: 1)
        let wallet = try Wallet(place.certificates, beginsWrong ? "alien" : "client")
        var configuration = KafkaSourceConfiguration(place.kafka, .ssl, wallet.security, topic: topic)
        // Questions for metadata would keep the connection of the dead letters from being idle.
        configuration.properties = Self.restless.filter { $0.key != "topic.metadata.refresh.interval.ms" }
        configuration.badData = .deadLetter(topic: letters, maxErrorsPerBatch: nil, timeout: .seconds(60))
        struct Number: Decodable, Sendable { let n: Int }
        let source = try KafkaSource(configuration, decoding: .json(Number.self), log: wallet.log)
        let (numbers, seen) = AsyncStream.makeStream(of: Int.self)
        // Values are taken at once: a member that leaves waits for those that are being processed.
        let reading = Task {
            defer { seen.finish() }
            for try await value in source { seen.yield(value.n) }
        }
        var arriving = numbers.makeAsyncIterator()
        try await produce("bad", to: topic, on: place.kafka)
        try await produce(#"{"n":1}"#, to: topic, on: place.kafka)
        if beginsWrong {
            try wallet.install("client")
            #expect(await arriving.next() == 1)
        } else {
            #expect(await arriving.next() == 1)
            try wallet.install("renewed")
            // The member's client, and that of the dead letters.
            await wallet.awaitRenewal()
            await wallet.awaitRenewal()
        }
        try await produce("worse", to: topic, on: place.kafka)
        try await produce(#"{"n":2}"#, to: topic, on: place.kafka)
        #expect(await arriving.next() == 2)
        await source.close()
        try await reading.value
        #expect(await arriving.next() == nil)
        var written: [String] = []
        let result = try KafkaSource(
            KafkaSourceConfiguration(
                bootstrapServers: place.kafka.bootstrapServers, subscription: .topics([letters])),
            decoding: .payload, extent: .snapshot)
        for try await payload in result { written.append(payload.text ?? "") }
        #expect(written == ["bad", "worse"])
    }
}
