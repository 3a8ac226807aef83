/// Scalars as Avro has them on the wire.
///
/// - Note: Format: Apache Avro 1.12 specification, "Binary Encoding › Primitive Types".
enum AvroWriter {
    /// A zig-zag number of one to ten bytes.
    static func long(_ value: Int64, into bytes: inout [UInt8]) {
        var rest = UInt64(bitPattern: value &<< 1) ^ UInt64(bitPattern: value &>> 63)
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest &>>= 7
        }
        bytes.append(UInt8(truncatingIfNeeded: rest))
    }

    static func float(_ value: Float, into bytes: inout [UInt8]) {
        withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes.append(contentsOf: $0) }
    }

    static func double(_ value: Double, into bytes: inout [UInt8]) {
        withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes.append(contentsOf: $0) }
    }

    /// A length and as many bytes: `bytes` and `string`.
    static func bytes(_ value: some Collection<UInt8>, into bytes: inout [UInt8]) {
        long(Int64(value.count), into: &bytes)
        bytes.append(contentsOf: value)
    }
}
