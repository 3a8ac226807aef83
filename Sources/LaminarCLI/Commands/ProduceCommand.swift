internal import LaminarKafka

/// `laminar produce`: each line of standard input becomes a record.
struct ProduceCommand {
    private let invocation: Invocation
    private let tool: CommandLineTool

    init(_ invocation: Invocation, tool: CommandLineTool) {
        self.invocation = invocation
        self.tool = tool
    }

    func run() async throws {
        let laminar = try await tool.open(invocation)
        let configuration = try laminar.resolveConnection(invocation.operands[0]).writable(invocation.operands[0])
        let producer = try await KafkaProducer(configuration)
        var progress = Progress(tool.errorTerminal.isTerminal ? tool : nil)
        do {
            try await send(to: producer, &progress)
            try await producer.flush()
        } catch {
            progress.clear()
            await producer.close()
            throw error
        }
        await producer.close()
        progress.clear()
        let count = progress.count
        tool.say("\(count) record\(count == 1 ? "" : "s") written to topic \(configuration.topic).")
    }

    private func send(to producer: KafkaProducer, _ progress: inout Progress) async throws {
        let isKeyed = invocation.has("--keyed")
        var lines = InputLines()
        var bytes: [UInt8] = []
        var goesOn = true
        while goesOn {
            goesOn = try StandardInput.read(into: &bytes)
            for line in lines.take(&bytes, isEnd: !goesOn) {
                try await producer.enqueue(ProducedRecord(line: line, isKeyed: isKeyed))
                progress.add()
            }
        }
    }
}

/// Cuts what comes in into lines; a newline ends a line, and so does the end of the input.
struct InputLines {
    private var rest: [UInt8] = []

    /// The lines that are complete.
    ///
    /// - Parameters:
    ///   - bytes: what was read; emptied.
    ///   - isEnd: whether there is no more to come.
    mutating func take(_ bytes: inout [UInt8], isEnd: Bool) -> [ArraySlice<UInt8>] {
        rest.append(contentsOf: bytes)
        bytes.removeAll(keepingCapacity: true)
        var lines = rest.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        let last = lines.removeLast()
        rest = Array(last)
        if isEnd, !rest.isEmpty {
            lines.append(rest[...])
            rest = []
        }
        return lines
    }
}

extension ProducedRecord {
    /// A record of a line: all of it is the value, or a key, a tab and the value.
    init(line: ArraySlice<UInt8>, isKeyed: Bool) {
        guard isKeyed, let tab = line.firstIndex(of: UInt8(ascii: "\t")) else {
            self.init(value: Array(line))
            return
        }
        self.init(value: Array(line[line.index(after: tab)...]), key: Array(line[..<tab]))
    }
}

extension ConnectionConfiguration {
    /// Where lines go: a sink's topic, or the one topic of a source, with the same brokers and the same security.
    func writable(_ name: String) throws -> KafkaSinkConfiguration {
        switch self {
        case .kafkaSink(let sink): return sink
        case .kafkaSource(let source):
            guard case .topics(let topics) = source.subscription, topics.count == 1, let topic = topics.first else {
                throw UsageError(
                    "Connection \(name) reads \(source.subscription.summary): produce needs a connection with one topic.",
                    command: .produce)
            }
            var sink = KafkaSinkConfiguration(bootstrapServers: source.bootstrapServers, topic: topic)
            sink.security = source.security
            return sink
        case .impulse:
            throw UsageError("Connection \(name) is an impulse, which has no topic.", command: .produce)
        }
    }
}

/// How many records have been handed over, shown on a terminal a few times a second.
private struct Progress {
    private(set) var count = 0
    private let tool: CommandLineTool?
    private var shown = ContinuousClock.now
    private static let interval = Duration.milliseconds(200)

    init(_ tool: CommandLineTool?) { self.tool = tool }

    mutating func add() {
        count += 1
        guard let tool, count % 256 == 0, ContinuousClock.now - shown > Self.interval else { return }
        shown = .now
        tool.draw("\r\(count) records …")
    }

    func clear() { tool?.draw("\r\u{1b}[K") }
}
