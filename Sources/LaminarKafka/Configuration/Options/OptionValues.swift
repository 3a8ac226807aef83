internal import LaminarCore
internal import LaminarSQL

/// The options of a statement by their names: every one known, none there twice, each in its normal form.
struct OptionValues: Sendable {
    struct Value: Sendable {
        let text: String
        /// The name as it was written, for messages.
        let written: String
        let position: SQL.Position?
        /// Whether the table said it, not the connection.
        var isTables = false
    }

    /// Options of the reference, by name.
    var options: [String: Value] = [:]
    /// Properties that are passed through, by the name under which they are kept.
    var properties: [String: Value] = [:]
    /// Options of the host's own decoder, by the name after its prefix.
    var plugInOptions: [String: Value] = [:]

    /// The host's own sources of tokens by their names.
    var tokenProviders: [String: HostTokens] = [:]

    /// Where an option or property stands; nil where it wasn't written in this statement.
    func position(of name: String?) -> SQL.Position? {
        guard let name else { return nil }
        return (options[name] ?? properties[name])?.position
    }

    /// Whether an option is there.
    func has(_ name: String) -> Bool { options[name] != nil }

    /// The text of an option, with `$${` read as `${` where it takes no secrets.
    func text(_ name: String) -> String? {
        guard let text = options[name]?.text else { return nil }
        return text.contains("$${") ? text.replacing("$${", with: "${") : text
    }

    /// The text of an option that may refer to a secret.
    func secret(_ name: String) throws(ConfigurationError) -> SecretText? {
        guard let text = options[name]?.text else { return nil }
        do {
            return try SecretText(parsing: text)
        } catch {
            throw ConfigurationError(code: .malformedSecret, option: name, message: "'\(name)': \(error.message)")
        }
    }

    func pem(_ name: String) throws(ConfigurationError) -> KafkaSecurity.PEM? {
        guard let text = options[name]?.text else { return nil }
        do {
            return try KafkaSecurity.PEM(option: text)
        } catch {
            throw ConfigurationError(code: .malformedSecret, option: name, message: "'\(name)': \(error.message)")
        }
    }

    func flag(_ name: String) -> Bool? { options[name].map { $0.text == "true" } }

    func integer(_ name: String) -> Int? { options[name].flatMap { Int($0.text) } }

    func milliseconds(_ name: String) -> Duration? { integer(name).map { .milliseconds($0) } }

    func list(_ name: String) -> [String]? { text(name)?.split(separator: ",").map(String.init) }

    func choice<Choice: RawRepresentable>(_ name: String) -> Choice? where Choice.RawValue == String {
        options[name].flatMap { Choice(rawValue: $0.text) }
    }

    /// The value of a required option.
    func required(_ name: String, _ role: String) throws(ConfigurationError) -> String {
        guard let text = text(name) else {
            throw ConfigurationError(
                code: .missingOption, option: name, message: "\(role) needs '\(name)'.")
        }
        return text
    }

    /// Everything in the order of the reference: options, then the decoder's own, then properties by name.
    func normalised(plugIn format: String?) -> [NormalisedOption] {
        func isLiteralSecret(_ name: String, _ text: String) -> Bool {
            let isSecret = OptionCatalog.byName[name].map { $0.carriesSecret(text) } ?? PropertyRules.isSecret(name)
            return isSecret && ((try? SecretText(parsing: text))?.isLiteral ?? true)
        }
        let known = options.sorted { (OptionCatalog.order[$0.key] ?? 0) < (OptionCatalog.order[$1.key] ?? 0) }
        let plugIns = plugInOptions.sorted { $0.key < $1.key }.map { ("\(format ?? "").\($0.key)", $0.value) }
        let passed = properties.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
        return (known.map { ($0.key, $0.value) } + plugIns + passed).map { name, value in
            NormalisedOption(key: name, value: value.text, isLiteralSecret: isLiteralSecret(name, value.text))
        }
    }
}

extension OptionDefinition {
    /// Whether a text that was written out for this option is a secret: a path isn't, a private key is.
    func carriesSecret(_ text: String) -> Bool {
        switch kind {
        case .secret: true
        case .pem: text.contains("PRIVATE KEY-----")
        default: false
        }
    }
}
