import LaminarFormats

/// Runs payloads through a decoder from memory that ends exactly where each payload does, so that a read past the end is
/// seen by a memory checker. The memory is never freed: slices may be used for as long as the test likes.
final class Payloads {
    private(set) var slices: [PayloadSlice] = []

    init(_ texts: [String]) { for text in texts { add(Array(text.utf8)) } }
    init(bytes: [[UInt8]]) { for payload in bytes { add(payload) } }

    private func add(_ bytes: [UInt8]) {
        let memory = UnsafeMutableRawPointer.allocate(byteCount: bytes.count, alignment: 1)
        bytes.withUnsafeBytes {
            if let start = $0.baseAddress { memory.copyMemory(from: start, byteCount: bytes.count) }
        }
        slices.append(PayloadSlice(start: UnsafeRawPointer(memory), count: bytes.count))
    }
}

/// What came of a script of payloads: the rows, and the place and reason of each bad one.
struct Outcome {
    var rows: [[Value]] = []
    var failures: [(index: Int, failure: DecodeFailure)] = []
    var batch: RecordBatch?
}

func decode(
    _ payloads: Payloads, _ columns: [ColumnSchema], format: any RecordFormat = JSONFormat(),
    options: [String: String] = [:]
) throws -> Outcome {
    var decoder = try format.makeDecoder(schema: RowSchema(columns), options: options)
    var outcome = Outcome()
    var next = 0
    while let bad = decoder.append(payloads.slices, from: next) {
        outcome.failures.append((bad, decoder.failure ?? DecodeFailure(.value, "no reason given")))
        next = bad + 1
    }
    let batch = decoder.finish()
    outcome.rows = batch.map(\.values)
    outcome.batch = batch
    return outcome
}

func decode(_ texts: [String], _ columns: [ColumnSchema], options: [String: String] = [:]) throws -> Outcome {
    try decode(Payloads(texts), columns, options: options)
}
