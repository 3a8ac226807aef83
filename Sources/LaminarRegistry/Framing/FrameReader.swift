public import LaminarFormats

/// Reads frames, one at a time or a run of records of the same writer at once.
///
///     let reader = FrameReader(.confluent, language: .avro)
///     var start = 0
///     while start < payloads.count {
///         let run = reader.nextRun(of: payloads, from: start)          // payloads become bodies, in place
///         if let writer = run.writer { decoder.selectWriter(number(of: writer)) }
///         decoder.append(bodies[start..<run.end])
///         start = run.end                                              // a failure is that record's: skip it
///     }
///
/// Hot-path file: a record in a run costs a comparison of its frame's bytes with the last one's, a new writer 20 times as
/// much; no allocation, but for the memory that packed bodies are inflated into, which is used again. Belongs to one thread.
public final class FrameReader {
    private let framing: PayloadFraming
    private let hasMessage: Bool
    private let inflater: BodyInflater

    /// - Parameters:
    ///   - framing: how payloads name their writer's schema.
    ///   - language: of the schemas: Protobuf's frames name a message as well.
    ///   - largestBody: what a packed body may inflate to, in bytes; more is a failure.
    public init(_ framing: PayloadFraming, language: PublishedSchema.Language, largestBody: Int = 16 << 20) {
        self.framing = framing
        hasMessage = language == .protobuf
        inflater = BodyInflater(limit: largestBody)
    }

    /// Records in a row that one writer wrote.
    public struct Run {
        /// Whose; nil where there are none before the failure, or all of them are null.
        public var writer: WriterMark?
        /// The first record that isn't in it.
        public var end: Int
        /// Why the record at `end` has no frame; nil where it only has another writer.
        public var failure: DecodeFailure?
    }

    /// Takes frames off for as long as the writer stays the same.
    ///
    /// - Parameters:
    ///   - payloads: those from `start` to the run's end become bodies; null ones stay null and end no run. Inflated
    ///     bodies live until the next call.
    ///   - headers: the values of `__value_schema_id` (or `__key_schema_id`), null where a record has none; nil where no
    ///     record has one.
    public func nextRun(
        of payloads: UnsafeMutableBufferPointer<PayloadSlice>, from start: Int,
        headers: UnsafeBufferPointer<PayloadSlice>? = nil
    ) -> Run {
        inflater.reset()
        var run = Run(writer: nil, end: start, failure: nil)
        // The bytes before the last body: a payload that begins with the same ones has the same writer, for no frame is
        // the beginning of another.
        var head = PayloadSlice.null
        while run.end < payloads.count {
            let payload = payloads[run.end]
            let header = headers.map { run.end < $0.count ? $0[run.end] : .null } ?? .null
            if header.isNull, let body = payload.behind(head) {
                payloads[run.end] = body
                run.end &+= 1
                continue
            }
            guard !payload.isNull else {
                run.end += 1
                continue
            }
            // Bounded memory: what was inflated is decoded before more is.
            if inflater.isFull, run.writer != nil { return run }
            switch read(payload, header: header) {
            case .success(let frame):
                if let writer = run.writer {
                    guard writer == frame.writer else { return run }
                } else {
                    run.writer = frame.writer
                }
                if header.isNull, !frame.isCompressed {
                    head = PayloadSlice(start: payload.start, count: payload.count - frame.body.count)
                }
                payloads[run.end] = frame.body
                run.end += 1
            case .failure(let failure):
                run.failure = failure
                return run
            }
        }
        return run
    }

    /// Takes the frame off one payload.
    ///
    /// - Parameters:
    ///   - payload: not null.
    ///   - header: the value of `__value_schema_id` (or `__key_schema_id`), null where there is none. Where there is one,
    ///     the payload has no frame, whatever its first byte.
    /// - Returns: the frame; its body lives as long as the payload, an inflated one until the next call of ``nextRun``
    ///   or `parse`.
    /// - Throws: ``DecodeFailure`` with code `frame`.
    public func parse(
        _ payload: PayloadSlice, header: PayloadSlice = .null
    ) throws(DecodeFailure) -> PayloadFrame {
        inflater.reset()
        return try read(payload, header: header).get()
    }

    @inline(__always)
    private func read(_ payload: PayloadSlice, header: PayloadSlice) -> Result<PayloadFrame, DecodeFailure> {
        switch framing {
        case .confluent:
            return header.isNull ? readPrefix(payload) : readHeader(header, payload)
        case .glue:
            return readGlue(payload)
        }
    }

    // MARK: Confluent

    @inline(__always)
    private func readPrefix(_ payload: PayloadSlice) -> Result<PayloadFrame, DecodeFailure> {
        guard payload.count >= 5, let start = payload.start, start.load(as: UInt8.self) == 0 else {
            return .failure(Self.noPrefix(payload))
        }
        let id = Int32(bigEndian: start.loadUnaligned(fromByteOffset: 1, as: Int32.self))
        guard id >= 0 else {
            return .failure(DecodeFailure(.frame, "the frame's schema id is negative", offset: 1))
        }
        var mark = WriterMark(schema: .id(id))
        var cursor = FrameCursor(payload, at: 5)
        if hasMessage, let failure = readIndexes(&cursor, &mark) { return .failure(failure) }
        return .success(PayloadFrame(writer: mark, body: cursor.rest, isCompressed: false))
    }

    private func readHeader(_ header: PayloadSlice, _ payload: PayloadSlice) -> Result<PayloadFrame, DecodeFailure> {
        guard header.count >= 17, let start = header.start, start.load(as: UInt8.self) == 1 else {
            return .failure(
                DecodeFailure(.frame, "the header with the schema's GUID isn't 01 and sixteen bytes: who wrote it?"))
        }
        var mark = WriterMark(schema: .guid(SchemaUUID(reading: start + 1)))
        var cursor = FrameCursor(header, at: 17)
        if hasMessage {
            if let failure = readIndexes(&cursor, &mark) { return .failure(failure) }
        }
        guard cursor.rest.count == 0 else {
            return .failure(DecodeFailure(.frame, "the header with the schema's GUID is longer than it must be"))
        }
        return .success(PayloadFrame(writer: mark, body: payload, isCompressed: false))
    }

    /// A count and that many indexes, all zig-zag; a count of 0 stands for the one index 0.
    @inline(__always)
    private func readIndexes(_ cursor: inout FrameCursor, _ mark: inout WriterMark) -> DecodeFailure? {
        guard let count = cursor.zigZag() else { return Self.badIndexes(cursor) }
        if count == 0 { return mark.add(0) ? nil : Self.badIndexes(cursor) }
        guard count > 0, count <= WriterMark.longestPath else { return Self.badIndexes(cursor) }
        for _ in 0..<count {
            guard let index = cursor.zigZag(), index >= 0, mark.add(UInt32(index)) else {
                return Self.badIndexes(cursor)
            }
        }
        return nil
    }

    // MARK: Glue

    private func readGlue(_ payload: PayloadSlice) -> Result<PayloadFrame, DecodeFailure> {
        guard payload.count >= 18, let start = payload.start, start.load(as: UInt8.self) == 3 else {
            return .failure(Self.noGlueFrame(payload))
        }
        var mark = WriterMark(schema: .version(SchemaUUID(reading: start + 2)))
        let packing = start.load(fromByteOffset: 1, as: UInt8.self)
        var body = PayloadSlice(start: start + 18, count: payload.count - 18)
        switch packing {
        case 0: break
        case 5:
            switch inflater.inflate(body) {
            case .success(let inflated): body = inflated
            case .failure(let failure): return .failure(failure)
            }
        default:
            return .failure(
                DecodeFailure(.frame, "the frame's second byte says neither plain (00) nor zlib (05)", offset: 1))
        }
        var cursor = FrameCursor(body, at: 0)
        if hasMessage {
            guard let position = cursor.varint(), mark.add(position) else {
                return .failure(DecodeFailure(.frame, "the frame's message number is cut off or too large"))
            }
        }
        return .success(PayloadFrame(writer: mark, body: cursor.rest, isCompressed: packing == 5))
    }

    // MARK: Failures

    @inline(never)
    private static func noPrefix(_ payload: PayloadSlice) -> DecodeFailure {
        DecodeFailure(
            .frame,
            payload.count > 0 && payload.start?.load(as: UInt8.self) != 0
                ? "the payload doesn't begin with the registry's frame (00 and a schema id): was it written without a "
                    + "registry?"
                : "the payload is shorter than the registry's frame (00 and a schema id)",
            offset: 0)
    }

    @inline(never)
    private static func badIndexes(_ cursor: FrameCursor) -> DecodeFailure {
        DecodeFailure(
            .frame, "the frame's list of message indexes is cut off, negative or too long", offset: cursor.position)
    }

    @inline(never)
    private static func noGlueFrame(_ payload: PayloadSlice) -> DecodeFailure {
        DecodeFailure(
            .frame,
            payload.count > 0 && payload.start?.load(as: UInt8.self) != 3
                ? "the payload doesn't begin with AWS Glue's frame (03): was it written without Glue's serializer?"
                : "the payload is shorter than AWS Glue's frame (eighteen bytes)", offset: 0)
    }
}

extension PayloadSlice {
    /// What is behind a head that this payload begins with; nil where it doesn't, or there is no head.
    ///
    /// - Parameter head: at least five bytes, or null.
    @inline(__always)
    fileprivate func behind(_ head: PayloadSlice) -> PayloadSlice? {
        guard let start, let other = head.start, count >= head.count, head.count >= 5 else { return nil }
        // Words that overlap: the last one ends where the head does.
        var position = 0
        if head.count >= 8 {
            while position &+ 8 <= head.count {
                guard
                    start.loadUnaligned(fromByteOffset: position, as: UInt64.self)
                        == other.loadUnaligned(fromByteOffset: position, as: UInt64.self)
                else { return nil }
                position &+= 8
            }
            let last = head.count &- 8
            guard
                start.loadUnaligned(fromByteOffset: last, as: UInt64.self)
                    == other.loadUnaligned(fromByteOffset: last, as: UInt64.self)
            else { return nil }
        } else {
            let last = head.count &- 4
            guard
                start.loadUnaligned(as: UInt32.self) == other.loadUnaligned(as: UInt32.self),
                start.loadUnaligned(fromByteOffset: last, as: UInt32.self)
                    == other.loadUnaligned(fromByteOffset: last, as: UInt32.self)
            else { return nil }
        }
        return PayloadSlice(start: start + head.count, count: count &- head.count)
    }
}
