import Foundation
import LaminarKafka
import ProcessUsage

// Laminar's side of `exactly-once kafka`: reads a topic, puts a mark before each payload, writes it to another topic.
//
//   TransformBench exactly_once|at_least_once SERVERS INPUT OUTPUT COUNT
//
// Prints one JSON object. The clock runs from the first batch to the commit of the last offset.

let arguments = Array(CommandLine.arguments.dropFirst())
guard arguments.count == 5, let count = Int64(arguments[4]),
    let mode = KafkaSinkConfiguration.CommitMode(rawValue: arguments[0])
else {
    print("usage: TransformBench exactly_once|at_least_once SERVERS INPUT OUTPUT COUNT")
    exit(2)
}

var source = KafkaSourceConfiguration(
    bootstrapServers: arguments[1], subscription: .topics([arguments[2]]), groupID: "bench-\(UUID().uuidString)")
if mode == .atLeastOnce { source.commits = .automatic(every: .milliseconds(100)) }
var sink = KafkaSinkConfiguration(bootstrapServers: arguments[1], topic: arguments[3])
sink.commitMode = mode
let marked = RecordEncoding<Payload>.custom(format: "raw") { payload, bytes in
    bytes.append(0x3E)
    payload.withBytes { bytes.append(contentsOf: $0) }
}
let transform = try KafkaTransform(source, decoding: .payload, into: sink, encoding: marked)

let events = transform.events
let committed = Task {
    var positions: [TopicPartition: Int64] = [:]
    for await event in events {
        guard case .committed(let some) = event else { continue }
        positions.merge(some) { $1 }
        if positions.values.reduce(0, +) >= count { return ContinuousClock.now }
    }
    return ContinuousClock.now
}

var started: ContinuousClock.Instant?
var cpu = 0.0
var seen: Int64 = 0
for try await batch in transform.batches {
    if started == nil {
        started = .now
        cpu = ProcessUsage.cpuSeconds()
    }
    try await transform.process(batch) { output in
        for payload in batch { try output.send(payload) }
    }
    seen += Int64(batch.recordCount)
    if seen >= count {
        transform.commit()
        break
    }
}
await transform.close()
let ended = await committed.value
let seconds = started.map { (ended - $0) / .seconds(1) } ?? 0
print(#"{"records": \#(seen), "seconds": \#(seconds), "cpu": \#(ProcessUsage.cpuSeconds() - cpu)}"#)
