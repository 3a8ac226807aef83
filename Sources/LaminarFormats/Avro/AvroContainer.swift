/// Object container files, one in each payload (`avro.framing = 'container'`): the file carries its schema.
///
/// One record of Kafka is one row, so a file must hold exactly one datum. Codecs are `null` and `deflate`.
///
/// - Note: Format: Apache Avro 1.12 specification, "Object Container Files".
final class AvroContainerEngine: AvroEngine {
    /// Plans by the text of their schema; the one used last is tried first.
    private var plans: [[UInt8]: AvroPlan] = [:]
    private var last: (text: [UInt8], plan: AvroPlan)?
    private static let planLimit = 64

    override func append(_ payloads: UnsafeBufferPointer<PayloadSlice>, from start: Int) -> Int? {
        for index in start..<payloads.count {
            guard !payloads[index].isNull else { return refuseTombstone(index) }
            do throws(DecodeFailure) {
                guard try row(payloads[index].bytes) else { return index }
            } catch {
                return refuse(index, error)
            }
        }
        return nil
    }

    /// False where the datum is refused, its reason noted already.
    private func row(_ payload: UnsafeRawBufferPointer) throws(DecodeFailure) -> Bool {
        var file = AvroContainerFile(payload)
        let (schema, isDeflated) = try file.header()
        let plan = try plan(for: schema)
        guard let block = try file.onlyDatum() else {
            throw DecodeFailure(
                .syntax, "the Avro container file holds no datum, and one record is one row", offset: payload.count)
        }
        guard let base = payload.baseAddress else { return false }
        if isDeflated {
            var bytes = try AvroInflation.inflate(UnsafeRawBufferPointer(rebasing: payload[block]))
            // A byte more than there is, so that no datum at all has an address too.
            bytes.append(0)
            return bytes.withUnsafeBufferPointer { bytes in
                guard let start = bytes.baseAddress else { return false }
                return read(start, start + bytes.count - 1, plan, before: 0)
            }
        }
        let start = base.assumingMemoryBound(to: UInt8.self)
        return read(start + block.lowerBound, start + block.upperBound, plan, before: block.lowerBound)
    }

    private func plan(for text: UnsafeRawBufferPointer) throws(DecodeFailure) -> AvroPlan {
        if let last, last.text.count == text.count, text.elementsEqual(last.text) { return last.plan }
        let key = Array(text)
        if let plan = plans[key] {
            last = (key, plan)
            return plan
        }
        do throws(FormatError) {
            let plan = try compile(AvroSchema(String(decoding: text, as: UTF8.self)))
            if plans.count >= Self.planLimit { plans.removeAll() }
            plans[key] = plan
            last = (key, plan)
            return plan
        } catch {
            throw DecodeFailure(.type, "the schema of the Avro container file can't be used: \(error.message)")
        }
    }
}

/// Walks one container file.
struct AvroContainerFile {
    static let magic: [UInt8] = [0x4F, 0x62, 0x6A, 0x01]
    private static let syncSize = 16
    private static let metadataLimit = 1000

    private let bytes: UnsafeRawBufferPointer
    private var at = 0
    private var sync = 0..<0

    init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    /// The schema's text, and whether blocks are deflated.
    mutating func header() throws(DecodeFailure) -> (schema: UnsafeRawBufferPointer, isDeflated: Bool) {
        guard bytes.count >= 4, bytes[..<4].elementsEqual(Self.magic) else {
            throw DecodeFailure(.syntax, "the payload doesn't begin as an Avro container file does", offset: 0)
        }
        at = 4
        var schema: UnsafeRawBufferPointer?
        var isDeflated = false
        var entries = 0
        while true {
            var count = try long()
            if count == 0 { break }
            if count < 0 {
                guard count != .min else { throw broken("a block count that can't be") }
                count = -count
                _ = try long()
            }
            for _ in 0..<count {
                entries += 1
                guard entries <= Self.metadataLimit else { throw broken("too many metadata entries") }
                let key = try slice()
                let value = try slice()
                if key.elementsEqual("avro.schema".utf8) { schema = value }
                if key.elementsEqual("avro.codec".utf8) {
                    isDeflated = value.elementsEqual("deflate".utf8)
                    guard isDeflated || value.elementsEqual("null".utf8) else {
                        throw DecodeFailure(
                            .syntax, "the Avro container file has another codec than null and deflate", offset: at)
                    }
                }
            }
        }
        guard let schema else { throw broken("no avro.schema in its metadata") }
        sync = try take(Self.syncSize)
        return (schema, isDeflated)
    }

    /// Where the bytes of the block with the only datum are; nil when there is none.
    mutating func onlyDatum() throws(DecodeFailure) -> Range<Int>? {
        var found: Range<Int>?
        while at < bytes.count {
            let count = try long()
            let size = try long()
            guard count >= 0, size >= 0, size <= Int64(bytes.count - at) else { throw broken("a block that can't be") }
            let block = try take(Int(size))
            let marker = try take(Self.syncSize)
            guard bytes[marker].elementsEqual(bytes[sync]) else { throw broken("a block without its sync marker") }
            if count == 0 { continue }
            guard count == 1, found == nil else {
                throw DecodeFailure(
                    .syntax,
                    "the Avro container file holds several data, and one record is one row: write one datum a record",
                    offset: block.lowerBound)
            }
            found = block
        }
        return found
    }

    private func broken(_ what: String) -> DecodeFailure {
        DecodeFailure(.syntax, "the Avro container file is broken: it has \(what)", offset: at)
    }

    private mutating func take(_ count: Int) throws(DecodeFailure) -> Range<Int> {
        guard count <= bytes.count - at else {
            throw DecodeFailure(.syntax, "the Avro container file ends early", offset: at)
        }
        at += count
        return at - count..<at
    }

    private mutating func slice() throws(DecodeFailure) -> UnsafeRawBufferPointer {
        let count = try long()
        guard count >= 0, count <= Int64(bytes.count) else { throw broken("a length that can't be") }
        return UnsafeRawBufferPointer(rebasing: bytes[try take(Int(count))])
    }

    private mutating func long() throws(DecodeFailure) -> Int64 {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while shift < 64 {
            let byte = bytes[try take(1).lowerBound]
            if shift == 63, byte > 1 { break }
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return AvroReader.signed(value) }
            shift += 7
        }
        throw broken("a number of more than 64 bits")
    }

    /// A file of one datum, its codec null.
    static func write(_ datum: [UInt8], schema: [UInt8], sync: [UInt8], into bytes: inout [UInt8]) {
        bytes.append(contentsOf: magic)
        AvroWriter.long(2, into: &bytes)
        AvroWriter.bytes("avro.schema".utf8, into: &bytes)
        AvroWriter.bytes(schema, into: &bytes)
        AvroWriter.bytes("avro.codec".utf8, into: &bytes)
        AvroWriter.bytes("null".utf8, into: &bytes)
        bytes.append(0)
        bytes.append(contentsOf: sync)
        AvroWriter.long(1, into: &bytes)
        AvroWriter.long(Int64(datum.count), into: &bytes)
        bytes.append(contentsOf: datum)
        bytes.append(contentsOf: sync)
    }
}
