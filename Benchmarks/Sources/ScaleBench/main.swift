import Foundation
import LaminarKafka

// Laminar's side of Benchmarks/scale: one case a process, lines of JSON on standard output.
//
//   ScaleBench source raw|columns|waiting|partitions SERVERS TOPIC[,TOPIC…] GROUP [STORE] [NAME=VALUE …]
//       a member of a group that is told what to do on standard input: `go`, `tell`, `stop`
//   ScaleBench backlog raw|sqlite SERVERS TOPIC PARTITIONS FIRST COUNT    reads what is left behind offset FIRST
//   ScaleBench checkpoints PARTITIONS               a store with that many: claims, and commits of 1 to 1,000
//   ScaleBench positions STORE GROUP TOPIC[,TOPIC…] PARTITIONS        notes position 1 for each, for `source … STORE`
//   ScaleBench pipelines SERVERS TOPIC RECORDS PIPELINES FOLDER

let arguments = Array(CommandLine.arguments.dropFirst())

func usage() -> Never {
    print("usage: ScaleBench source|backlog|checkpoints|positions|pipelines … (see main.swift)")
    exit(2)
}

func number(_ place: Int) -> Int {
    guard arguments.count > place, let number = Int(arguments[place]), number >= 0 else { usage() }
    return number
}

switch (arguments.first, arguments.count) {
case ("source", 5...):
    guard let kind = SourceCase.Kind(rawValue: arguments[1]) else { usage() }
    var configuration = KafkaSourceConfiguration(
        bootstrapServers: arguments[2],
        subscription: .topics(arguments[3].split(separator: ",").map(String.init)), groupID: arguments[4])
    configuration.properties["session.timeout.ms"] = "45000"
    var store: String?
    for word in arguments[5...] {
        let parts = word.split(separator: "=", maxSplits: 1).map(String.init)
        if parts.count == 2 { configuration.properties[parts[0]] = parts[1] } else { store = word }
    }
    let chosen = SourceCase(kind, configuration)
    if let store { try await chosen.run(store: store) } else { try await chosen.run() }
case ("backlog", 7):
    try await BacklogCase(
        servers: arguments[2], topic: arguments[3], partitions: number(4), first: Int64(number(5)), count: number(6)
    ).run(isStored: arguments[1] == "sqlite")
case ("checkpoints", 2): try await CheckpointsCase(partitions: number(1)).run()
case ("positions", 5):
    try await CheckpointsCase.notePositions(
        store: arguments[1], group: arguments[2], topics: arguments[3].split(separator: ",").map(String.init),
        partitions: number(4))
case ("pipelines", 6):
    try await PipelinesCase(
        servers: arguments[1], topic: arguments[2], records: number(3), pipelines: number(4), folder: arguments[5]
    ).run()
default: usage()
}
