/// The rules for an http or https URL in an option. Credentials don't belong into it: it is shown and logged.
enum WebAddress {
    static func check(_ text: String, option: String) throws(ConfigurationError) {
        let folded = text.lowercased()
        guard let scheme = ["http://", "https://"].first(where: folded.hasPrefix) else {
            throw ConfigurationError(
                code: .invalidValue, option: option,
                message: "'\(option)' takes a URL that begins with http:// or https://.")
        }
        let authority = text.dropFirst(scheme.count).prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        guard !authority.contains("@") else {
            throw ConfigurationError(
                code: .literalSecret, option: option,
                message: "'\(option)' has credentials in its URL, which would be shown and logged. Take them out, and "
                    + "use \(cure(option)).")
        }
        let host = authority.hasPrefix("[") ? authority.prefix { $0 != "]" } : authority.prefix { $0 != ":" }
        let rest = authority.dropFirst(host.count + (authority.hasPrefix("[") ? 1 : 0))
        let port = rest.dropFirst()
        guard !host.isEmpty, rest.isEmpty || (rest.hasPrefix(":") && Int(port).map { 1...65535 ~= $0 } == true),
            !text.unicodeScalars.contains(where: { $0.value <= 32 || $0.value == 127 })
        else {
            throw ConfigurationError(
                code: .invalidValue, option: option, message: "'\(option)': '\(text.shortened)' isn't a URL.")
        }
    }

    private static func cure(_ option: String) -> String {
        option.hasPrefix("schema_registry.")
            ? "'schema_registry.api_key' and 'schema_registry.api_secret'" : "'auth.client_id' and 'auth.client_secret'"
    }
}
