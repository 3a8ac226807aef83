internal import LaminarFormats

/// `system.kafka_brokers`: the brokers behind each connection.
struct BrokerRows: RowProvider {
    let laminar: Laminar

    var schema: RowSchema { SystemSchemas.brokers }

    func rows() async throws -> ProvidedRows {
        let (views, notices) = try await laminar.surveyClusters().ask { admin, _ in
            try await admin.brokersWithProblem()
        }
        var rows: [(String, [[Value]])] = []
        for view in views {
            for connection in view.connections {
                rows.append(
                    (
                        connection.name,
                        view.answer.brokers.map { broker in
                            [
                                .text(connection.name), .int(broker.id), .text(broker.host), .int(broker.port),
                                .init(broker.rack), .init(broker.isController),
                            ]
                        }
                    ))
            }
        }
        let problems = views.compactMap(\.answer.problem?.message)
        return ProvidedRows(rows.sorted { $0.0 < $1.0 }.flatMap(\.1), notices: notices + Set(problems).sorted())
    }
}
