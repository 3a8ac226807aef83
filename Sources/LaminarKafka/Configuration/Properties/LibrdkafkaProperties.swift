internal import CRdKafka

#if canImport(Darwin)
    internal import Darwin
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Glibc
#endif

/// The properties that the loaded librdkafka knows, asked of the library itself, so that a newer library brings its new
/// properties along.
///
///     LibrdkafkaProperties.loaded["fetch.min.bytes"]?.side                 // .consumer
///     LibrdkafkaProperties.check("fetch.min.bytes", "lots")                // .invalid("…")
///
/// No client is created: that would open certificates and start threads.
enum LibrdkafkaProperties {
    /// Which clients use a property.
    enum Side: Sendable, Hashable {
        case consumer
        case producer
        case both
    }

    struct Property: Sendable, Hashable {
        let name: String
        let side: Side
        /// The allowed range or values as the library prints them; empty where it doesn't say.
        let range: String
        /// The property that this name is an alias of; nil where it is its own.
        let aliasOf: String?
    }

    enum Answer: Sendable, Hashable {
        case accepted
        case unknown
        /// The library's own words, without a trailing newline.
        case invalid(String)
    }

    /// Every public property by its name, aliases included.
    static let loaded: [String: Property] = {
        var properties: [String: Property] = [:]
        for line in printedReference().split(separator: "\n") {
            guard let property = parse(line) else { continue }
            if let known = properties[property.name], known.side != property.side {
                properties[property.name] = Property(
                    name: property.name, side: .both, range: known.range, aliasOf: known.aliasOf)
            } else if properties[property.name] == nil {
                properties[property.name] = property
            }
        }
        return properties
    }()

    /// The library's version, such as 2.0.2.
    static let version = String(cString: rd_kafka_version_str())

    /// Whether the library has a property of that name.
    static func knows(_ name: String) -> Bool {
        loaded[name] != nil
    }

    /// The name that an alias stands for, else the name itself.
    static func canonicalName(_ name: String) -> String {
        loaded[name]?.aliasOf ?? name
    }

    /// The value that a property has where nobody sets it; nil where the library has none.
    static func defaultValue(_ name: String) -> String? {
        defaults[name]
    }

    private static let defaults: [String: String] = {
        var values: [String: String] = [:]
        // The properties of topics come second: where both have a name, the client's counts.
        guard let topic = rd_kafka_topic_conf_new() else { return values }
        defer { rd_kafka_topic_conf_destroy(topic) }
        collect(&values) { rd_kafka_topic_conf_dump(topic, $0) }
        guard let client = rd_kafka_conf_new() else { return values }
        defer { rd_kafka_conf_destroy(client) }
        collect(&values) { rd_kafka_conf_dump(client, $0) }
        return values
    }()

    /// Names and values that a dump gives by turns.
    private static func collect(
        _ values: inout [String: String],
        from dump: (UnsafeMutablePointer<Int>) -> UnsafeMutablePointer<UnsafePointer<CChar>?>?
    ) {
        var count = 0
        guard let texts = dump(&count) else { return }
        defer { rd_kafka_conf_dump_free(texts, count) }
        for index in stride(from: 0, to: count - 1, by: 2) {
            guard let name = texts[index], let value = texts[index + 1] else { continue }
            values[String(cString: name)] = String(cString: value)
        }
    }

    /// Sets a property on a configuration that is thrown away, so that the library checks name and value.
    static func check(_ name: String, _ value: String) -> Answer {
        guard let configuration = rd_kafka_conf_new() else { return .invalid("Out of memory.") }
        defer { rd_kafka_conf_destroy(configuration) }
        var reason = [CChar](repeating: 0, count: 512)
        let code = rd_kafka_conf_set(configuration, name, value, &reason, reason.count)
        switch code {
        case RD_KAFKA_CONF_OK: return .accepted
        case RD_KAFKA_CONF_UNKNOWN: return .unknown
        default:
            let bytes = reason.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
            var text = String(decoding: bytes, as: UTF8.self)
            while let last = text.last, last.isWhitespace { text.removeLast() }
            return .invalid(text)
        }
    }

    /// One row of the table: `name | C/P | range | default | …`; nil for headings and rules.
    static func parse(_ line: some StringProtocol) -> Property? {
        let cells = line.split(separator: "|", maxSplits: 4, omittingEmptySubsequences: false)
        guard cells.count >= 4 else { return nil }
        let texts = cells.map { String($0.filter { !$0.isWhitespace }) }
        let side: Side
        switch texts[1] {
        case "C": side = .consumer
        case "P": side = .producer
        case "*": side = .both
        default: return nil
        }
        let alias = cells.last.flatMap { description -> String? in
            guard let start = description.firstRange(of: "Alias for `")?.upperBound else { return nil }
            return String(description[start...].prefix { $0 != "`" })
        }
        let range = texts[2].replacing(",", with: ", ").replacing("..", with: " .. ")
        return Property(name: texts[0], side: side, range: range, aliasOf: alias)
    }

    /// The reference that `rd_kafka_conf_properties_show` prints, caught in memory.
    private static func printedReference() -> String {
        var buffer: UnsafeMutablePointer<CChar>?
        var size = 0
        guard let stream = open_memstream(&buffer, &size) else { return "" }
        rd_kafka_conf_properties_show(stream)
        fclose(stream)
        defer { free(buffer) }
        guard let buffer else { return "" }
        return String(decoding: UnsafeRawBufferPointer(start: buffer, count: size), as: UTF8.self)
    }
}
