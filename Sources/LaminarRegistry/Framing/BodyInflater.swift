internal import CZlib
internal import LaminarFormats

/// Inflates packed bodies into memory that is used again, never more than a limit for one body.
///
/// Belongs to one thread. What it gave out lives until ``reset()``.
final class BodyInflater {
    private let limit: Int
    private let stream: UnsafeMutablePointer<z_stream>
    private var isReady = false
    private var chunks: [UnsafeMutableRawBufferPointer] = []
    /// Bytes given out of the last chunk, and of all.
    private var usedOfLast = 0
    private var used = 0

    /// What is inflated before it must be decoded.
    private static let batch = 32 << 20

    init(limit: Int) {
        self.limit = max(0, limit)
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
    }

    deinit {
        if isReady { inflateEnd(stream) }
        stream.deallocate()
        for chunk in chunks { chunk.deallocate() }
    }

    /// Whether enough was given out to decode it first.
    var isFull: Bool { used >= Self.batch }

    /// Takes back everything that was given out. Keeps one chunk.
    func reset() {
        guard used > 0 || chunks.count > 1 else { return }
        while chunks.count > 1 { chunks.removeFirst().deallocate() }
        (used, usedOfLast) = (0, 0)
    }

    /// Inflates a whole zlib stream (RFC 1950), whose checksum must be right and behind which nothing may stand.
    func inflate(_ packed: PayloadSlice) -> Result<PayloadSlice, DecodeFailure> {
        guard packed.count <= Int(UInt32.max), let start = packed.start else { return .failure(Self.broken) }
        guard prepare() else { return .failure(DecodeFailure(.frame, "there is no memory to inflate the body")) }
        stream.pointee.next_in = UnsafeMutablePointer(mutating: start.assumingMemoryBound(to: UInt8.self))
        stream.pointee.avail_in = UInt32(packed.count)
        // A guess that is nearly always enough; a body that outgrows it moves to a chunk of twice the size.
        var capacity = min(limit, max(256, packed.count &* 4))
        var room = take(capacity)
        var produced = 0
        while true {
            stream.pointee.next_out = room.baseAddress?.assumingMemoryBound(to: UInt8.self).advanced(by: produced)
            stream.pointee.avail_out = UInt32(room.count - produced)
            let code = CZlib.inflate(stream, Z_FINISH)
            produced = room.count - Int(stream.pointee.avail_out)
            if code == Z_STREAM_END {
                guard stream.pointee.avail_in == 0 else { return .failure(Self.broken) }
                give(produced)
                return .success(PayloadSlice(start: UnsafeRawPointer(room.baseAddress), count: produced))
            }
            guard code == Z_OK || code == Z_BUF_ERROR, stream.pointee.avail_out == 0 else {
                return .failure(Self.broken)
            }
            guard capacity < limit else {
                return .failure(DecodeFailure(.frame, "the packed body inflates to more than \(limit) bytes"))
            }
            capacity = min(limit, capacity &* 2)
            let larger = take(capacity)
            larger.copyMemory(from: UnsafeRawBufferPointer(rebasing: room[..<produced]))
            room = larger
        }
    }

    private static let broken = DecodeFailure(.frame, "the packed body isn't a whole zlib stream")

    private func prepare() -> Bool {
        if isReady { return inflateReset(stream) == Z_OK }
        isReady = inflateInit_(stream, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK
        return isReady
    }

    /// Room at the end of the last chunk, or in a new one; nothing is given out before `give`. Earlier chunks stay, since
    /// earlier bodies live in them.
    private func take(_ count: Int) -> UnsafeMutableRawBufferPointer {
        if let last = chunks.last, last.count - usedOfLast >= count {
            return UnsafeMutableRawBufferPointer(rebasing: last[usedOfLast..<(usedOfLast + count)])
        }
        return addChunk(count)
    }

    private func addChunk(_ count: Int) -> UnsafeMutableRawBufferPointer {
        let chunk = UnsafeMutableRawBufferPointer.allocate(byteCount: max(count, 1 << 16), alignment: 16)
        chunks.append(chunk)
        usedOfLast = 0
        return UnsafeMutableRawBufferPointer(rebasing: chunk[..<count])
    }

    private func give(_ count: Int) {
        used += count
        usedOfLast += count
    }
}
