/// Properties of librdkafka under the names that Java's client has for them, both ways.
///
///     FlinkProperties.java("fetch.wait.max.ms", "500", side: .consumer)       // .same("fetch.max.wait.ms", "500")
///
/// A name that isn't here is passed on under no name: it is refused, and the person decides.
enum FlinkProperties {
    /// What becomes of a property.
    enum Outcome: Sendable, Equatable {
        /// Java's name and value.
        case same(String, String)
        /// It steers something inside of librdkafka that Java's client has no counterpart of; the script goes without it.
        case inner(String)
        /// It changes what happens, and Java's client can't do it.
        case refused(String)
    }

    struct Entry: Sendable {
        /// librdkafka's name.
        let name: String
        /// Java's.
        let java: String
        /// Java's unit in librdkafka's: 1024 for kilobytes that are bytes there.
        let factor: Int64
        let sides: Set<LibrdkafkaProperties.Side>
    }

    /// The same property under another name, or in another unit.
    static let renamed: [Entry] = [
        entry("fetch.wait.max.ms", "fetch.max.wait.ms", .consumer),
        entry("fetch.message.max.bytes", "max.partition.fetch.bytes", .consumer),
        entry("socket.timeout.ms", "request.timeout.ms", .consumer),
        entry("request.timeout.ms", "request.timeout.ms", .producer),
        entry("message.timeout.ms", "delivery.timeout.ms", .producer),
        entry("message.max.bytes", "max.request.size", .producer),
        entry("message.send.max.retries", "retries", .producer),
        entry("queue.buffering.max.ms", "linger.ms", .producer),
        entry("queue.buffering.max.kbytes", "buffer.memory", .producer, factor: 1024),
        entry("compression.codec", "compression.type", .producer),
        entry("socket.receive.buffer.bytes", "receive.buffer.bytes", .consumer, .producer),
        entry("socket.send.buffer.bytes", "send.buffer.bytes", .consumer, .producer),
        entry("topic.metadata.refresh.interval.ms", "metadata.max.age.ms", .consumer, .producer),
    ]

    /// Properties that both have under one name.
    static let shared: [Entry] = [
        entries(
            [
                "fetch.min.bytes", "fetch.max.bytes", "max.partition.fetch.bytes", "session.timeout.ms",
                "heartbeat.interval.ms", "max.poll.interval.ms", "check.crcs", "allow.auto.create.topics",
                "client.rack",
            ], .consumer),
        entries(
            [
                "linger.ms", "batch.size", "compression.type", "delivery.timeout.ms", "retries",
                "max.in.flight.requests.per.connection", "transaction.timeout.ms",
            ], .producer),
        entries(
            [
                "client.id", "connections.max.idle.ms", "metadata.max.age.ms", "reconnect.backoff.ms",
                "reconnect.backoff.max.ms", "retry.backoff.ms", "retry.backoff.max.ms", "client.dns.lookup",
                "socket.connection.setup.timeout.ms", "ssl.cipher.suites",
            ], .consumer, .producer),
    ].flatMap { $0 }

    /// What only librdkafka has to tune, with why a script can do without.
    static let inner: [String: String] = {
        let queues = "Java's client bounds its buffers by fetch.max.bytes and max.poll.records alone"
        let sockets = "Java's client decides that by itself"
        var table = [
            "queued.min.messages": queues, "queued.max.messages.kbytes": queues, "fetch.queue.backoff.ms": queues,
            "fetch.error.backoff.ms": "Java's client has retry.backoff.ms",
            "queue.buffering.max.messages": "Java's client bounds its buffer by buffer.memory alone",
            "batch.num.messages": "Java's client bounds a batch by batch.size alone",
            "sticky.partitioning.linger.ms": "Java's client changes the partition with each full batch",
            "statistics.interval.ms": "Flink has metrics of its own",
            "partition.assignment.strategy": "Flink's source assigns partitions itself, without the group",
            "group.instance.id": "Flink's source is no member of the group",
            "group.protocol": "Flink's source is no member of the group",
            "group.remote.assignor": "Flink's source is no member of the group",
        ]
        for name in [
            "socket.keepalive.enable", "socket.nagle.disable", "socket.max.fails", "socket.blocking.max.ms",
            "broker.address.ttl", "broker.address.family", "enable.random.seed",
            "topic.metadata.refresh.fast.interval.ms",
            "topic.metadata.refresh.sparse", "topic.metadata.propagation.max.ms", "max.in.flight",
            "receive.message.max.bytes",
            "message.copy.max.bytes", "api.version.request", "api.version.request.timeout.ms",
            "api.version.fallback.ms",
            "broker.version.fallback", "coordinator.query.interval.ms", "connections.max.reauth.ms",
            "enable.metrics.push",
        ] { table[name] = sockets }
        for name in ["log_level", "log.thread.name", "log.connection.close", "debug"] {
            table[name] = "Flink logs by itself"
        }
        return table
    }()

    /// - Parameters:
    ///   - name: as the catalog keeps it; a name of Java's that was written there is understood too.
    ///   - codec: what records are compressed with, for `compression.level`.
    static func java(
        _ name: String, _ value: String, side: LibrdkafkaProperties.Side, codec: String? = nil
    ) -> Outcome {
        if name == "compression.level" {
            guard let codec, ["gzip", "lz4", "zstd"].contains(codec) else {
                return .inner("Java's client has a level for each codec; name one by compression.type")
            }
            return .same("compression.\(codec).level", value)
        }
        if ["compression.gzip.level", "compression.lz4.level", "compression.zstd.level", "max.poll.records"].contains(
            name)
        {
            return .same(name, value)
        }
        if let entry = (renamed + shared).first(where: { $0.name == name && $0.sides.contains(side) }) {
            guard entry.factor != 1 else { return .same(entry.java, value) }
            guard let number = Int64(value),
                case (let bytes, false) = number.multipliedReportingOverflow(by: entry.factor)
            else { return .refused("its value isn't a number that Java's \(entry.java) can have") }
            return .same(entry.java, String(bytes))
        }
        // A Java name that the catalog kept, and that librdkafka has under another.
        if let entry = renamed.first(where: { $0.java == name && $0.sides.contains(side) }) {
            return .same(entry.java, value)
        }
        if let reason = inner[name] { return .inner(reason) }
        return .refused("Java's client has no such property: take it out, or add its counterpart to the script by hand")
    }

    /// librdkafka's name and value for one of Java's; nil where there is none, or where the name is the same.
    static func librdkafka(
        _ java: String, _ value: String, side: LibrdkafkaProperties.Side
    ) -> (name: String, value: String)? {
        guard let entry = renamed.first(where: { $0.java == java && $0.sides.contains(side) }),
            !shared.contains(where: { $0.name == java && $0.sides.contains(side) })
        else { return nil }
        guard entry.factor != 1 else { return (entry.name, value) }
        return Int64(value).map { (entry.name, String(max(1, $0 / entry.factor))) }
    }

    private static func entry(
        _ name: String, _ java: String, _ sides: LibrdkafkaProperties.Side..., factor: Int64 = 1
    ) -> Entry { Entry(name: name, java: java, factor: factor, sides: Set(sides)) }

    private static func entries(_ names: [String], _ sides: LibrdkafkaProperties.Side...) -> [Entry] {
        names.map { Entry(name: $0, java: $0, factor: 1, sides: Set(sides)) }
    }
}
