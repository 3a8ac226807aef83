import Foundation
import LaminarKafka
import Synchronization

// Laminar's side of the query benchmarks: one query a run, one JSON object on standard output. Time counts from before the
// first contact to the last row.
//
//   QueryBench count SERVERS TOPIC                  rows by partition
//   QueryBench average SERVERS TOPIC                a filter on a decoded column, and an average by another one
//   QueryBench range SERVERS TOPIC FIRST LAST       rows of partition 1 between two offsets, and the bytes that were fetched

/// The bytes that the scans of a query have fetched, which their log tells at the end.
final class FetchedBytes: LogSink {
    let level = LogLevel.debug
    private let total = Mutex(0)
    private let ended = DispatchSemaphore(value: 0)

    func log(_ level: LogLevel, _ message: String, metadata: [String: String]) {
        guard metadata["table"] != nil, let bytes = metadata["bytes"].flatMap({ Int($0) }) else { return }
        total.withLock { $0 += bytes }
        ended.signal()
    }

    /// Waits for the one scan of the query.
    func wait() async -> Int {
        await withCheckedContinuation { continuation in
            DispatchQueue.global().async {
                self.ended.wait()
                continuation.resume()
            }
        }
        return total.withLock { $0 }
    }
}

let arguments = Array(CommandLine.arguments.dropFirst())
guard arguments.count >= 3 else {
    print("usage: QueryBench count|average|range SERVERS TOPIC [FIRST LAST]")
    exit(2)
}
let queries = [
    "count": "SELECT COUNT(*) AS records, _kafka_partition FROM orders GROUP BY _kafka_partition",
    "average": """
    SELECT COUNT(*) AS records, currency, AVG(amount) AS average FROM orders WHERE amount > 1000 GROUP BY currency
    """,
    "range": """
    SELECT COUNT(*) AS records, SUM(id) AS total FROM orders
    WHERE _kafka_partition = 1 AND _kafka_offset BETWEEN \(arguments.dropFirst(3).first ?? "0")
        AND \(arguments.dropFirst(4).first ?? "0")
    """,
]
guard let query = queries[arguments[0]] else {
    print("unknown case \(arguments[0])")
    exit(2)
}

let fetched = FetchedBytes()
let laminar = try await Laminar(database: .inMemory, log: fetched)
try await laminar.execute(
    """
    CREATE CONNECTION bench TO kafka (bootstrap_servers = '\(arguments[1])', topic = '\(arguments[2])', type = 'source',
        format = 'json');
    CREATE TABLE orders (id BIGINT, user_id BIGINT, name TEXT, amount DOUBLE, currency TEXT, ts TIMESTAMP, active BOOLEAN,
        _kafka_partition INT, _kafka_offset BIGINT) WITH (connector = 'bench', include_metadata = 'true')
    """)
let started = ContinuousClock.now
var records: Int64 = 0
var groups = 0
for try await row in try await laminar.query(query) {
    records += try row["records", as: Int64.self]
    groups += 1
}
let seconds = (ContinuousClock.now - started) / .seconds(1)
var usage = rusage()
#if canImport(Darwin)
    getrusage(RUSAGE_SELF, &usage)
#else
    getrusage(__rusage_who_t(0), &usage)
#endif
let cpu =
    Double(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec)
    + Double(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6
let bytes = await fetched.wait()
print(
    #"{"records": \#(records), "groups": \#(groups), "seconds": \#(seconds), "cpu": \#(cpu), "fetched": \#(bytes)}"#)
await laminar.shutdown()
