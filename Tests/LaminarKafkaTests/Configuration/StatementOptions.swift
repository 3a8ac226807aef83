import LaminarSQL

@testable import LaminarKafka

/// Options of a statement as tests write them.
struct StatementOptions: ExpressibleByDictionaryLiteral, Sendable, CustomStringConvertible {
    var pairs: [(String, String)]

    init(dictionaryLiteral pairs: (String, String)...) { self.pairs = pairs }

    var description: String { pairs.map { "\($0.0)=\($0.1)" }.joined(separator: " ") }
    var options: [SQL.Option] { pairs.map { SQL.Option($0.0, $0.1) } }

    /// A source of one topic, with these options on top.
    static func source(_ more: StatementOptions = [:]) -> StatementOptions {
        base(["topic": "events", "type": "source", "format": "json"], more)
    }

    /// A sink, with these options on top.
    static func sink(_ more: StatementOptions = [:]) -> StatementOptions {
        base(["topic": "totals", "type": "sink", "format": "json"], more)
    }

    /// What is given replaces what is there; an empty text takes an option out.
    private static func base(_ own: StatementOptions, _ more: StatementOptions) -> StatementOptions {
        var options: StatementOptions = ["bootstrap_servers": "localhost:9092"]
        options.pairs += own.pairs
        options.pairs.removeAll { pair in more.pairs.contains { $0.0 == pair.0 } }
        options.pairs += more.pairs.filter { $0.1 != "" }
        return options
    }

    /// The source that these options make.
    func source(
        context: ConfigurationContext = ConfigurationContext()
    ) throws -> KafkaSourceConfiguration {
        guard
            case .kafkaSource(let source) =
                try ConnectionOptions(connector: "kafka", options: options, context: context).configuration
        else { throw WrongKind() }
        return source
    }

    /// The sink that these options make.
    func sink(context: ConfigurationContext = ConfigurationContext()) throws -> KafkaSinkConfiguration {
        guard
            case .kafkaSink(let sink) =
                try ConnectionOptions(connector: "kafka", options: options, context: context).configuration
        else { throw WrongKind() }
        return sink
    }

    /// The error that these options make; nil where they are right.
    func refusal(
        connector: String = "kafka", context: ConfigurationContext = ConfigurationContext()
    ) -> ConfigurationError? {
        do {
            _ = try ConnectionOptions(connector: connector, options: options, context: context)
            return nil
        } catch {
            return error
        }
    }

    struct WrongKind: Error {}
}
