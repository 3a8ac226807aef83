internal import LaminarSQL

/// The WITH clause of a kafka table as options of a connection here.
struct FlinkOptionReading {
    private let definition: FlinkDefinition
    let isSink: Bool
    /// What was made of it, in order.
    private(set) var options: [SQL.Option] = []
    private var used: Set<String> = ["connector"]
    /// Whether the payload is one value as it is.
    private(set) var isRaw = false

    init(_ definition: FlinkDefinition, isInserted: Bool) {
        self.definition = definition
        isSink = isInserted || definition.options.contains { $0.key.hasPrefix("sink.") }
    }

    mutating func read(_ findings: inout FlinkFindings) {
        cluster(&findings)
        set("type", isSink ? "sink" : "source")
        format(&findings)
        if isSink { sink(&findings) } else { start(&findings) }
        security(&findings)
        properties(&findings)
        for (key, _) in definition.options where !used.contains(key) {
            findings.note("'\(key)' isn't kept: there is no such option here")
        }
    }

    /// Sets an option, unless it is what happens anyway.
    mutating func set(_ key: String, _ value: String) {
        guard OptionCatalog.byName[key]?.defaultText != value else { return }
        options.append(SQL.Option(key, value))
    }

    /// The value of an option, which counts as read.
    mutating func take(_ key: String) -> String? {
        used.insert(key)
        return definition[key]
    }

    // MARK: Cluster, topics

    private mutating func cluster(_ findings: inout FlinkFindings) {
        if let servers = take("properties.bootstrap.servers") { set("bootstrap_servers", servers) }
        if let topics = take("topic")?.split(separator: ";").map(\.trimmed), !topics.isEmpty {
            if topics.count == 1 { set("topic", topics[0]) } else { set("topics", topics.joined(separator: ",")) }
        }
        if let pattern = take("topic-pattern") {
            set("topic_pattern", FlinkTopics.posix(pattern) ?? pattern)
            if FlinkTopics.posix(pattern) == nil {
                findings.note("topic-pattern is Java's expression; here it is POSIX's, of the whole name")
            }
        }
        if let interval = take("scan.topic-partition-discovery.interval"), interval != "30 s" {
            findings.note(
                "'scan.topic-partition-discovery.interval' isn't kept: new partitions appear within 30 s here")
        }
        if let group = take("properties.group.id"), !isSink { set("group_id", group) }
        if let parallelism = take("scan.parallelism"), !isSink { set("parallelism", parallelism) }
        if let level = take("properties.isolation.level") {
            set("isolation.level", level)
        } else if !isSink {
            set("isolation.level", "read_uncommitted")
        }
    }

    // MARK: Start

    private mutating func start(_ findings: inout FlinkFindings) {
        let reset = take("properties.auto.offset.reset")
        switch take("scan.startup.mode") ?? "group-offsets" {
        case "group-offsets":
            set("offset", reset == "latest" ? "latest" : "earliest")
            if reset == nil || reset == "none" {
                findings.note(
                    "Flink fails where the group has no offset yet; here such a group begins at the beginning")
            }
        case "earliest-offset":
            set("offset", "earliest")
            findings.note("Flink begins at the beginning each time; here the group's committed offset counts first")
        case "latest-offset":
            set("offset", "latest")
            findings.note("Flink begins at the end each time; here the group's committed offset counts first")
        case "timestamp":
            set("offset", "timestamp")
            if let text = take("scan.startup.timestamp-millis") { set("timestamp", text) }
        case "specific-offsets":
            let text = take("scan.startup.specific-offsets") ?? ""
            set("offset", Self.offsets(text))
        case let mode: findings.note("'scan.startup.mode' = '\(mode)' isn't kept: there is no such mode here")
        }
        for key in ["scan.bounded.mode", "scan.bounded.timestamp-millis", "scan.bounded.specific-offsets"]
        where take(key) != nil {
            findings.note("'\(key)' isn't kept: a SELECT ends at the end of the topics here, a pipeline never")
        }
    }

    /// `partition:0,offset:42;partition:1,offset:7` as `0:42,1:7`.
    private static func offsets(_ text: String) -> String {
        text.split(separator: ";").map { part in
            let numbers = part.split(separator: ",").compactMap { $0.split(separator: ":").last.map(\.trimmed) }
            return numbers.joined(separator: ":")
        }.joined(separator: ",")
    }

    // MARK: Sink

    private mutating func sink(_ findings: inout FlinkFindings) {
        _ = take("properties.auto.offset.reset")
        _ = take("scan.startup.mode")
        switch take("sink.partitioner") {
        case nil, "default": break
        case let partitioner?:
            findings.note(
                "'sink.partitioner' = '\(partitioner)' isn't kept: keys choose the partition here, as Java's do")
        }
        switch take("sink.delivery-guarantee") {
        case "exactly-once":
            set("sink.commit_mode", "exactly_once")
            if let prefix = take("sink.transactional-id-prefix") { set("sink.transactional_id", prefix) }
        case "none":
            findings.note("'sink.delivery-guarantee' = 'none': here every record is acknowledged, at least once")
        default: break
        }
        let keys = FlinkTableImport.keyFields(definition)
        if keys.count == 1, definition["value.fields-include"] != "EXCEPT_KEY" { set("sink.key_field", keys[0]) }
        if keys.count > 1 { findings.note("'key.fields' names several columns; a key here is one, so none is written") }
    }

    // MARK: Format

    private mutating func format(_ findings: inout FlinkFindings) {
        for key in ["key.fields", "value.fields-include", "key.fields-prefix"] { _ = take(key) }
        if let key = take("key.format") {
            let keys = FlinkTableImport.keyFields(definition)
            if !["raw", "csv"].contains(key) || definition["key.fields-prefix"] != nil {
                findings.note("the key's format '\(key)' isn't kept: a key is bytes here (_kafka_key)")
            } else if !isSink, keys.count == 1, definition["value.fields-include"] != "EXCEPT_KEY" {
                findings.note("the key isn't read into \(keys[0]): declare _kafka_key, or take the field of the value")
            }
        }
        let value = take("value.format")
        let name = value ?? take("format")
        let prefix = value == nil ? "" : "value."
        switch name {
        case "json"?: json(prefix, &findings)
        case "raw"?:
            isRaw = true
            let isText = definition.columns.contains {
                $0.metadata == nil && $0.expression == nil && $0.type == .text
                    && !FlinkTableImport.keyFields(definition).contains($0.name)
            }
            let charset = take(prefix + "raw.charset") ?? "UTF-8"
            if charset.uppercased() != "UTF-8" { findings.note("'raw.charset' isn't kept: texts are UTF-8 here") }
            _ = take(prefix + "raw.endianness")
            set("format", isText ? "raw_string" : "raw")
        case "avro-confluent"?: registry(prefix + "avro-confluent.", &findings)
        case "avro"?:
            set("format", "avro")
            set("avro.framing", "raw")
            _ = take(prefix + "avro.timestamp_mapping.legacy")
            findings.note(
                "Flink makes the schema of bare Avro datums out of the columns; here avro.schema has to be given")
        case "protobuf"?:
            set("format", "protobuf")
            if let message = take(prefix + "protobuf.message-class-name") { set("protobuf.message", message) }
            if take(prefix + "protobuf.ignore-parse-errors") == "true" { set("bad_data", "skip") }
            findings.note("protobuf.schema or protobuf.descriptor has to be given: Flink has a Java class for it")
        case let other:
            findings.note("format '\(other ?? "")' isn't known here: write the topic as json or avro")
        }
    }

    private mutating func json(_ prefix: String, _ findings: inout FlinkFindings) {
        set("format", "json")
        if take(prefix + "json.ignore-parse-errors") == "true" { set("bad_data", "skip") }
        _ = take(prefix + "json.timestamp-format.standard")
        _ = take(prefix + "json.encode.decimal-as-plain-number")
        if take(prefix + "json.fail-on-missing-field") == "true" {
            findings.note("'json.fail-on-missing-field' isn't kept: declare columns NOT NULL")
        }
    }

    private mutating func registry(_ prefix: String, _ findings: inout FlinkFindings) {
        set("format", "confluent_avro")
        if let url = take(prefix + "url") { set("schema_registry.endpoint", url) }
        if let subject = take(prefix + "subject") { set("value_subject", subject) }
        _ = take(prefix + "basic-auth.credentials-source")
        if let info = take(prefix + "basic-auth.user-info") {
            // The colon of ${secret:name} is no separator.
            let start = info.hasPrefix("${") ? info.firstIndex(of: "}") ?? info.startIndex : info.startIndex
            let colon = info[start...].firstIndex(of: ":") ?? info.endIndex
            set("schema_registry.api_key", String(info[..<colon]))
            let secret = String(info[colon...].dropFirst())
            set("schema_registry.api_secret", reference(secret, "registry_secret", &findings))
        }
        _ = take(prefix + "bearer-auth.credentials-source")
        if let token = take(prefix + "bearer-auth.token") {
            set("schema_registry.bearer_token", reference(token, "registry_token", &findings))
        }
        if let path = take(prefix + "ssl.truststore.location") {
            if take(prefix + "properties")?.contains("truststore.type:PEM") == true {
                set("schema_registry.ssl.ca.location", path)
            } else {
                findings.note(
                    "the registry's truststore isn't kept: write its certificates as PEM (keytool -exportcert -rfc) and name "
                        + "them by schema_registry.ssl.ca.location")
            }
        }
    }

    // MARK: Properties

    /// A secret that the script writes out becomes a reference, since the catalog keeps none.
    mutating func reference(_ text: String, _ name: String, _ findings: inout FlinkFindings) -> String {
        guard !text.contains("${") else { return text }
        let place = "\(definition.name.lowercased())_\(name)"
        findings.note("the script writes a secret out; here it is ${secret:\(place)}, for your SecretProvider")
        return "${secret:\(place)}"
    }

    private mutating func properties(_ findings: inout FlinkFindings) {
        let side: LibrdkafkaProperties.Side = isSink ? .producer : .consumer
        for (key, value) in definition.options where key.hasPrefix("properties.") && !used.contains(key) {
            used.insert(key)
            let java = String(key.dropFirst("properties.".count))
            let (name, text) = FlinkProperties.librdkafka(java, value, side: side) ?? (java, value)
            if ["commit.offsets.on.checkpoint", "partition.discovery.interval.ms", "client.id.prefix"].contains(name) {
                findings.note("'\(key)' isn't kept: it is Flink's own")
                continue
            }
            do throws(ConfigurationError) {
                if OptionCatalog.byName[name] == nil { _ = try PropertyRules.resolve(name, text, side: side) }
                set(name, text)
            } catch {
                findings.note("'\(key)' isn't kept: \(error.message)")
            }
        }
    }
}
