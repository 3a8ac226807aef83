/// Properties of Java's clients: some have another name here, the others have something to use in their place.
struct JavaProperty: Sendable {
    enum Outcome: Sendable {
        /// librdkafka's name, and its value made of Java's.
        case renamed(String, value: @Sendable (String) -> String = { $0 })
        /// What to do instead.
        case refused(String)
    }

    let names: [String]
    let outcome: Outcome

    static let byName: [String: JavaProperty] = {
        var index: [String: JavaProperty] = [:]
        for property in all {
            for name in property.names { index[name] = property }
        }
        return index
    }()

    /// The rule for a name; nil where Java has no such property, or librdkafka has it under the same name.
    static func rule(for name: String, side: LibrdkafkaProperties.Side) -> JavaProperty? {
        if name == "request.timeout.ms", side == .consumer { return requestTimeout }
        return byName[name] ?? (name.hasPrefix("sasl.login.") ? login : nil)
    }

    private static let requestTimeout = JavaProperty(
        names: ["request.timeout.ms"], outcome: .renamed("socket.timeout.ms"))

    private static let login = JavaProperty(
        names: ["sasl.login.*"],
        outcome: .refused("tokens are renewed at 80 % of their life; use 'auth.type' and its options"))

    static let all: [JavaProperty] = renamed + refused

    static let renamed: [JavaProperty] = [
        JavaProperty(names: ["fetch.max.wait.ms"], outcome: .renamed("fetch.wait.max.ms")),
        JavaProperty(
            names: ["receive.buffer.bytes"],
            outcome: .renamed("socket.receive.buffer.bytes", value: systemDefaultAsZero)),
        JavaProperty(
            names: ["send.buffer.bytes"], outcome: .renamed("socket.send.buffer.bytes", value: systemDefaultAsZero)),
        JavaProperty(names: ["max.request.size"], outcome: .renamed("message.max.bytes")),
        JavaProperty(
            names: ["buffer.memory"], outcome: .renamed("queue.buffering.max.kbytes", value: kilobytes)),
        JavaProperty(
            names: ["compression.gzip.level", "compression.lz4.level", "compression.zstd.level"],
            outcome: .renamed("compression.level")),
    ]

    static let refused: [JavaProperty] = [
        JavaProperty(
            names: ["key.deserializer", "value.deserializer", "key.serializer", "value.serializer"],
            outcome: .refused("'format' says how a record is read and written")),
        JavaProperty(
            names: ["sasl.jaas.config"],
            outcome: .refused("use 'auth.type' = 'sasl' with 'auth.mechanism', 'auth.username' and 'auth.password'")),
        JavaProperty(
            names: ["sasl.client.callback.handler.class", "sasl.login.class"],
            outcome: .refused("use 'auth.type' = 'sasl' or 'aws_msk_iam'")),
        JavaProperty(
            names: ["ssl.truststore.location", "ssl.truststore.password", "ssl.truststore.type"],
            outcome: .refused(
                "use 'ssl.ca.location' with a PEM file; keytool -exportcert -rfc writes one from a truststore")),
        JavaProperty(names: ["ssl.truststore.certificates"], outcome: .refused("use 'ssl.ca.pem'")),
        JavaProperty(names: ["ssl.keystore.certificate.chain"], outcome: .refused("use 'ssl.certificate.pem'")),
        JavaProperty(names: ["ssl.keystore.key"], outcome: .refused("use 'ssl.key.pem'")),
        JavaProperty(
            names: ["ssl.keystore.type"],
            outcome: .refused(
                "'ssl.keystore.location' takes PKCS#12; PEM files go into 'ssl.certificate.location' and "
                    + "'ssl.key.location'")),
        JavaProperty(
            names: [
                "ssl.enabled.protocols", "ssl.protocol", "ssl.provider", "ssl.keymanager.algorithm",
                "ssl.trustmanager.algorithm", "ssl.secure.random.implementation", "ssl.engine.factory.class",
                "security.providers",
            ], outcome: .refused("OpenSSL does TLS here; 'ssl.cipher.suites' narrows what is spoken")),
        JavaProperty(
            names: ["exclude.internal.topics"],
            outcome: .refused("'topic_pattern' never matches a topic that begins with __")),
        JavaProperty(
            names: ["default.api.timeout.ms"], outcome: .refused("use 'socket.timeout.ms', the limit of one request")),
        JavaProperty(
            names: ["max.block.ms"],
            outcome: .refused("writing never blocks; 'message.timeout.ms' limits how long a record may be under way")),
        JavaProperty(names: ["partitioner.class"], outcome: .refused("use 'sink.partitioner'")),
        JavaProperty(
            names: [
                "partitioner.ignore.keys", "partitioner.adaptive.partitioning.enable",
                "partitioner.availability.timeout.ms",
            ],
            outcome: .refused("use 'sink.partitioner'; 'sticky.partitioning.linger.ms' spreads records without a key")),
        JavaProperty(
            names: ["interceptor.classes"],
            outcome: .refused("interceptors are Java classes; do it in the host, or with a decoder of your own")),
        JavaProperty(
            names: ["config.providers"], outcome: .refused("write ${secret:name} in a value, and give a SecretProvider")
        ),
        JavaProperty(
            names: [
                "metric.reporters", "metrics.num.samples", "metrics.recording.level", "metrics.sample.window.ms",
                "auto.include.jmx.reporter",
            ], outcome: .refused("metrics come from Laminar's own registry")),
        JavaProperty(
            names: ["socket.connection.setup.timeout.max.ms"],
            outcome: .refused("use 'socket.connection.setup.timeout.ms'")),
        JavaProperty(
            names: ["reconnect.backoff.jitter"], outcome: .refused("use 'reconnect.backoff.ms'")),
        JavaProperty(
            names: ["metadata.max.idle.ms", "metadata.recovery.strategy", "metadata.recovery.rebootstrap.trigger.ms"],
            outcome: .refused("use 'topic.metadata.refresh.interval.ms' and 'metadata.max.age.ms'")),
        JavaProperty(
            names: ["internal.leave.group.on.close"],
            outcome: .refused("a source leaves its group when it is closed; 'group.instance.id' keeps the place")),
        JavaProperty(
            names: ["transaction.two.phase.commit.enable"],
            outcome: .refused("use 'sink.commit_mode' = 'exactly_once'")),
    ]

    /// Properties of newer libraries and of Java, which the loaded one may know or not: the value that says what happens
    /// anyway, and what to do about others.
    static let newer: [String: (harmless: Set<String>, advice: String)] = [
        "group.protocol": (
            ["classic"], "the next generation of groups needs librdkafka 2.4 or newer; leave it out"
        ),
        "group.remote.assignor": (
            [], "it goes with 'group.protocol' = 'consumer', which needs librdkafka 2.4 or newer"
        ),
        "client.dns.lookup": (
            ["use_all_dns_ips"], "every address of a name is tried in turn; leave it out"
        ),
        "enable.metrics.push": (["false", "true"], "it needs librdkafka 2.5 or newer; leave it out"),
        "retry.backoff.max.ms": ([], "it needs librdkafka 2.3 or newer; leave it out"),
    ]

    private static let systemDefaultAsZero: @Sendable (String) -> String = { $0 == "-1" ? "0" : $0 }

    private static let kilobytes: @Sendable (String) -> String = { text in
        Int64(text).map { String(max(1, $0 / 1024)) } ?? text
    }

    /// Assignors by their Java classes.
    static let assignors: [String: String] = [
        "org.apache.kafka.clients.consumer.CooperativeStickyAssignor": "cooperative-sticky",
        "org.apache.kafka.clients.consumer.RangeAssignor": "range",
        "org.apache.kafka.clients.consumer.RoundRobinAssignor": "roundrobin",
    ]
}
