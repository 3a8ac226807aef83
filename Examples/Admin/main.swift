import LaminarKafka

// Shows who reads from the cluster of a connection and how far each group is behind, and moves one of them back.
//
//     swift run AdminExample [CONNECTION [GROUP]]

let arguments = CommandLine.arguments.dropFirst()
let connection = arguments.first ?? "shop"

let laminar = try await Laminar(database: .file("laminar.db"))
let admin = try laminar.admin(connection)

for group in try await admin.describeGroups().groups {
    let offsets = try await admin.committedOffsets(of: group.id)
    let ends = try await admin.ends(of: offsets.keys)
    let lag = offsets.reduce(0) { $0 + max(0, (ends[$1.key]?.high ?? $1.value.offset) - $1.value.offset) }
    print(group.id, group.state, group.members?.count ?? 0, "members,", lag, "behind")
}

if let group = arguments.dropFirst().first {
    let reset = try await laminar.resetOffsets(of: group, on: connection, to: .earliest, dryRun: true)
    for line in reset.lines {
        print(line.place, line.partition, line.old.map { "\($0)" } ?? "none", "→", line.new ?? line.old ?? 0)
    }
}
await laminar.shutdown()
