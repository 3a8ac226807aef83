import Foundation
import LaminarKafka

// Laminar's side of the benchmarks: one case a run, one JSON object on standard output.
//
//   ConsumeBench raw|columns|codable|foundation SERVERS TOPIC COUNT [PARALLELISM]
//   ConsumeBench latency SERVERS TOPIC COUNT        how old the records of `consume ping` are when they are in hand
//   ConsumeBench backlog SERVERS TOPIC SECONDS      one batch a second from a long topic; the peak of memory

setvbuf(stdout, nil, _IOLBF, 0)
let arguments = Array(CommandLine.arguments.dropFirst())
guard arguments.count >= 4, let count = Int(arguments[3]) else {
    print("usage: ConsumeBench raw|columns|codable|foundation|latency|backlog SERVERS TOPIC COUNT [PARALLELISM]")
    exit(2)
}

var configuration = KafkaSourceConfiguration(
    bootstrapServers: arguments[1], subscription: .topics([arguments[2]]))
if arguments.count > 4, let parallelism = Int(arguments[4]) { configuration.parallelism = parallelism }

/// Eight columns of the order event.
let schema = try RowSchema([
    ColumnSchema("id", .bigint), ColumnSchema("user_id", .bigint), ColumnSchema("name", .text),
    ColumnSchema("amount", .double), ColumnSchema("currency", .text), ColumnSchema("ts", .timestamp),
    ColumnSchema("active", .boolean), ColumnSchema("address", .structure([StructField("city", .text)])),
])

var measurement = Measurement()

/// Reads payload by payload without decoding.
func raw() async throws {
    let source = try KafkaSource(configuration, decoding: .payload)
    var bytes = 0
    for try await batch in source.batches {
        bytes += batch.byteCount
        measurement.add(batch.recordCount)
        if measurement.records >= count { break }
    }
    measurement.report()
    await source.close()
}

/// Reads into typed columns.
func columns() async throws {
    let source = try KafkaSource(configuration, decoding: .rows(of: JSONFormat(), schema: schema))
    for try await batch in source.batches {
        measurement.add(batch.columns?.count ?? 0)
        if measurement.records >= count { break }
    }
    measurement.report()
    await source.close()
}

/// Visits Codable values one by one.
func codable() async throws {
    let source = try KafkaSource(configuration, decoding: .json(Order.self))
    var sum: Int64 = 0
    var values = 0
    for try await order in source {
        if values == 0 { measurement.add(0) }
        sum &+= order.id
        values += 1
        if values >= count { break }
    }
    measurement.add(values)
    measurement.report()
    await source.close()
}

/// The same consumer, with Foundation's decoder.
func foundation() async throws {
    let source = try KafkaSource(configuration, decoding: .payload)
    let decoder = JSONDecoder()
    var sum: Int64 = 0
    for try await batch in source.batches {
        measurement.add(batch.recordCount)
        for payload in batch {
            try payload.withBytes { bytes in
                guard let start = bytes.baseAddress else { return }
                let data = Data(
                    bytesNoCopy: UnsafeMutableRawPointer(mutating: start), count: bytes.count, deallocator: .none)
                sum &+= try decoder.decode(Order.self, from: data).id
            }
        }
        if measurement.records >= count { break }
    }
    measurement.report()
    await source.close()
}

/// From the producer's clock to a value in the host's hands, on a topic that is otherwise idle.
func latency() async throws {
    configuration.start = .latest
    let source = try KafkaSource(configuration, decoding: .payload)
    let events = source.events
    Task {
        for await event in events { if case .assigned = event { print("assigned") } }
    }
    var ages: [Double] = []
    for try await payload in source {
        payload.withBytes { bytes in
            guard bytes.count == 8 else { return }
            let sent = bytes.loadUnaligned(as: Int64.self)
            ages.append(Double(Measurement.monotonicNanoseconds() - sent) * 1e-6)
        }
        if ages.count >= count { break }
    }
    ages.sort()
    print(
        #"{"records": \#(ages.count), "p50_ms": \#(ages[ages.count / 2]), "p99_ms": \#(ages[ages.count * 99 / 100])}"#)
    await source.close()
}

/// A host that takes one batch a second while the topic holds millions.
func backlog() async throws {
    let source = try KafkaSource(configuration, decoding: .payload)
    var batches = 0
    for try await batch in source.batches {
        measurement.add(batch.recordCount)
        batches += 1
        if batches >= count { break }
        try await Task.sleep(for: .seconds(1))
    }
    measurement.report()
    await source.close()
}

switch arguments[0] {
case "raw": try await raw()
case "columns": try await columns()
case "codable": try await codable()
case "foundation": try await foundation()
case "latency": try await latency()
case "backlog": try await backlog()
default:
    print("unknown case \(arguments[0])")
    exit(2)
}
