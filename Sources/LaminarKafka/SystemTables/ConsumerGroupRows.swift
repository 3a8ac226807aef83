internal import LaminarFormats

/// `system.kafka_consumer_groups`: every group of every cluster that a connection leads to.
struct ConsumerGroupRows: RowProvider {
    let laminar: Laminar

    var schema: RowSchema { SystemSchemas.consumerGroups }

    private struct Seen: Sendable {
        var reports: [GroupReport]
        var problems: [String]
    }

    func rows() async throws -> ProvidedRows {
        let connections = try laminar.connectionOverviews()
        let survey = ClusterSurvey(of: connections, secrets: laminar.secrets, log: laminar.log)
        let (views, notices) = await survey.ask { admin, _ in
            let listed = try await admin.describeGroups()
            let (reports, problems) = try await GroupReport.reports(of: listed.groups, admin)
            return Seen(reports: reports, problems: listed.problems.map(\.message) + problems)
        }
        var chosen: [Key: Choice] = [:]
        for view in views {
            for report in view.answer.reports {
                let key = Key(cluster: view.cluster, group: report.group.id)
                let owner = view.connections.first { $0.groups.contains(report.group.id) }
                let choice = Choice(report: report, connection: owner ?? view.connections[0], isOwner: owner != nil)
                // Of several users the group's own sees it best.
                if let known = chosen[key], known.isOwner || !choice.isOwner { continue }
                chosen[key] = choice
            }
        }
        let rows = chosen.values.sorted { left, right in
            (left.connection.name, left.report.group.id) < (right.connection.name, right.report.group.id)
        }
        .flatMap { choice in
            choice.report.lines.map { Self.row(choice.report.group, choice.connection.name, $0) }
        }
        return ProvidedRows(rows, notices: notices + views.flatMap(\.answer.problems))
    }

    private struct Key: Hashable {
        let cluster: String
        let group: String
    }

    private struct Choice {
        let report: GroupReport
        let connection: ConnectionOverview
        let isOwner: Bool
    }

    private static func row(_ group: ConsumerGroup, _ connection: String, _ line: GroupReport.Line) -> [Value] {
        [
            .text(group.id), .text(connection), .text(group.state.description), .init(group.assignor),
            .init(group.coordinator?.address), .init(line.member?.id), .init(line.member?.clientID),
            .init(line.member?.host), .init(line.partition?.topic), .init(line.partition?.partition),
            .init(line.committed), .init(line.end), .init(line.lag),
        ]
    }
}

extension KafkaBroker {
    /// `host:port`, with brackets around an IPv6 address.
    package var address: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}
