import Foundation
import LaminarKafka

// Laminar's side of the benchmarks: one case a run, one JSON object on standard output.
//
//   ConsumeBench raw|columns|codable|foundation SERVERS TOPIC COUNT [PARALLELISM]
//   ConsumeBench sqlite-plain|sqlite-checkpoint SERVERS TOPIC COUNT   rows into a file, without and with a checkpoint
//   ConsumeBench latency SERVERS TOPIC COUNT        how old the records of `consume ping` are when they are in hand
//   ConsumeBench backlog SERVERS TOPIC SECONDS      one batch a second from a long topic; the peak of memory

let arguments = Array(CommandLine.arguments.dropFirst())
guard arguments.count >= 4, let count = Int(arguments[3]) else {
    print(
        "usage: ConsumeBench raw|columns|codable|foundation|sqlite-…|latency|backlog SERVERS TOPIC COUNT [PARALLELISM]")
    exit(2)
}

var configuration = KafkaSourceConfiguration(
    bootstrapServers: arguments[1], subscription: .topics([arguments[2]]))
if arguments.count > 4, let parallelism = Int(arguments[4]) { configuration.parallelism = parallelism }
let chosen = ConsumeCase(configuration: configuration, count: count)
switch arguments[0] {
case "raw": try await chosen.raw()
case "columns": try await chosen.columns()
case "codable": try await chosen.codable()
case "foundation": try await chosen.foundation()
case "sqlite-plain": try await SQLiteCase(configuration: configuration, count: count).plain()
case "sqlite-checkpoint": try await SQLiteCase(configuration: configuration, count: count).checkpoint()
case "latency": try await chosen.latency()
case "backlog": try await chosen.backlog()
default:
    print("unknown case \(arguments[0])")
    exit(2)
}
