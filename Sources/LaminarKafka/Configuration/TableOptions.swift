public import LaminarSQL

/// The options of a CREATE TABLE over a connection: the connection's, with the table's own on top.
///
///     let name = try TableOptions.connector(of: statement.options)
///     let table = try TableOptions(options: statement.options, over: catalog.connection(name))
///
/// A table's option replaces the connection's of the same name, and what hangs on it: a table with `offset = 'latest'`
/// doesn't inherit the connection's `timestamp`, one with `topics` doesn't inherit its `topic`.
public struct TableOptions: Sendable {
    /// The connection's name.
    public let connection: String
    /// Whether `_kafka_*` columns and METADATA FROM may be declared (`include_metadata`).
    public let includesMetadata: Bool
    /// The connection's configuration with the table's options on top.
    public let configuration: ConnectionConfiguration
    /// The table's own options in their normal form, `connector` included.
    public let options: [NormalisedOption]
    /// What is allowed, and worth a word to a person all the same; what the connection already said isn't repeated.
    public let notices: [ConfigurationNotice]
    /// Whether the table changes more than how records are decoded, so that it can't share the connection's members of
    /// the group: another topic, group, position, security or property.
    public let needsOwnMembers: Bool

    /// The connection that a table reads or writes.
    ///
    /// - Throws: ``ConfigurationError`` with code `missingOption` when `connector` isn't there.
    public static func connector(of options: [SQL.Option]) throws(ConfigurationError) -> String {
        guard let option = options.first(where: { $0.key == "connector" }), !option.value.text.trimmed.isEmpty else {
            throw ConfigurationError(
                code: .missingOption, option: "connector",
                message: "A table needs 'connector', the name of a connection.")
        }
        return option.value.text.trimmed
    }

    /// Checks a table's options over its connection's.
    ///
    /// - Throws: ``ConfigurationError`` for the first thing that is wrong, with its place in the statement where the
    ///   option is written there.
    public init(
        options: [SQL.Option], over connection: ConnectionOptions,
        context: ConfigurationContext = ConfigurationContext()
    ) throws(ConfigurationError) {
        self.connection = try Self.connector(of: options)
        var context = context
        context.keptGroupID = context.keptGroupID ?? connection.generatedGroupID
        let format = ConnectionOptions.plugInFormat(options, connection.values, context)
        var inherited = connection.values
        inherited.options = inherited.options.mapValues(\.inherited)
        inherited.properties = inherited.properties.mapValues(\.inherited)
        inherited.plugInOptions = inherited.plugInOptions.mapValues(\.inherited)
        var reader = OptionReader(
            role: connection.role, context: context, plugInFormat: format, inheriting: inherited)
        try reader.read(options)
        var values = reader.values
        try Self.refuseAnotherType(values, connection)
        includesMetadata = values.flag("include_metadata") ?? false
        var own = values
        own.options = own.options.filter(\.value.isTables)
        own.properties = own.properties.filter(\.value.isTables)
        own.plugInOptions = own.plugInOptions.filter(\.value.isTables)
        self.options = own.normalised(plugIn: values.text("format"))
        values.options["connector"] = nil
        values.options["include_metadata"] = nil
        let merged = try ConnectionOptions(
            connector: connection.connector, role: connection.role, values: values, context: context)
        configuration = merged.configuration
        notices = merged.notices.filter { !connection.notices.contains($0) }
        needsOwnMembers =
            own.properties.isEmpty == false
            || own.options.contains { name, value in
                !Self.decodingOptions.contains(name) && connection.values.options[name]?.text != value.text
            }
    }

    /// Options that only say how records are decoded, so that readers of one connection may differ in them.
    private static let decodingOptions: Set<String> =
        Set((OptionCatalog.tableOptions + OptionCatalog.formatOptions + OptionCatalog.registryOptions).map(\.name))
        .union(["format", "type", "bad_data", "dlq_topic", "dlq_timeout_ms", "max_errors_per_batch"])

    private static func refuseAnotherType(
        _ values: OptionValues, _ connection: ConnectionOptions
    ) throws(ConfigurationError) {
        guard let type = values.options["type"], type.isTables, let own = connection.values.text("type"),
            type.text != own
        else { return }
        throw ConfigurationError(
            code: .conflict, option: "type",
            message:
                "'type' = '\(type.text)' and the connection's 'type' = '\(own)' contradict each other: a table can't turn "
                + "a \(own) into a \(type.text). Create another connection.", position: type.position)
    }
}

extension OptionValues.Value {
    /// The same value, as a table inherits it: it stands nowhere in the table's statement.
    fileprivate var inherited: OptionValues.Value {
        OptionValues.Value(text: text, written: written, position: nil)
    }
}
