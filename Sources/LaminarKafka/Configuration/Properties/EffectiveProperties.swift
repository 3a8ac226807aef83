/// The numbers that count: the user's own, else Laminar's default, else the library's.
struct EffectiveProperties {
    /// By the library's canonical name: the name as it was written, and the value.
    private var own: [String: (name: String, value: String)] = [:]
    private let defaults: [(name: String, value: String)]

    init(_ properties: [String: String], side: LibrdkafkaProperties.Side, isTransactional: Bool = false) {
        defaults =
            side == .consumer
            ? KafkaSourceConfiguration.defaultProperties
            : KafkaSinkConfiguration.defaults(isTransactional: isTransactional)
        for (name, value) in properties {
            guard let resolved = try? PropertyRules.resolve(name, value, side: side) else { continue }
            own[LibrdkafkaProperties.canonicalName(resolved.name)] = (name, resolved.value)
        }
    }

    func isWritten(_ name: String) -> Bool { own[LibrdkafkaProperties.canonicalName(name)] != nil }

    /// The name that the user wrote for a property, else the library's.
    func written(_ name: String) -> String { own[LibrdkafkaProperties.canonicalName(name)]?.name ?? name }

    /// NaN where the value isn't a number yet, so that it can't be compared.
    subscript(name: String) -> Double {
        let canonical = LibrdkafkaProperties.canonicalName(name)
        let text =
            own[canonical]?.value
            ?? defaults.first { LibrdkafkaProperties.canonicalName($0.name) == canonical }?.value
            ?? LibrdkafkaProperties.defaultValue(canonical)
        return text.flatMap { Double($0) } ?? .nan
    }

    func shown(_ name: String) -> String {
        let value = self[name]
        let text = Int64(exactly: value).map { String($0) } ?? String(value)
        return isWritten(name) ? text : text + " by default"
    }
}
