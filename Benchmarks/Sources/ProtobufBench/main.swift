import Foundation
import LaminarFormats

// Decodes the file that data/orders_protobuf.py writes, from memory, on one thread, and prints one JSON object a line:
//   {"case": "decode protobuf columns", "rate": records per second, "cpu_seconds": of one round, "records": n, "check": sum}
//
//   ProtobufBench PROTO FILE [ROUNDS] [CASE]    the median of ROUNDS (5); CASE chooses by a part of its name

/// What a host reads from the eight columns.
struct CodableOrder: Codable, Sendable {
    struct City: Codable, Sendable { let city: String? }
    let id: Int64
    let user_id: Int64
    let name: String
    let amount: Double
    let currency: String
    let ts: Int64
    let active: Bool
    let address: City

    var check: Int { Int(id &+ user_id) &+ name.utf8.count &+ currency.utf8.count &+ Int(amount) }
}

struct RowOrder: RowDecodable {
    let id: Int64
    let userID: Int64
    let name: String
    let amount: Double
    let currency: String
    let ts: Int64
    let active: Bool

    init(row: Row) throws {
        id = try row[0, as: Int64.self]
        userID = try row[1, as: Int64.self]
        name = try row[2, as: String.self]
        amount = try row[3, as: Double.self]
        currency = try row[4, as: String.self]
        ts = try row[5, as: Int64.self]
        active = try row[6, as: Bool.self]
    }

    var check: Int { Int(id &+ userID) &+ name.utf8.count &+ currency.utf8.count &+ Int(amount) }
}

struct Payloads {
    var slices: [PayloadSlice] = []

    init(_ path: String) throws {
        let data = try Data(contentsOf: URL(fileURLWithPath: path))
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: data.count, alignment: 64)
        data.copyBytes(to: memory)
        var at = 0
        while at + 4 <= memory.count {
            let count = Int(memory.loadUnaligned(fromByteOffset: at, as: UInt32.self))
            slices.append(PayloadSlice(start: memory.baseAddress! + at + 4, count: count))
            at += 4 + count
        }
    }
}

func batches(
    _ payloads: Payloads, _ schema: RowSchema, _ options: [String: String], _ body: (RecordBatch) throws -> Void
) throws {
    let batchSize = 1000
    var decoder = try ProtobufFormat().makeDecoder(schema: schema, options: options)
    try payloads.slices.withUnsafeBufferPointer { slices in
        for start in stride(from: 0, to: slices.count, by: batchSize) {
            let part = UnsafeBufferPointer(rebasing: slices[start..<min(start + batchSize, slices.count)])
            if decoder.append(part) != nil { throw decoder.failure ?? DecodeFailure(.value, "no reason given") }
            try body(decoder.finish())
        }
    }
}

func sum(_ batch: RecordBatch) -> Int {
    var check = 0
    for column in batch.columns.prefix(2) {
        column.withValues(of: Int64.self) { for value in $0 { check &+= Int(value) } }
    }
    return check
}

func cases(_ payloads: Payloads, _ proto: String) throws -> [(String, () throws -> Int)] {
    let columns = [
        ColumnSchema("id", .bigint), ColumnSchema("user_id", .bigint), ColumnSchema("name", .text),
        ColumnSchema("amount", .double), ColumnSchema("currency", .text), ColumnSchema("ts", .bigint),
        ColumnSchema("active", .boolean), ColumnSchema("address", .structure([StructField("city", .text)])),
    ]
    let schema = try RowSchema(columns)
    let address = ColumnType.structure(["street", "city", "zip"].map { StructField($0, .text) })
    let all = try RowSchema(
        columns.dropLast() + [ColumnSchema("tags", .array(.text)), ColumnSchema("address", address)])
    let options = ["protobuf.schema": proto, "protobuf.message": "bench.Order"]
    func counting(_ schema: RowSchema, _ options: [String: String]) -> () throws -> Int {
        {
            var check = 0
            try batches(payloads, schema, options) { check &+= sum($0) }
            return check
        }
    }
    return [
        ("decode protobuf columns", counting(schema, options)),
        ("decode protobuf columns, 2 of 8", counting(try RowSchema([columns[0], columns[1]]), options)),
        ("decode protobuf columns, all", counting(all, options)),
        (
            "decode protobuf codable",
            {
                var check = 0
                let decoder = RowDecoder<CodableOrder>(schema: schema)
                try batches(payloads, schema, options) { batch in
                    for row in 0..<batch.count { check &+= try decoder.decode(batch, row: row).check }
                }
                return check
            }
        ),
        (
            "decode protobuf rows",
            {
                var check = 0
                try batches(payloads, schema, options) { batch in
                    for row in batch { check &+= try RowOrder(row: row).check }
                }
                return check
            }
        ),
        (
            "decode protobuf columns by protobuf-c",
            counting(schema, options.merging(["protobuf.decoder": "protobuf-c"]) { $1 })
        ),
    ]
}

func cpuSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
}

let arguments = CommandLine.arguments
guard arguments.count > 2 else {
    print("usage: ProtobufBench PROTO FILE [ROUNDS] [CASE]")
    exit(2)
}
let payloads = try Payloads(arguments[2])
let proto = try String(contentsOfFile: arguments[1], encoding: .utf8)
let rounds = arguments.count > 3 ? max(Int(arguments[3]) ?? 5, 1) : 5
for (name, body) in try cases(payloads, proto) where arguments.count < 5 || name == arguments[4] {
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
