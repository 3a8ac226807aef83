internal import LaminarCore
internal import LaminarSQL

extension OptionDefinition {
    /// The value in its one normal form: numbers without leading zeros, names of choices as they are listed, lists
    /// trimmed and without repetitions, instants in UTC.
    ///
    /// - Throws: ``ConfigurationError`` that shows the value, unless it may be a secret.
    func normalised(_ written: String, context: ConfigurationContext) throws(ConfigurationError) -> String {
        let template: SecretTemplate
        do {
            template = try SecretTemplate(parsing: written)
        } catch {
            throw ConfigurationError(code: .malformedSecret, option: name, message: "'\(name)': \(error.message)")
        }
        guard !written.trimmed.isEmpty else {
            throw ConfigurationError(
                code: .invalidValue, option: name, message: "'\(name)' is empty. Give it a value, or leave it out.")
        }
        guard !written.unicodeScalars.contains("\0") else { throw invalid("holds a zero byte") }
        if kind.takesSecrets { return written }
        guard let plain = template.plainText else {
            throw ConfigurationError(
                code: .invalidValue, option: name,
                message:
                    "'\(name)' can't refer to a secret: it is needed before a client connects. Write the value out.")
        }
        return Self.escaped(try normalisedPlain(plain.trimmed, context: context))
    }

    /// The text such that reading it as a template gives it back.
    private static func escaped(_ plain: String) -> String {
        plain.contains("${secret:") || plain.contains("$${") ? plain.replacing("${", with: "$${") : plain
    }

    private func normalisedPlain(
        _ text: String, context: ConfigurationContext
    ) throws(ConfigurationError) -> String {
        switch kind {
        case .text, .path, .schema, .pem, .credential, .secret:
            return text
        case .boolean:
            switch text.lowercased() {
            case "true": return "true"
            case "false": return "false"
            default: throw invalid("is '\(text.shortened)'; it takes true or false")
            }
        case .integer(let range), .milliseconds(let range):
            guard let number = Int64(text) else {
                throw invalid("is '\(text.shortened)'; it takes \(kind.summary)")
            }
            return try inRange(number, range)
        case .bytes(let range):
            guard let number = Self.bytes(text) else {
                throw invalid("is '\(text.shortened)'; it takes \(kind.summary.replacing("`", with: ""))")
            }
            return try inRange(number, range)
        case .rate:
            guard let number = Double(text), number.isFinite else {
                throw invalid("is '\(text.shortened)'; it takes a \(kind.summary)")
            }
            guard number > 0, number <= 1e9 else {
                throw outOfRange("is \(text.shortened); it takes a \(kind.summary)")
            }
            return number == number.rounded() ? String(Int64(number)) : String(number)
        case .duration:
            guard let nanoseconds = DurationText.nanoseconds(text) else {
                throw invalid("is '\(text.shortened)'; it takes a duration such as 10ms or '1 second'")
            }
            guard nanoseconds > 0 else { throw outOfRange("is \(text.shortened); it must be above zero") }
            return DurationText.normalised(nanoseconds: nanoseconds)
        case .choice(let names, let synonyms):
            return try choice(text, names, synonyms)
        case .format:
            return try format(text, context: context)
        case .brokers:
            return BrokerAddress.joined(try BrokerAddress.list(parsing: text))
        case .topic:
            try TopicName.check(text, option: name)
            return text
        case .topics:
            return try list(text) { (topic: String) throws(ConfigurationError) in
                try TopicName.check(topic, option: name)
            }
        case .pattern:
            try TopicPattern.check(text)
            return text
        case .start:
            return try StartPositionText.normalised(text)
        case .timestamp:
            guard let milliseconds = TimestampText.milliseconds(text) else {
                throw ConfigurationError(
                    code: .invalidValue, option: name,
                    message: "'\(name)' is '\(text.shortened)'; it takes RFC 3339, such as 2024-01-01T00:00:00Z, or "
                        + "milliseconds since 1970.")
            }
            return TimestampText.text(milliseconds: milliseconds)
        case .url:
            try WebAddress.check(text, option: name)
            return text
        case .urls:
            return try list(text) { (url: String) throws(ConfigurationError) in
                try WebAddress.check(url, option: name)
            }
        }
    }

    private func inRange(_ number: Int64, _ range: ClosedRange<Int64>) throws(ConfigurationError) -> String {
        guard range.contains(number) else {
            throw outOfRange("is \(number); it takes \(kind.summary.replacing("`", with: ""))")
        }
        return String(number)
    }

    private func choice(
        _ text: String, _ names: [String], _ synonyms: [String: String]
    ) throws(ConfigurationError) -> String {
        let folded = text.lowercased()
        if let name = names.first(where: { $0.lowercased() == folded }) { return name }
        if let name = synonyms[folded] { return name }
        throw ConfigurationError(
            code: .invalidValue, option: name,
            message: "'\(name)' is '\(text.shortened)'; it takes \(names.joined(separator: ", ")).",
            suggestion: SQL.suggestion(for: text, among: names + synonyms.keys.sorted()))
    }

    private func format(_ text: String, context: ConfigurationContext) throws(ConfigurationError) -> String {
        let folded = text.lowercased()
        if folded == "raw_bytes" { return "raw" }
        let names = Self.builtInFormats + context.formats.sorted()
        if names.contains(folded) { return folded }
        if ["debezium_json", "debezium", "upsert", "upsert_json", "debezium_avro"].contains(folded) {
            throw ConfigurationError(
                code: .unsupported, option: name,
                message: "'\(name)' is '\(folded)': change events of Debezium and upserts aren't read. Use json and "
                    + "declare the envelope's fields as columns.")
        }
        throw ConfigurationError(
            code: .invalidValue, option: name,
            message: "'\(name)' is '\(text.shortened)'; it takes \(names.joined(separator: ", ")), or the name of a "
                + "decoder that the host registered before.",
            suggestion: SQL.suggestion(for: folded, among: names))
    }

    static let builtInFormats = ["json", "avro", "confluent_avro", "protobuf", "raw", "raw_string"]

    /// Trims every element, checks it, drops repetitions.
    private func list(
        _ text: String, check: (String) throws(ConfigurationError) -> Void
    ) throws(ConfigurationError) -> String {
        var elements: [String] = []
        var seen: Set<String> = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let element = part.trimmed
            guard !element.isEmpty else { throw invalid("has an empty element between its commas") }
            try check(element)
            if seen.insert(element).inserted { elements.append(element) }
        }
        return elements.joined(separator: ",")
    }

    /// Digits, or digits with a unit.
    private static func bytes(_ text: String) -> Int64? {
        let digits = text.prefix { $0.isASCII && ($0.isNumber || $0 == "-") }
        guard let number = Int64(digits) else { return nil }
        let scale: Int64
        switch text.dropFirst(digits.count).trimmed.lowercased() {
        case "", "b": scale = 1
        case "kib", "k": scale = 1 << 10
        case "mib", "m": scale = 1 << 20
        case "gib", "g": scale = 1 << 30
        case "kb": scale = 1000
        case "mb": scale = 1_000_000
        case "gb": scale = 1_000_000_000
        default: return nil
        }
        let (product, overflow) = number.multipliedReportingOverflow(by: scale)
        return overflow ? nil : product
    }

    private func invalid(_ reason: String) -> ConfigurationError {
        ConfigurationError(code: .invalidValue, option: name, message: "'\(name)' \(reason).")
    }

    private func outOfRange(_ reason: String) -> ConfigurationError {
        ConfigurationError(code: .outOfRange, option: name, message: "'\(name)' \(reason).")
    }
}
