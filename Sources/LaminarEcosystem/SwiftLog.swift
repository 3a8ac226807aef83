#if SwiftLog
    public import LaminarCore
    public import Logging

    /// Laminar's log goes to swift-log.
    ///
    ///     let laminar = try await Laminar(
    ///         database: .file("laminar.db"), log: SwiftLogSink(Logger(label: "laminar")))
    ///
    /// Levels keep their names. Lines below the logger's own level aren't made at all. Metadata becomes the logger's
    /// metadata, under the same keys.
    public struct SwiftLogSink: LogSink {
        private let logger: Logger

        /// - Parameter logger: its level is read at every line, so that a level changed later takes effect.
        public init(_ logger: Logger) {
            self.logger = logger
        }

        /// The logger's level, in Laminar's words.
        public var level: LogLevel {
            switch logger.logLevel {
            case .trace: .trace
            case .debug: .debug
            case .info, .notice: .info
            case .warning: .warning
            case .error, .critical: .error
            }
        }

        /// Hands the line on.
        public func log(_ level: LogLevel, _ message: String, metadata: [String: String]) {
            let translated: Logger.Level =
                switch level {
                case .trace: .trace
                case .debug: .debug
                case .info: .info
                case .warning: .warning
                case .error: .error
                }
            logger.log(
                level: translated, "\(message)", metadata: metadata.mapValues { .string($0) }, source: "Laminar")
        }
    }
#endif
