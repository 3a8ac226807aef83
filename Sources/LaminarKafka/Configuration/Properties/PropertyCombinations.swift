/// What librdkafka would only say when a client is created, said at CREATE: properties that are right by themselves and
/// wrong together.
enum PropertyCombinations {
    static func checkConsumer(
        _ properties: [String: String], parallelism: Int
    ) throws(ConfigurationError) {
        let values = EffectiveProperties(properties, side: .consumer)
        try require(
            values["session.timeout.ms"] <= values["max.poll.interval.ms"], "session.timeout.ms",
            "max.poll.interval.ms",
            values, "must not be larger than")
        try require(
            values["heartbeat.interval.ms"] < values["session.timeout.ms"], "heartbeat.interval.ms",
            "session.timeout.ms", values, "must be smaller than")
        try require(
            values["reconnect.backoff.ms"] <= values["reconnect.backoff.max.ms"], "reconnect.backoff.ms",
            "reconnect.backoff.max.ms", values, "must not be larger than")
        if values.isWritten("fetch.max.bytes") {
            try require(
                values["message.max.bytes"] <= values["fetch.max.bytes"], "message.max.bytes", "fetch.max.bytes",
                values,
                "must not be larger than")
        }
        if values.isWritten("receive.message.max.bytes") {
            try require(
                values["fetch.max.bytes"] + 512 <= values["receive.message.max.bytes"], "fetch.max.bytes",
                "receive.message.max.bytes", values, "must be at least 512 below")
        }
        if properties["group.instance.id"] != nil, parallelism > 1 {
            throw ConfigurationError(
                code: .conflict, option: "group.instance.id",
                message:
                    "'group.instance.id' and 'parallelism' = \(parallelism) contradict each other: members with the "
                    + "same instance id push each other out of the group.")
        }
        if properties["group.protocol"]?.lowercased() == "consumer" {
            for name in ["partition.assignment.strategy", "session.timeout.ms", "heartbeat.interval.ms"]
            where values.isWritten(name) {
                throw ConfigurationError(
                    code: .conflict, option: name,
                    message: "'\(name)' and 'group.protocol' = 'consumer' contradict each other: the broker decides it."
                )
            }
        }
    }

    static func checkProducer(
        _ properties: [String: String], isTransactional: Bool
    ) throws(ConfigurationError) {
        let values = EffectiveProperties(properties, side: .producer, isTransactional: isTransactional)
        try require(
            values["reconnect.backoff.ms"] <= values["reconnect.backoff.max.ms"], "reconnect.backoff.ms",
            "reconnect.backoff.max.ms", values, "must not be larger than")
        let inFlight = "max.in.flight.requests.per.connection"
        if values.isWritten(inFlight), values[inFlight] > 5 {
            throw ConfigurationError(
                code: .outOfRange, option: values.written(inFlight),
                message:
                    "'\(values.written(inFlight))' is \(values.shown(inFlight)); an idempotent sink keeps its order "
                    + "with at most 5.")
        }
        let retries = "message.send.max.retries"
        if values.isWritten(retries), values[retries] < 1 {
            throw ConfigurationError(
                code: .outOfRange, option: values.written(retries),
                message: "'\(values.written(retries))' is 0; an idempotent sink needs at least 1. "
                    + "'message.timeout.ms' limits how long a record may be under way.")
        }
        if values["message.timeout.ms"] > 0 {
            try require(
                values["queue.buffering.max.ms"] < values["message.timeout.ms"], "queue.buffering.max.ms",
                "message.timeout.ms", values, "must be smaller than")
        }
        guard isTransactional else { return }
        if values.isWritten("message.timeout.ms") {
            try require(
                values["message.timeout.ms"] <= values["transaction.timeout.ms"], "message.timeout.ms",
                "transaction.timeout.ms", values, "must not be larger than")
        }
        if values.isWritten("socket.timeout.ms") {
            try require(
                values["socket.timeout.ms"] <= values["transaction.timeout.ms"], "socket.timeout.ms",
                "transaction.timeout.ms", values, "must not be larger than")
        }
    }

    /// `ssl.` properties without TLS say that somebody believes the connection is encrypted.
    static func checkTLS(_ properties: [String: String], security: KafkaSecurity) throws(ConfigurationError) {
        guard security.tls == nil, let name = properties.keys.sorted().first(where: { $0.hasPrefix("ssl.") })
        else { return }
        throw SecurityOptions.unencrypted(name, protocolName: security.securityProtocol)
    }

    private static func require(
        _ condition: Bool, _ left: String, _ right: String, _ values: EffectiveProperties, _ rule: String
    ) throws(ConfigurationError) {
        // A value that refers to a secret isn't known yet.
        guard !condition, !values[left].isNaN, !values[right].isNaN else { return }
        let offender = values.isWritten(left) ? left : right
        throw ConfigurationError(
            code: .conflict, option: values.written(offender),
            message: "'\(values.written(left))' (\(values.shown(left))) \(rule) '\(values.written(right))' "
                + "(\(values.shown(right))).")
    }
}
