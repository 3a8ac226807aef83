import Foundation
public import LaminarTesting

/// Where an example runs: at the brokers of `--bootstrap`, else at one inside of this process.
///
///     let cluster = try Cluster(topics: ["orders"], samples: 20)
///     let orders = try await cluster.topic("orders") { "{\"id\": \($0)}" }    // with samples in it
///     …                                                          // bootstrap_servers = '\(cluster.bootstrapServers)'
///     await cluster.close()
///
/// The broker in this process is filled with samples, and the example ends when it has seen them. Brokers of one's own are
/// read as they are, without end: their topics must be there, under the names that `--orders NAME` and the like give them.
/// `--samples N` writes samples there too, and `--limit N` ends after that many records.
public struct Cluster: Sendable {
    /// What a connection's `bootstrap_servers` takes.
    public let bootstrapServers: String
    /// After how many records the example ends.
    public let limit: Int
    private let samples: Int
    private let embedded: EmbeddedBroker?
    private let options: [String: String]

    /// Reads the command line, and ends the process with status 2 where it says something unknown.
    ///
    /// - Parameters:
    ///   - topics: the topics that the example uses, each of which may be given another name.
    ///   - options: what else may be said: the words behind `--`, each with a value.
    ///   - samples: how many samples the broker in this process is filled with.
    /// - Throws: `FixtureError` where the broker can't be started.
    public init(topics: [String], options: [String] = [], samples: Int = 20) throws {
        let known = ["bootstrap", "samples", "limit"] + topics + options
        let said = Self.read(Array(CommandLine.arguments.dropFirst()), known: known)
        let broker = said["bootstrap"] == nil ? try EmbeddedBroker() : nil
        let written = said["samples"].flatMap { Int($0) } ?? (broker == nil ? 0 : samples)
        self.options = said
        self.samples = written
        embedded = broker
        bootstrapServers = said["bootstrap"] ?? broker?.bootstrapServers ?? ""
        limit = said["limit"].flatMap { Int($0) } ?? (written > 0 ? written : .max)
    }

    /// Whether the broker is inside of this process.
    public var isEmbedded: Bool { embedded != nil }

    /// What the command line says behind `--name`.
    public func option(_ name: String) -> String? { options[name] }

    /// The name of a topic, which is created in the broker of this process.
    ///
    /// - Parameter sample: makes the value of the sample with that number, from 0; nil leaves the topic empty.
    public func topic(_ name: String, sample: ((Int) -> String)? = nil) async throws -> String {
        let topic = options[name] ?? name
        try embedded?.createTopic(topic, partitions: 3)
        guard let sample, samples > 0 else { return topic }
        let records = (0..<samples).map { TestRecord(value: sample($0), key: "\($0)") }
        try await produce(records, to: topic)
        return topic
    }

    /// Writes more records, whatever is in the topic.
    public func produce(_ records: [TestRecord], to topic: String) async throws {
        try await TestProducer(bootstrapServers: bootstrapServers).produce(records, to: topic)
    }

    /// The path of a file: what the command line says behind `--option`, else one of this run, which goes with ``close()``.
    public func file(_ option: String) throws -> String {
        if let path = options[option] { return path }
        try FileManager.default.createDirectory(at: Self.folder, withIntermediateDirectories: true)
        return Self.folder.appending(path: option).path(percentEncoded: false)
    }

    /// Stops the broker in this process, and removes the files of this run.
    public func close() async {
        await embedded?.close()
        try? FileManager.default.removeItem(at: Self.folder)
    }

    private static let folder = URL(filePath: NSTemporaryDirectory())
        .appending(path: "laminar-example-\(ProcessInfo.processInfo.processIdentifier)")

    private static func read(_ words: [String], known: [String]) -> [String: String] {
        var options: [String: String] = [:]
        var rest = words[...]
        while let word = rest.popFirst() {
            guard word.hasPrefix("--"), known.contains(String(word.dropFirst(2))), let value = rest.popFirst() else {
                let program = URL(filePath: CommandLine.arguments[0]).lastPathComponent
                let usage = known.map { " [--\($0) VALUE]" }.joined()
                FileHandle.standardError.write(Data("usage: \(program)\(usage)\n".utf8))
                exit(2)
            }
            options[String(word.dropFirst(2))] = value
        }
        return options
    }
}
