import CZlib

/// Undoes the `deflate` codec of container files.
///
/// - Note: Format: RFC 1951, without zlib's header; Apache Avro 1.12 specification, "Required Codecs › deflate".
enum AvroInflation {
    /// No block grows past this.
    static let limit = 64 << 20

    /// - Throws: ``DecodeFailure`` with code `syntax` for bytes that aren't deflated, `too_large` past the limit.
    static func inflate(_ source: UnsafeRawBufferPointer) throws(DecodeFailure) -> [UInt8] {
        var stream = z_stream()
        let version = inflateInit2_(&stream, -15, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        guard version == Z_OK else { throw DecodeFailure(.value, "zlib can't be used (\(version))") }
        defer { inflateEnd(&stream) }
        guard let start = source.baseAddress, let count = UInt32(exactly: source.count), count > 0 else {
            throw broken
        }
        stream.next_in = UnsafeMutablePointer(mutating: start.assumingMemoryBound(to: UInt8.self))
        stream.avail_in = count
        var bytes: [UInt8] = []
        var status = Z_OK
        while status == Z_OK {
            let used = bytes.count
            let room = min(max(used, 4 * source.count, 4096), limit + 1 - used)
            guard room > 0 else {
                throw DecodeFailure(.tooLarge, "the Avro container file inflates to more than \(limit) bytes")
            }
            bytes.append(contentsOf: repeatElement(0, count: room))
            bytes.withUnsafeMutableBufferPointer { buffer in
                stream.next_out = buffer.baseAddress.map { $0 + used }
                stream.avail_out = UInt32(truncatingIfNeeded: room)
                status = CZlib.inflate(&stream, Z_NO_FLUSH)
            }
            bytes.removeLast(Int(stream.avail_out))
            if bytes.count == used, status == Z_OK { break }
        }
        guard status == Z_STREAM_END, stream.avail_in == 0 else { throw broken }
        return bytes
    }

    private static var broken: DecodeFailure {
        DecodeFailure(.syntax, "a block of the Avro container file isn't deflated as its codec says")
    }
}
