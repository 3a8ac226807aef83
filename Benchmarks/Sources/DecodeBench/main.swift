import Foundation
import LaminarFormats

// Decodes the file that data/orders.py writes, from memory, on one thread, and prints one JSON object a line:
//   {"case": "decode json columns", "rate": records per second, "cpu_seconds": of one round, "records": n, "check": sum}
//
//   DecodeBench FILE [ROUNDS] [CASE]       the median of ROUNDS (5); CASE chooses by a part of its name
//
// A file whose name ends with .avro holds the same events as Avro data, and has its own cases.

struct Address: Codable, Sendable {
    let street: String
    let city: String
    let zip: String
}

struct Order: Codable, Sendable {
    let id: Int64
    let userID: Int64
    let name: String
    let amount: Double
    let currency: String
    let ts: String
    let active: Bool
    let tags: [String]
    let address: Address

    enum CodingKeys: String, CodingKey {
        case id, name, amount, currency, ts, active, tags, address
        case userID = "user_id"
    }

    var check: Int {
        Int(id &+ userID) &+ name.utf8.count &+ currency.utf8.count &+ address.city.utf8.count &+ Int(amount)
            &+ tags.count &+ (active ? 1 : 0)
    }
}

/// What a host reads from the eight columns.
struct ColumnOrder: Codable, Sendable {
    struct City: Codable, Sendable { let city: String? }
    let id: Int64
    let user_id: Int64
    let name: String
    let amount: Double
    let currency: String
    let ts: Timestamp
    let active: Bool
    let address: City

    var check: Int {
        Int(id &+ user_id) &+ name.utf8.count &+ currency.utf8.count &+ (address.city?.utf8.count ?? 0) &+ Int(amount)
    }
}

struct RowOrder: RowDecodable {
    let id: Int64
    let userID: Int64
    let name: String
    let amount: Double
    let currency: String
    let ts: Timestamp
    let active: Bool

    init(row: Row) throws {
        id = try row[0, as: Int64.self]
        userID = try row[1, as: Int64.self]
        name = try row[2, as: String.self]
        amount = try row[3, as: Double.self]
        currency = try row[4, as: String.self]
        ts = try row[5, as: Timestamp.self]
        active = try row[6, as: Bool.self]
    }

    var check: Int { Int(id &+ userID) &+ name.utf8.count &+ currency.utf8.count &+ Int(amount) }
}

struct Payloads {
    let memory: UnsafeMutableRawBufferPointer
    var slices: [PayloadSlice] = []

    init(_ path: String) throws {
        let data = try Data(contentsOf: URL(fileURLWithPath: path))
        memory = .allocate(byteCount: data.count, alignment: 64)
        data.copyBytes(to: memory)
        var at = 0
        while at + 4 <= memory.count {
            let count = Int(memory.loadUnaligned(fromByteOffset: at, as: UInt32.self))
            slices.append(PayloadSlice(start: memory.baseAddress! + at + 4, count: count))
            at += 4 + count
        }
    }
}

let batchSize = 1000
let schema = try RowSchema([
    ColumnSchema("id", .bigint), ColumnSchema("user_id", .bigint), ColumnSchema("name", .text),
    ColumnSchema("amount", .double), ColumnSchema("currency", .text), ColumnSchema("ts", .timestamp),
    ColumnSchema("active", .boolean), ColumnSchema("address", .structure([StructField("city", .text)])),
])

func batches(_ payloads: Payloads, _ schema: RowSchema, _ body: (RecordBatch) throws -> Void) throws {
    try batches(payloads, JSONFormat().makeDecoder(schema: schema, options: [:]), body)
}

func batches(
    _ payloads: Payloads, _ decoder: consuming BatchDecoder, _ body: (RecordBatch) throws -> Void
) throws {
    var decoder = decoder
    try payloads.slices.withUnsafeBufferPointer { slices in
        for start in stride(from: 0, to: slices.count, by: batchSize) {
            let part = UnsafeBufferPointer(rebasing: slices[start..<min(start + batchSize, slices.count)])
            if decoder.append(part) != nil { fatalError("\(decoder.failure?.description ?? "")") }
            try body(decoder.finish())
        }
    }
}

func sum(_ batch: RecordBatch) -> Int {
    var check = 0
    batch.columns[0].withValues(of: Int64.self) { for value in $0 { check &+= Int(value) } }
    batch.columns[1].withValues(of: Int64.self) { for value in $0 { check &+= Int(value) } }
    return check
}

func decodeAll<Value>(_ payloads: Payloads, _ decode: (UnsafeRawBufferPointer) throws -> Value, _ check: (Value) -> Int)
    throws -> Int
{
    var total = 0
    for slice in payloads.slices { total &+= check(try decode(slice.bytes)) }
    return total
}

func cases(_ payloads: Payloads) -> [(String, () throws -> Int)] {
    let narrow = schema.columns
    return [
        (
            "decode json columns",
            {
                var check = 0
                try batches(payloads, schema) { check &+= sum($0) }
                return check
            }
        ),
        (
            "decode json columns, 2 of 8",
            {
                var check = 0
                try batches(payloads, RowSchema([narrow[0], narrow[1]])) { check &+= sum($0) }
                return check
            }
        ),
        (
            "decode json codable",
            {
                let decoder = JSONValueDecoder<Order>()
                return try decodeAll(payloads, { try decoder.decode($0) }, \.check)
            }
        ),
        (
            "decode json columns to codable",
            {
                var check = 0
                let decoder = RowDecoder<ColumnOrder>(schema: schema)
                try batches(payloads, schema) { batch in
                    for row in 0..<batch.count { check &+= try decoder.decode(batch, row: row).check }
                }
                return check
            }
        ),
        (
            "decode json columns to RowDecodable",
            {
                var check = 0
                try batches(payloads, schema) { batch in for row in batch { check &+= try RowOrder(row: row).check } }
                return check
            }
        ),
        (
            "peer Foundation JSONDecoder",
            {
                let decoder = JSONDecoder()
                var total = 0
                for slice in payloads.slices {
                    let data = Data(
                        bytesNoCopy: UnsafeMutableRawPointer(mutating: slice.start!), count: slice.count,
                        deallocator: .none)
                    total &+= try decoder.decode(Order.self, from: data).check
                }
                return total
            }
        ),
    ]
}

func cpuSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
}

let arguments = CommandLine.arguments
guard arguments.count > 1 else {
    print("usage: DecodeBench FILE [ROUNDS] [CASE]")
    exit(2)
}
let payloads = try Payloads(arguments[1])
let rounds = arguments.count > 2 ? max(Int(arguments[2]) ?? 5, 1) : 5
let all = arguments[1].hasSuffix(".avro") ? try AvroCases.cases(payloads, schema) : cases(payloads)
for (name, body) in all where arguments.count < 4 || name.contains(arguments[3]) {
    var seconds: [Double] = []
    var check = 0
    for _ in 0..<rounds {
        let start = cpuSeconds()
        check = try body()
        seconds.append(cpuSeconds() - start)
    }
    let median = seconds.sorted()[rounds / 2]
    let rate = Double(payloads.slices.count) / median
    print(
        #"{"case": "\#(name)", "rate": \#(Int(rate)), "cpu_seconds": \#(median), "records": \#(payloads.slices.count), "check": \#(check)}"#
    )
}
