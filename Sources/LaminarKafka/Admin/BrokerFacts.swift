internal import CRdKafka

/// What brokers tell of themselves beyond their addresses: the rack, and whether one is the controller.
///
/// A client's metadata name a controller in every cluster, but where Kafka runs without ZooKeeper that is any broker,
/// which passes things on ("KIP-500"; `KafkaApis`, Kafka 3.9 and 4.1). So each broker is asked for the settings that
/// decide it, and where they leave it open the answer is: not known.
struct BrokerFacts: Sendable {
    private static let names = ["broker.rack", "process.roles", "controller.quorum.voters", "node.id"]

    private let values: [String: String]

    /// - Parameter values: the settings that are set.
    init(_ values: [String: String]) { self.values = values }

    /// nil where there is none.
    var rack: String? { values["broker.rack"] }

    /// Whether broker `id` is the active controller; nil where it doesn't say.
    ///
    /// - Parameter named: whom the metadata name.
    func isController(_ id: Int32, named: Int32?) -> Bool? {
        guard let roles = values["process.roles"] else { return named.map { $0 == id } }
        guard roles.split(separator: ",").contains(where: { $0.trimmed == "controller" }) else { return false }
        // `1@host:9093,2@…`: of several the one is elected, and clients aren't told which.
        let voters = (values["controller.quorum.voters"] ?? "").split(separator: ",").compactMap { voter in
            voter.split(separator: "@").first.flatMap { Int32($0.trimmed) }
        }
        return voters == [id] ? true : nil
    }

    /// Asks every broker; who doesn't answer, or not to this user, isn't in the result.
    static func ask(
        _ brokers: [KafkaBroker], _ client: AdminClient, _ call: AdminCall
    ) -> (facts: [Int32: BrokerFacts], problem: KafkaError?) {
        var facts: [Int32: BrokerFacts] = [:]
        var problem: KafkaError?
        do throws(KafkaError) {
            try client.ask(
                "Reading the brokers' settings", requests: brokers.count, call,
                send: { number, options, queue in
                    var resource: OpaquePointer? = rd_kafka_ConfigResource_new(
                        RD_KAFKA_RESOURCE_BROKER, "\(brokers[number].id)")
                    defer { rd_kafka_ConfigResource_destroy(resource) }
                    // The names alone are sent; librdkafka wants a value beside each.
                    for name in names { rd_kafka_ConfigResource_set_config(resource, name, "") }
                    rd_kafka_DescribeConfigs(client.client, &resource, 1, options, queue)
                },
                receive: { number, event in
                    switch read(event) {
                    case .success(let values): facts[brokers[number].id] = BrokerFacts(values)
                    case .failure(let error): problem = problem ?? error
                    }
                    // What is beside the point isn't waited for.
                    return nil
                })
        } catch { problem = problem ?? error }
        return (facts, problem)
    }

    private static func read(_ event: OpaquePointer) -> Result<[String: String], KafkaError> {
        let what = "Reading a broker's settings"
        if let error = AdminClient.error(of: event, what) { return .failure(error) }
        var count = 0
        guard let result = rd_kafka_event_DescribeConfigs_result(event),
            let resource = AdminClient.elements(
                rd_kafka_DescribeConfigs_result_resources(result, &count), count
            ).first
        else { return .success([:]) }
        let response = rd_kafka_ConfigResource_error(resource)
        guard response == RD_KAFKA_RESP_ERR_NO_ERROR else {
            guard response == RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED else {
                return .failure(KafkaError(response, what))
            }
            return .failure(
                KafkaError(
                    code: .authorization,
                    message:
                        "Rack and controller of the brokers aren't shown to this user: allow DescribeConfigs on the "
                        + "cluster.", clientCode: response.rawValue))
        }
        var values: [String: String] = [:]
        let entries = rd_kafka_ConfigResource_configs(resource, &count)
        for entry in AdminClient.elements(entries, count) {
            guard let name = AdminClient.text(rd_kafka_ConfigEntry_name(entry)), names.contains(name),
                let value = AdminClient.text(rd_kafka_ConfigEntry_value(entry))
            else { continue }
            values[name] = value
        }
        return .success(values)
    }
}
