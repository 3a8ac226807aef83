internal import CZlib
public import LaminarFormats

/// Writes AWS Glue's frames: `03 | 00 or 05 | uuid | body`, the body packed by zlib where that is asked for.
///
///     let framer = try GlueFramer(version, compression: .zlib, language: .avro, message: identity)
///     try framer.frame(body, into: &payload)
///
/// Belongs to one thread; the compressor's memory is used again for each body.
public final class GlueFramer {
    /// How bodies are packed.
    public enum Compression: String, Sendable, Hashable, CaseIterable {
        /// Not at all.
        case none
        /// By zlib (RFC 1950).
        case zlib
    }

    private let head: [UInt8]
    private let number: [UInt8]
    private let stream: UnsafeMutablePointer<z_stream>?

    /// - Throws: ``RegistryError`` with code `configuration` where there is no memory for the compressor.
    public init(
        _ version: SchemaUUID, compression: Compression, language: PublishedSchema.Language, message: MessageIdentity
    ) throws(RegistryError) {
        head = [3, compression == .zlib ? 5 : 0] + version.bytes
        number = language == .protobuf ? FrameHead.varint(UInt32(clamping: message.sortedPosition)) : []
        guard compression == .zlib else {
            stream = nil
            return
        }
        let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
        stream.initialize(to: z_stream())
        let size = Int32(MemoryLayout<z_stream>.size)
        guard deflateInit_(stream, Z_DEFAULT_COMPRESSION, ZLIB_VERSION, size) == Z_OK else {
            stream.deallocate()
            throw RegistryError(.configuration, "There is no memory for zlib to pack records with.")
        }
        self.stream = stream
    }

    deinit {
        if let stream {
            deflateEnd(stream)
            stream.deallocate()
        }
    }

    /// Appends a framed body.
    ///
    /// - Throws: ``RegistryError`` with code `configuration` for a body of 4 GiB or more.
    public func frame(_ body: UnsafeRawBufferPointer, into payload: inout [UInt8]) throws(RegistryError) {
        payload += head
        guard let stream else {
            payload += number
            payload.append(contentsOf: body)
            return
        }
        guard body.count < Int(UInt32.max) - 64, deflateReset(stream) == Z_OK else {
            throw RegistryError(.configuration, "A body of \(body.count) bytes can't be packed.")
        }
        let bound = Int(deflateBound(stream, UInt(body.count + number.count)))
        let start = payload.count
        payload.append(contentsOf: repeatElement(0, count: bound))
        var written = 0
        var isWhole = false
        payload.withUnsafeMutableBufferPointer { payload in
            stream.pointee.next_out = payload.baseAddress.map { $0 + start }
            stream.pointee.avail_out = UInt32(clamping: bound)
            var number = number
            number.withUnsafeMutableBufferPointer {
                stream.pointee.next_in = $0.baseAddress
                stream.pointee.avail_in = UInt32($0.count)
                if !$0.isEmpty { _ = deflate(stream, Z_NO_FLUSH) }
            }
            stream.pointee.next_in = body.baseAddress.map {
                UnsafeMutablePointer(mutating: $0.assumingMemoryBound(to: UInt8.self))
            }
            stream.pointee.avail_in = UInt32(body.count)
            isWhole = deflate(stream, Z_FINISH) == Z_STREAM_END
            written = min(bound, Int(UInt32(clamping: bound) - stream.pointee.avail_out))
        }
        payload.removeLast(bound - written)
        guard isWhole else { throw RegistryError(.configuration, "zlib could not pack a body.") }
    }
}
