/// What SHOW CONNECTIONS and system.connections say about a connection.
struct ConnectionSummary: Sendable {
    var type: String?
    var topics: String?
    var format: String?
    var groupID: String?

    /// Of one that can't be understood.
    static let unknown = ConnectionSummary()

    private init() {}

    init(_ configuration: ConnectionConfiguration) {
        format = configuration.format?.name
        switch configuration {
        case .kafkaSource(let source):
            (type, topics, groupID) = ("source", source.subscription.summary, source.groupID)
        case .kafkaSink(let sink): (type, topics, groupID) = ("sink", sink.topic, nil)
        case .impulse: (type, topics, groupID) = ("source", nil, nil)
        }
    }
}
