internal import LaminarCore
internal import LaminarSQL

/// What may be passed through to librdkafka: any property of the loaded library, but for those that Laminar owns.
enum PropertyRules {
    /// A property as librdkafka is told it.
    struct Resolved: Sendable, Hashable {
        let name: String
        let value: String
    }

    /// Whether a key that is no option is meant for librdkafka: it has a dot, or is one of the few names without one.
    static func isProperty(_ key: String) -> Bool {
        key.contains(".") || LibrdkafkaProperties.knows(key) || DeniedProperty.rule(for: key) != nil
    }

    /// Checks every property, and that none is there twice under two names.
    static func check(
        _ properties: [String: String], side: LibrdkafkaProperties.Side
    ) throws(ConfigurationError) {
        var written: [String: String] = [:]
        for (name, value) in properties.sorted(by: { $0.key < $1.key }) {
            guard let resolved = try resolve(name, value, side: side) else { continue }
            let canonical = LibrdkafkaProperties.canonicalName(resolved.name)
            if let other = written.updateValue(name, forKey: canonical) {
                throw ConfigurationError(
                    code: .duplicateOption, option: name,
                    message: "'\(other)' and '\(name)' are the same property: leave one of them out.")
            }
        }
    }

    /// The property under librdkafka's name, checked by librdkafka; nil where it says what happens anyway and the loaded
    /// library doesn't know it.
    static func resolve(
        _ name: String, _ value: String, side: LibrdkafkaProperties.Side
    ) throws(ConfigurationError) -> Resolved? {
        if OptionCatalog.byName[name] != nil {
            throw denied(name, "it is an option of its own and doesn't go among the properties")
        }
        if let rule = DeniedProperty.rule(for: name), !rule.allowedValues.contains(value.trimmed.lowercased()) {
            throw denied(name, rule.advice)
        }
        var name = name
        var value = value
        if name == "partition.assignment.strategy" { value = try assignmentStrategy(value) }
        switch JavaProperty.rule(for: name, side: side)?.outcome {
        case nil: break
        case .renamed(let target, let translate):
            value = translate(value.trimmed)
            name = target
        case .refused(let advice):
            // A newer library may have learnt the property.
            guard LibrdkafkaProperties.knows(name) else {
                throw ConfigurationError(
                    code: .unsupported, option: name, message: "'\(name)' is a property of Java's client: \(advice).")
            }
        }
        if !LibrdkafkaProperties.knows(name), let newer = JavaProperty.newer[name] {
            if newer.harmless.contains(value.trimmed.lowercased()) { return nil }
            throw ConfigurationError(
                code: .unsupported, option: name,
                message: "The librdkafka that is loaded, \(LibrdkafkaProperties.version), has no '\(name)': "
                    + "\(newer.advice).")
        }
        guard let property = LibrdkafkaProperties.loaded[name] else { throw unknown(name, side: side) }
        try checkSide(property, side: side)
        try checkValue(property, value)
        return Resolved(name: name, value: value)
    }

    private static func checkSide(
        _ property: LibrdkafkaProperties.Property, side: LibrdkafkaProperties.Side
    ) throws(ConfigurationError) {
        guard property.side != .both, property.side != side else { return }
        let (owner, other) = side == .consumer ? ("producer's", "a source") : ("consumer's", "a sink")
        let name = property.name
        let similar = OptionCatalog.all.first {
            $0.name != name && separatorsUnified($0.name) == separatorsUnified(name)
        }
        throw ConfigurationError(
            code: .notApplicable, option: name,
            message: "'\(name)' is a \(owner) property and has no meaning for \(other).", suggestion: similar?.name)
    }

    private static func checkValue(
        _ property: LibrdkafkaProperties.Property, _ value: String
    ) throws(ConfigurationError) {
        let name = property.name
        guard !value.utf8.contains(0) else {
            throw ConfigurationError(
                code: .invalidValue, option: name, message: "'\(name)' holds a zero byte.")
        }
        let template: SecretTemplate
        do {
            template = try SecretTemplate(parsing: value)
        } catch {
            throw ConfigurationError(code: .malformedSecret, option: name, message: "'\(name)': \(error.message)")
        }
        // A value that isn't known yet can't be checked; librdkafka checks it when the client connects.
        guard let plain = template.plainText else { return }
        switch LibrdkafkaProperties.check(name, plain) {
        case .accepted: return
        case .unknown: throw unknown(name, side: property.side)
        case .invalid(let reason):
            let range = property.range.isEmpty ? "" : " It takes \(property.range)."
            let shown = isSecret(name) ? "the value isn't accepted" : "librdkafka says: \(reason)"
            throw ConfigurationError(
                code: reason.contains("outside allowed range") ? .outOfRange : .invalidValue, option: name,
                message: "'\(name)': \(shown.hasSuffix(".") ? String(shown.dropLast()) : shown).\(range)")
        }
    }

    /// Whether a property carries something that must never be shown; most such properties are options of their own.
    static func isSecret(_ name: String) -> Bool {
        ["password", "passphrase", "secret", "private.key", "token"].contains { name.contains($0) }
    }

    /// Assignors by name or Java class, trimmed.
    private static func assignmentStrategy(_ value: String) throws(ConfigurationError) -> String {
        var names: [String] = []
        for part in value.split(separator: ",", omittingEmptySubsequences: false) {
            let written = part.trimmed
            let name = JavaProperty.assignors[written] ?? written.lowercased()
            guard ["range", "roundrobin", "cooperative-sticky"].contains(name) else {
                throw ConfigurationError(
                    code: .invalidValue, option: "partition.assignment.strategy",
                    message:
                        "'partition.assignment.strategy' has '\(written.shortened)'; it takes cooperative-sticky, range "
                        + "and roundrobin.",
                    suggestion: SQL.suggestion(for: name, among: ["range", "roundrobin", "cooperative-sticky"]))
            }
            if !names.contains(name) { names.append(name) }
        }
        if names.contains("cooperative-sticky"), names.count > 1 {
            throw ConfigurationError(
                code: .conflict, option: "partition.assignment.strategy",
                message:
                    "'partition.assignment.strategy' mixes cooperative-sticky with \(names.first { $0 != "cooperative-sticky" } ?? ""), "
                    + "which revokes everything at each rebalance: name one kind.")
        }
        return names.joined(separator: ",")
    }

    private static func denied(_ name: String, _ advice: String) -> ConfigurationError {
        ConfigurationError(code: .denied, option: name, message: "'\(name)' can't be set: \(advice).")
    }

    private static func unknown(_ name: String, side: LibrdkafkaProperties.Side) -> ConfigurationError {
        ConfigurationError(
            code: .unknownOption, option: name,
            message: "'\(name)' is neither an option nor a property of librdkafka \(LibrdkafkaProperties.version).",
            suggestion: suggestion(for: name, side: side))
    }

    /// An option or property that was probably meant: the same letters with other separators first, then few changes.
    static func suggestion(for name: String, side: LibrdkafkaProperties.Side?) -> String? {
        let roles: OptionDefinition.Roles =
            switch side {
            case .consumer: .source
            case .producer: .sink
            case .both, nil: [.source, .sink, .impulse]
            }
        let options = OptionCatalog.all.filter { !$0.roles.isDisjoint(with: roles) }.map(\.name)
        let properties = LibrdkafkaProperties.loaded.values
            .filter { side == nil || $0.side == .both || $0.side == side }
            .map(\.name).filter { DeniedProperty.rule(for: $0) == nil }.sorted()
        let java = JavaProperty.renamed.flatMap(\.names)
        let candidates = options + properties + java
        let unified = separatorsUnified(name)
        return candidates.first { separatorsUnified($0) == unified } ?? SQL.suggestion(for: name, among: candidates)
    }

    private static func separatorsUnified(_ name: String) -> String {
        String(name.lowercased().map { $0 == "." || $0 == "-" ? "_" : $0 })
    }
}
