internal import LaminarCore
public import LaminarSQL

/// What a connection is: one of the connectors with its configuration.
public enum ConnectionConfiguration: Sendable, Hashable {
    /// `TO kafka`, `type = 'source'`.
    case kafkaSource(KafkaSourceConfiguration)
    /// `TO kafka`, `type = 'sink'`.
    case kafkaSink(KafkaSinkConfiguration)
    /// `TO impulse`.
    case impulse(ImpulseConfiguration)

    /// What is allowed, and worth a word to a person all the same.
    public var notices: [ConfigurationNotice] {
        switch self {
        case .kafkaSource(let source): source.notices
        case .kafkaSink(let sink): sink.notices
        case .impulse: []
        }
    }
}

/// The options of a CREATE CONNECTION, checked and brought into their normal form.
///
///     let connection = try ConnectionOptions(connector: "kafka", options: statement.options)
///     guard case .kafkaSource(let source) = connection.configuration else { … }
///     catalog.keep(connection.options)
///
/// Everything that can be checked without a broker, a file or a secret is checked here, property names and values by
/// librdkafka itself; nothing is contacted.
public struct ConnectionOptions: Sendable {
    /// `kafka` or `impulse`.
    public let connector: String
    /// The configuration, with every default filled in.
    public let configuration: ConnectionConfiguration
    /// What was written, in its normal form and in the order of the reference. Defaults and a generated group id aren't
    /// part of it.
    public let options: [NormalisedOption]
    /// What is allowed, and worth a word to a person all the same.
    public let notices: [ConfigurationNotice]
    /// Whether the group id was made up: the catalog then keeps it, and gives it back in
    /// ``ConfigurationContext/keptGroupID``.
    public let generatedGroupID: String?

    let values: OptionValues
    let role: OptionDefinition.Roles

    /// The connectors that there are.
    public static let connectors = ["kafka", "impulse"]

    /// Checks the options of a statement.
    ///
    /// - Throws: ``ConfigurationError`` for the first thing that is wrong, with its place in the statement where the
    ///   option is written there.
    public init(
        connector: String, options: [SQL.Option], context: ConfigurationContext = ConfigurationContext()
    ) throws(ConfigurationError) {
        let role = try Self.role(connector: connector, options)
        var reader = OptionReader(role: role, context: context, plugInFormat: Self.plugInFormat(options, nil, context))
        try reader.read(options)
        try self.init(connector: connector.lowercased(), role: role, values: reader.values, context: context)
    }

    /// Reads options that a catalog kept.
    public init(
        connector: String, options: [NormalisedOption], context: ConfigurationContext = ConfigurationContext()
    ) throws(ConfigurationError) {
        try self.init(
            connector: connector, options: options.map { SQL.Option($0.key, $0.value) }, context: context)
    }

    init(
        connector: String, role: OptionDefinition.Roles, values: OptionValues, context: ConfigurationContext
    ) throws(ConfigurationError) {
        self.connector = connector
        self.role = role
        self.values = values
        do {
            switch role {
            case .source:
                let source = try KafkaSourceConfiguration(values, context: context)
                try source.validate()
                configuration = .kafkaSource(source)
                generatedGroupID = values.has("group_id") ? nil : source.groupID
            case .sink:
                let sink = try KafkaSinkConfiguration(values)
                try sink.validate()
                configuration = .kafkaSink(sink)
                generatedGroupID = nil
            default:
                let impulse = try ImpulseConfiguration(values)
                try impulse.validate()
                configuration = .impulse(impulse)
                generatedGroupID = nil
            }
        } catch {
            throw error.at(values.position(of: error.option))
        }
        options = values.normalised(plugIn: values.text("format"))
        notices = configuration.notices
    }

    private static func role(
        connector: String, _ options: [SQL.Option]
    ) throws(ConfigurationError) -> OptionDefinition.Roles {
        switch connector.lowercased() {
        case "impulse": return .impulse
        case "kafka": break
        default:
            throw ConfigurationError(
                code: .unknownConnector,
                message: "There is no connector '\(connector.shortened)': it is kafka or impulse.",
                suggestion: SQL.suggestion(for: connector, among: connectors))
        }
        guard let type = options.first(where: { $0.key == "type" }) else {
            throw ConfigurationError(
                code: .missingOption, option: "type",
                message: "A kafka connection needs 'type': 'source' to read, 'sink' to write.")
        }
        switch type.value.text.trimmed.lowercased() {
        case "source": return .source
        case "sink": return .sink
        default:
            throw ConfigurationError(
                code: .invalidValue, option: "type",
                message: "'type' is '\(type.value.text.shortened)'; it takes source or sink.",
                suggestion: SQL.suggestion(for: type.value.text, among: ["source", "sink"]),
                position: type.valuePosition)
        }
    }

    /// The format's name where it is a decoder of the host's, whose options begin with it.
    static func plugInFormat(
        _ options: [SQL.Option], _ inherited: OptionValues?, _ context: ConfigurationContext
    ) -> String? {
        let written = options.first { $0.key == "format" }?.value.text.trimmed.lowercased()
        guard let name = written ?? inherited?.text("format"), context.formats.contains(name) else { return nil }
        return name
    }
}
