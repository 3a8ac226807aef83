/// Properties that librdkafka has and a user can't set, each with what to do instead.
struct DeniedProperty: Sendable {
    let names: [String]
    /// Values that say what Laminar does anyway, so that they do no harm.
    let allowedValues: [String]
    /// What to use instead, or why there is nothing to set.
    let advice: String

    init(_ names: String..., allowing allowedValues: [String] = [], advice: String) {
        self.names = names
        self.allowedValues = allowedValues
        self.advice = advice
    }

    /// By name, prefixes excluded.
    static let byName: [String: DeniedProperty] = {
        var index: [String: DeniedProperty] = [:]
        for property in all {
            for name in property.names { index[name] = property }
        }
        return index
    }()

    /// The rule for a name; nil where it is free.
    static func rule(for name: String) -> DeniedProperty? {
        if let property = byName[name] { return property }
        return families.first { family in family.names.contains { name.hasPrefix($0) } }
            ?? (name.hasSuffix("_cb") ? callbacks : nil)
    }

    static let all: [DeniedProperty] = [
        DeniedProperty("bootstrap.servers", "metadata.broker.list", advice: "use 'bootstrap_servers'"),
        DeniedProperty("group.id", advice: "use 'group_id'"),
        DeniedProperty(
            "enable.auto.offset.store", "auto.commit.enable",
            advice: "an offset counts only when its record was processed; use 'enable.auto.commit' and "
                + "'commit.interval.ms'"),
        DeniedProperty(
            "enable.partition.eof", advice: "a SELECT ends at the end of the topic and a source waits there, by itself"),
        DeniedProperty(
            "offset.store.method", "offset.store.path", "offset.store.sync.interval.ms",
            "consume.callback.max.messages",
            "group.protocol.type",
            advice:
                "it belongs to librdkafka's simple consumer, which isn't used; offsets are kept by the group or in a "
                + "checkpoint"),
        DeniedProperty("sasl.mechanism", "sasl.mechanisms", advice: "use 'auth.mechanism' with 'auth.type' = 'sasl'"),
        DeniedProperty("sasl.username", advice: "use 'auth.username'"),
        DeniedProperty("sasl.password", advice: "use 'auth.password'"),
        DeniedProperty(
            "enable.sasl.oauthbearer.unsecure.jwt",
            advice: "use 'auth.mechanism' = 'OAUTHBEARER' with 'auth.token_endpoint'"),
        DeniedProperty(
            "acks", "request.required.acks", allowing: ["all", "-1"],
            advice: "a sink's records are acknowledged by all in-sync replicas, so only 'all' is accepted"),
        DeniedProperty(
            "enable.idempotence", allowing: ["true"],
            advice: "a sink is always idempotent, so only 'true' is accepted"),
        DeniedProperty(
            "transactional.id",
            advice: "use 'sink.commit_mode' = 'exactly_once', and 'sink.transactional_id' for what the ids begin with"),
        DeniedProperty(
            "enable.gapless.guarantee", "queuing.strategy", "produce.offset.report", "delivery.report.only.error",
            "queue.buffering.backpressure.threshold",
            advice: "a sink needs every report and the order in which records were given"),
        DeniedProperty(
            "plugin.library.paths",
            advice: "plug-ins are code that is loaded into the process; link what you need into the host"),
        DeniedProperty(
            "opaque", "default_topic_conf", "interceptors", "enabled_events", "log.queue", "enable_sasl_queue",
            "ssl_key", "ssl_certificate", "ssl_ca", "ssl_engine_callback_data", "builtin.features",
            "internal.termination.signal",
            advice: "it is set by code and not by a text; Laminar sets what it needs"),
        DeniedProperty(
            "client.software.name", "client.software.version",
            advice: "brokers are told Laminar's name; use 'client.id' for your own"),
    ]

    /// Rules for every name that begins with one of these.
    static let families: [DeniedProperty] = [
        DeniedProperty(
            "sasl.oauthbearer.",
            advice: "use 'auth.mechanism' = 'OAUTHBEARER' with 'auth.token_endpoint', 'auth.client_id', "
                + "'auth.client_secret' and 'auth.scope'"),
        DeniedProperty(
            "sasl.kerberos.",
            advice: "Kerberos isn't supported; 'auth.mechanism' is PLAIN, SCRAM-SHA-256, SCRAM-SHA-512 or OAUTHBEARER"),
        DeniedProperty("test.mock.", advice: "use EmbeddedBroker of LaminarTesting"),
    ]

    private static let callbacks = DeniedProperty(
        "*_cb", advice: "a callback is set by code and not by a text; Laminar sets what it needs")
}
