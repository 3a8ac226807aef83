internal import LaminarFormats
internal import LaminarKafka

// Groups as they are.
extension KafkaCommand {
    func listGroups(_ laminar: Laminar) async throws {
        let found = try await laminar.admin(connection).describeGroups()
        notice(found.problems.map(\.message))
        let rows = found.groups.map { group in
            [
                .text(group.id), .text(group.state.description), .init(group.assignor),
                .init(counting: group.members?.count), .init(group.coordinator?.address),
            ] as [Value]
        }
        try show(
            [("group_id", .text), ("state", .text), ("protocol", .text), ("members", .int), ("coordinator", .text)],
            rows)
        if rows.isEmpty { tool.say("This user sees no consumer group there.") }
    }

    func describeGroup(_ laminar: Laminar) async throws {
        let report = try await report(of: invocation.value("--group") ?? "", laminar)
        let group = report.group
        let assignor = group.assignor.map { ", \($0)" } ?? ""
        let coordinator = group.coordinator.map { ", kept by \($0.address)" } ?? ""
        tool.say("Group \(group.id) is \(group.state)\(assignor)\(coordinator).")
        try show(
            [
                ("topic", .text), ("partition", .int), ("committed_offset", .bigint), ("high_watermark", .bigint),
                ("lag", .bigint), ("member_id", .text), ("client_id", .text), ("host", .text),
            ],
            report.lines.filter { $0.member != nil || $0.partition != nil }.map { line in
                [
                    .init(line.partition?.topic), .init(line.partition?.partition), .init(line.committed),
                    .init(line.end), .init(line.lag), .init(line.member?.id), .init(line.member?.clientID),
                    .init(line.member?.host),
                ]
            })
    }

    func lag(_ laminar: Laminar) async throws {
        let group = try invocation.value("--group") ?? laminar.groupID(of: connection)
        let report = try await report(of: group, laminar)
        let topic = invocation.value("--topic")
        let lines = report.lines.filter { line in
            line.partition.map { topic == nil || $0.topic == topic } ?? false
        }
        if let topic, lines.isEmpty { tool.say("Group \(group) has nothing of topic \(topic).") }
        try show(
            [
                ("topic", .text), ("partition", .int), ("committed_offset", .bigint), ("high_watermark", .bigint),
                ("lag", .bigint),
            ],
            lines.map { line in
                [
                    .init(line.partition?.topic), .init(line.partition?.partition), .init(line.committed),
                    .init(line.end), .init(line.lag),
                ]
            })
        let known = lines.compactMap(\.lag)
        let rest = lines.count - known.count
        let unknown = rest == 0 ? "" : rest == 1 ? "; of 1 partition it isn't known" : "; of \(rest) it isn't known"
        let sum = known.reduce(Int64(0)) { $0.addingReportingOverflow($1).partialValue }
        tool.say("Group \(group) is \(sum) behind\(unknown).")
    }

    private func report(of group: String, _ laminar: Laminar) async throws -> GroupReport {
        let admin = try laminar.admin(connection)
        let described = try await admin.describeGroup(group)
        let (reports, problems) = try await GroupReport.reports(of: [described], admin)
        notice(problems)
        guard let report = reports.first,
            described.state != .dead || report.lines.contains(where: { $0.partition != nil })
        else { throw InputError(description: "There is no group \(group) there: see laminar kafka list-groups.") }
        return report
    }
}
