internal import LaminarCore
internal import LaminarSQL

/// Reads what a statement wrote into ``OptionValues``: finds each option by name, alias or Java's name, refuses what is
/// unknown, there twice or out of place, and brings values into their normal form.
struct OptionReader {
    let role: OptionDefinition.Roles
    let context: ConfigurationContext
    /// The decoder of the host's whose options are `<format>.<option>`; nil for built-in formats.
    let plugInFormat: String?
    /// Options that are inherited: a table's own come on top.
    private(set) var values: OptionValues
    private let isTable: Bool
    /// Canonical names read in this statement, with the name that was written.
    private var seen: [String: String] = [:]

    init(
        role: OptionDefinition.Roles, context: ConfigurationContext, plugInFormat: String?,
        inheriting inherited: OptionValues? = nil
    ) {
        self.role = role
        self.context = context
        self.plugInFormat = plugInFormat
        values = inherited ?? OptionValues()
        values.tokenProviders = context.tokenProviders
        isTable = inherited != nil
    }

    mutating func read(_ options: [SQL.Option]) throws(ConfigurationError) {
        for option in options {
            do {
                try read(option.key, option.value.text, option)
            } catch {
                throw error.at(error.code == .invalidValue ? option.valuePosition : option.keyPosition)
            }
        }
    }

    private mutating func read(
        _ key: String, _ text: String, _ option: SQL.Option
    ) throws(ConfigurationError) {
        if let reason = Self.refusedOptions[key] {
            throw ConfigurationError(code: .unsupported, option: key, message: "'\(key)' isn't supported: \(reason).")
        } else if key == "client_configs" {
            try once(key, key)
            for (name, value) in try ClientConfigs.pairs(text) { try read(name, value, option) }
        } else if key.hasPrefix("client_configs.") {
            try read(String(key.dropFirst("client_configs.".count)), text, option)
        } else if let definition = OptionCatalog.byName[key] {
            try readOption(definition, key, text, option)
        } else if let plugInFormat, key.hasPrefix(plugInFormat + "."), key.count > plugInFormat.count + 1 {
            try once(key, key)
            let name = String(key.dropFirst(plugInFormat.count + 1))
            values.plugInOptions[name] = OptionValues.Value(
                text: text, written: key, position: option.keyPosition, isTables: isTable)
        } else if role != .impulse, PropertyRules.isProperty(key) {
            try readProperty(key, text, option)
        } else {
            throw unknown(key)
        }
    }

    private mutating func readOption(
        _ definition: OptionDefinition, _ key: String, _ text: String, _ option: SQL.Option
    ) throws(ConfigurationError) {
        guard !definition.roles.isDisjoint(with: isTable ? [role, .table] : role) else {
            throw misplaced(definition, key)
        }
        try once(definition.name, key)
        let normalised = try definition.normalised(text, context: context)
        if !context.allowsLiteralSecrets { try refuseLiteral(definition, normalised) }
        dropInherited(hangingOn: definition)
        values.options[definition.name] = OptionValues.Value(
            text: normalised, written: key, position: option.keyPosition, isTables: isTable)
    }

    private mutating func readProperty(
        _ key: String, _ text: String, _ option: SQL.Option
    ) throws(ConfigurationError) {
        let side: LibrdkafkaProperties.Side = role == .sink ? .producer : .consumer
        guard let resolved = try PropertyRules.resolve(key, text, side: side) else { return }
        let canonical = LibrdkafkaProperties.canonicalName(resolved.name)
        try once(canonical, key)
        if !context.allowsLiteralSecrets, PropertyRules.isSecret(resolved.name),
            (try? SecretText(parsing: text))?.isLiteral ?? true
        {
            throw literal(key)
        }
        // The table's spelling replaces the connection's.
        for name in values.properties.keys where LibrdkafkaProperties.canonicalName(name) == canonical {
            values.properties[name] = nil
        }
        values.properties[resolved.name] = OptionValues.Value(
            text: resolved.value, written: key, position: option.keyPosition, isTables: isTable)
    }

    private mutating func once(_ canonical: String, _ key: String) throws(ConfigurationError) {
        guard let other = seen.updateValue(key, forKey: canonical) else { return }
        throw ConfigurationError(
            code: .duplicateOption, option: canonical,
            message: other == key
                ? "'\(key)' is there twice: leave one of them out."
                : "'\(other)' and '\(key)' are the same option: leave one of them out.")
    }

    /// A table that restates `offset` doesn't inherit the connection's `timestamp`, and so on.
    private mutating func dropInherited(hangingOn definition: OptionDefinition) {
        guard isTable else { return }
        for other in OptionCatalog.all where other.governors.contains(definition.name) {
            if values.options[other.name]?.isTables == false { values.options[other.name] = nil }
        }
        if definition.name == "format" { values.plugInOptions = values.plugInOptions.filter { $0.value.isTables } }
    }

    private func refuseLiteral(_ definition: OptionDefinition, _ text: String) throws(ConfigurationError) {
        guard definition.carriesSecret(text), (try? SecretText(parsing: text))?.isLiteral ?? true else { return }
        throw literal(definition.name)
    }

    private func literal(_ name: String) -> ConfigurationError {
        let secret = name.map { $0 == "." ? "_" : String($0) }.joined()
        return ConfigurationError(
            code: .literalSecret, option: name,
            message:
                "'\(name)' is written out, and this database is a file, which must hold no secret. Put it into the "
                + "environment variable \(secret.uppercased()), or into a file \(secret) of the secrets folder, and write "
                + "'\(name)' = '${secret:\(secret)}'.")
    }

    private func misplaced(_ definition: OptionDefinition, _ key: String) -> ConfigurationError {
        let message: String
        switch role {
        case _ where definition.roles == .table:
            message = "'\(key)' belongs to CREATE TABLE."
        case .impulse:
            message =
                "'\(key)' has no meaning for an impulse, which makes its own records: it takes event_rate, message_count and "
                + "event_time_interval."
        case .sink:
            message =
                "'\(key)' is \(definition.roles == .impulse ? "an impulse's" : "a source's") option and has no meaning "
                + "for a sink."
        default:
            message =
                "'\(key)' is \(definition.roles == .impulse ? "an impulse's" : "a sink's") option and has no meaning "
                + "for a source."
        }
        return ConfigurationError(code: .notApplicable, option: definition.name, message: message)
    }

    private func unknown(_ key: String) -> ConfigurationError {
        if role == .impulse {
            return ConfigurationError(
                code: .unknownOption, option: key,
                message: "'\(key.shortened)' isn't an option of an impulse: it takes event_rate, message_count and "
                    + "event_time_interval.",
                suggestion: SQL.suggestion(for: key, among: OptionCatalog.impulseOptions.map(\.name)))
        }
        let side: LibrdkafkaProperties.Side = role == .sink ? .producer : .consumer
        let tableNames = isTable ? OptionCatalog.tableOptions.map(\.name) : []
        return ConfigurationError(
            code: .unknownOption, option: key, message: "There is no option '\(key.shortened)'.",
            suggestion: PropertyRules.suggestion(for: key, side: side)
                ?? SQL.suggestion(for: key, among: tableNames))
    }

    /// Options of related products that are refused by name.
    private static let refusedOptions: [String: String] = [
        "rate_limit": "use 'batch_size' and take batches at your own pace",
        "framing": "one record is one payload",
        "framing.method": "one record is one payload",
        "scan.startup.mode": "use 'offset'",
        "key.format": "keys come as bytes in _kafka_key; 'format' is the value's",
        "value.format": "use 'format'",
    ]
}
