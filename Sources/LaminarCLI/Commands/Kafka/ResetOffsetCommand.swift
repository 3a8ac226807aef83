internal import LaminarFormats
internal import LaminarKafka

extension KafkaCommand {
    private static let targets = ["--to-earliest", "--to-latest", "--to-timestamp", "--to-offset", "--shift-by"]

    /// What the flags say: exactly one of them.
    func resetTarget() throws(UsageError) -> OffsetTarget {
        let given = Self.targets.filter(invocation.has)
        guard given.count == 1 else {
            let found = given.isEmpty ? "" : ", not \(given.joined(separator: " and "))"
            throw UsageError(
                "reset-offset takes exactly one of \(Self.targets.joined(separator: ", "))\(found).",
                command: invocation.command)
        }
        do {
            switch given[0] {
            case "--to-earliest": return .earliest
            case "--to-latest": return .latest
            case "--to-timestamp": return try OffsetTarget(timestamp: invocation.value(given[0]) ?? "")
            case "--to-offset": return try OffsetTarget(offsets: invocation.value(given[0]) ?? "")
            default: return try OffsetTarget(shift: invocation.value(given[0]) ?? "")
            }
        } catch {
            throw UsageError("\(given[0]): \(error.message)", command: invocation.command)
        }
    }

    func resetOffset(_ laminar: Laminar, to target: OffsetTarget) async throws {
        let group = invocation.value("--group") ?? ""
        let dryRun = invocation.has("--dry-run")
        let reset = try await laminar.resetOffsets(
            of: group, on: connection, topics: invocation.value("--topic").map { [$0] }, to: target,
            resettingState: invocation.has("--reset-state"), dryRun: dryRun)
        notice(reset.notices)
        try show(
            [
                ("kept_in", .text), ("topic", .text), ("partition", .int), ("old_offset", .bigint),
                ("new_offset", .bigint), ("note", .text),
            ],
            reset.lines.map { line in
                [
                    .text(line.place.description), .text(line.partition.topic), .int(line.partition.partition),
                    .init(line.old), .init(line.new ?? line.old), .init(line.note),
                ]
            })
        let moved = reset.lines.count { $0.new != nil && $0.place == .group }
        let things = moved == 1 ? "1 partition" : "\(moved) partitions"
        if !reset.pipelines.isEmpty {
            let names = reset.pipelines.joined(separator: ", ")
            tool.say("Groups of GROUP BY that \(dryRun ? "would be" : "were") thrown away: those of pipeline \(names).")
        }
        tool.say(
            reset.isDone
                ? "Group \(group): the offsets of \(things) are set."
                : "Group \(group): the offsets of \(things) would be set; nothing was changed.")
    }
}
