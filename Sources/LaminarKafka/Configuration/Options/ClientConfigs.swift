/// Arroyo's `client_configs`: properties in one value, `name=value` pairs separated by commas, or a JSON object.
///
/// A value with a comma needs the JSON form, or an option of its own.
enum ClientConfigs {
    static func pairs(_ text: String) throws(ConfigurationError) -> [(name: String, value: String)] {
        text.trimmed.hasPrefix("{") ? try object(text) : try list(text)
    }

    private static func list(_ text: String) throws(ConfigurationError) -> [(name: String, value: String)] {
        var pairs: [(name: String, value: String)] = []
        for part in text.split(separator: ",") where !part.trimmed.isEmpty {
            guard let equals = part.firstIndex(of: "="), !part[..<equals].trimmed.isEmpty else {
                // The text isn't shown: it may hold a password.
                throw ConfigurationError(
                    code: .invalidValue, option: "client_configs",
                    message: "'client_configs' takes name=value pairs separated by commas, or a JSON object.")
            }
            pairs.append((part[..<equals].trimmed.lowercased(), part[part.index(after: equals)...].trimmed))
        }
        return pairs
    }

    private static func object(_ text: String) throws(ConfigurationError) -> [(name: String, value: String)] {
        guard let pairs = FlatJSON.object(text) else {
            throw ConfigurationError(
                code: .invalidValue, option: "client_configs",
                message: "'client_configs' isn't a JSON object of texts, numbers, true and false.")
        }
        return pairs.map { ($0.name.lowercased(), $0.value) }
    }
}
