#if SwiftLog
    import LaminarCore
    import LaminarEcosystem
    import Logging
    import Synchronization
    import Testing

    @Suite struct SwiftLogTests {
        @Test("a line arrives with its level, text and metadata") func line() {
            let recorder = RecordingHandler()
            var logger = Logger(label: "test") { _ in recorder }
            logger.logLevel = .trace
            let sink: any LogSink = SwiftLogSink(logger)
            sink.log(.info, "joined", metadata: ["group": "billing"])
            #expect(recorder.lines == ["info joined group=billing"])
        }

        @Test("a line that nobody wants isn't made") func quiet() {
            let recorder = RecordingHandler()
            var logger = Logger(label: "test") { _ in recorder }
            logger.logLevel = .warning
            let sink: any LogSink = SwiftLogSink(logger)
            sink.log(.info, [:], String(repeating: "x", count: 3))
            #expect(recorder.lines.isEmpty)
            #expect(sink.level == .warning)
        }

        @Test("levels keep their names", arguments: LogLevel.allCases) func levels(level: LogLevel) {
            let recorder = RecordingHandler()
            var logger = Logger(label: "test") { _ in recorder }
            logger.logLevel = .trace
            SwiftLogSink(logger).log(level, "x", metadata: [:])
            #expect(recorder.lines == ["\(level) x "])
        }
    }

    /// Keeps what a logger writes.
    private final class RecordingHandler: LogHandler, Sendable {
        private let recorded = Mutex<[String]>([])
        private let threshold = Mutex(Logger.Level.trace)

        var lines: [String] { recorded.withLock { $0 } }

        func log(event: LogEvent) {
            let pairs = (event.metadata ?? [:]).map { "\($0)=\($1)" }.sorted().joined(separator: " ")
            recorded.withLock { $0.append("\(event.level) \(event.message) \(pairs)") }
        }

        subscript(metadataKey _: String) -> Logger.Metadata.Value? {
            get { nil }
            set {}
        }
        var metadata: Logger.Metadata {
            get { [:] }
            set {}
        }
        var logLevel: Logger.Level {
            get { threshold.withLock { $0 } }
            set { threshold.withLock { $0 = newValue } }
        }
    }
#endif
