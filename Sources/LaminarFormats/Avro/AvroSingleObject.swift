/// Data with the fingerprint of their schema in front (`avro.framing = 'single_object'`).
///
/// - Note: Format: Apache Avro 1.12 specification, "Single-object encoding": `C3 01`, the schema's CRC-64-AVRO in eight bytes,
///   lowest first, the datum.
final class AvroSingleObjectEngine: AvroEngine {
    static let marker: [UInt8] = [0xC3, 0x01]
    private static let headerSize = 10
    private let fingerprint: UInt64

    init(rows: RowStore, writer: AvroSchema, reader: AvroSchema?) throws(FormatError) {
        fingerprint = try AvroCanonicalForm.fingerprint(of: writer)
        super.init(rows: rows, reader: reader)
        plan = try compile(writer)
    }

    override func append(_ payloads: UnsafeBufferPointer<PayloadSlice>, from start: Int) -> Int? {
        guard let plan else { return super.append(payloads, from: start) }
        for index in start..<payloads.count {
            let payload = payloads[index]
            guard let bytes = payload.start else { return refuseTombstone(index) }
            guard payload.count >= Self.headerSize, bytes.load(as: UInt8.self) == Self.marker[0],
                bytes.load(fromByteOffset: 1, as: UInt8.self) == Self.marker[1]
            else {
                return refuse(
                    index,
                    DecodeFailure(.syntax, "the payload doesn't begin as Avro's single-object encoding does", offset: 0)
                )
            }
            guard bytes.loadUnaligned(fromByteOffset: 2, as: UInt64.self).littleEndian == fingerprint else {
                return refuse(
                    index,
                    DecodeFailure(
                        .syntax, "the fingerprint in front of the datum isn't that of avro.schema", offset: 2))
            }
            let place = bytes.assumingMemoryBound(to: UInt8.self)
            let datum = place + Self.headerSize
            if !read(datum, place + payload.count, plan, before: Self.headerSize) { return index }
        }
        return nil
    }

    /// What comes before a datum.
    static func header(of schema: AvroSchema) throws(FormatError) -> [UInt8] {
        let fingerprint = try AvroCanonicalForm.fingerprint(of: schema)
        return marker + withUnsafeBytes(of: fingerprint.littleEndian) { Array($0) }
    }
}
