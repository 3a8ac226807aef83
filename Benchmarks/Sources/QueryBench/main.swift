import Foundation
import LaminarKafka
import Synchronization

// Laminar's side of the query benchmarks: one query a run, one JSON object on standard output. Time counts from before the
// first contact to the last row.
//
//   QueryBench count SERVERS TOPIC                  rows by partition
//   QueryBench average SERVERS TOPIC                a filter on a decoded column, and an average by another one
//   QueryBench range SERVERS TOPIC FIRST LAST       rows of partition 1 between two offsets, and the bytes that were fetched
//   QueryBench group SERVERS TOPIC                  groups by currency, as a snapshot
//   QueryBench pipeline SERVERS TOPIC RECORDS       the same groups as a pipeline keeps them in a file, with a checkpoint every
//                                                   half a second; until that many records are in them

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
    print("usage: QueryBench count|average|range|group|pipeline SERVERS TOPIC [FIRST LAST | RECORDS]")
    exit(2)
}
let groups =
    "SELECT currency, COUNT(*) AS records, SUM(amount) AS total, MAX(ts) AS latest FROM orders GROUP BY currency"
let queries = [
    "group": groups, "pipeline": "SELECT * FROM kept",
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

let isPipeline = arguments[0] == "pipeline"
let file = FileManager.default.temporaryDirectory.appending(path: "query-bench-\(UUID().uuidString).db").path
let fetched = FetchedBytes()
let laminar = try await Laminar(database: isPipeline ? .file(file) : .inMemory, log: fetched)
try await laminar.execute(
    """
    CREATE CONNECTION bench TO kafka (bootstrap_servers = '\(arguments[1])', topic = '\(arguments[2])', type = 'source',
        format = 'json', group_id = 'bench-\(UUID().uuidString)', 'commit.interval.ms' = 500);
    CREATE TABLE orders (id BIGINT, user_id BIGINT, name TEXT, amount DOUBLE, currency TEXT, ts TIMESTAMP, active BOOLEAN,
        _kafka_partition INT, _kafka_offset BIGINT) WITH (connector = 'bench', include_metadata = 'true')
    """)
/// What the query counts, row by row.
@MainActor func counted() async throws -> (records: Int64, groups: Int) {
    var (records, groups) = (Int64(0), 0)
    for try await row in try await laminar.query(query) {
        records += try row["records", as: Int64.self]
        groups += 1
    }
    return (records, groups)
}

var started = ContinuousClock.now
var found = (records: Int64(0), groups: 0)
if isPipeline {
    try await laminar.execute("CREATE PIPELINE kept AS \(groups)")
    let running = Task { try await laminar.run() }
    // From when the group has answered, as a query's time has no group in it.
    while try laminar.pipeline("kept").state != .running { try await Task.sleep(for: .milliseconds(2)) }
    started = .now
    let all = arguments.dropFirst(3).first.flatMap { Int64($0) } ?? 1
    while found.records < all {
        try await Task.sleep(for: .milliseconds(50))
        found = try await counted()
    }
    _ = running
} else {
    found = try await counted()
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
let bytes = isPipeline ? 0 : await fetched.wait()
print(
    #"{"records": \#(found.records), "groups": \#(found.groups), "seconds": \#(seconds), "cpu": \#(cpu), "fetched": \#(bytes)}"#
)
await laminar.shutdown()
for suffix in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: file + suffix) }
