internal import CRdKafka
public import LaminarFormats
internal import LaminarRegistry

extension RecordDecoding {
    /// Values by a decoding of the host's own, from the payload in place.
    ///
    ///     let source = try KafkaSource(configuration, decoding: .custom(format: "protobuf") { payload in
    ///         try Order(serializedBytes: Array(payload))
    ///     })
    ///
    /// - Parameters:
    ///   - format: its name, as errors show it.
    ///   - frame: what a registry's serializer has put before each payload, which is taken off; nil for none. A record without
    ///     it is a bad one. The registry isn't asked.
    ///   - decode: takes a payload that is never null, borrowed for the call; called from several
    ///     threads at the same time. What it throws makes the record a bad one: a `DecodeFailure` with its own words, anything else
    ///     without any, since its text could hold a part of the payload.
    public static func custom(
        format: String, frame: RegistryFrame? = nil,
        _ decode: @escaping @Sendable (UnsafeRawBufferPointer) throws -> Value
    ) -> RecordDecoding<Value> {
        RecordDecoding(format: format) { PayloadContentDecoder(frame) { HostValueDecoder(body: decode) } }
    }
}

/// What a registry's serializer puts before a payload (`docs/registries.md`).
public enum RegistryFrame: Sendable, Hashable {
    /// Confluent's: a schema's id before the payload, or its GUID in a header; for Protobuf with the message's indexes.
    case confluent(PublishedSchema.Language)
    /// AWS Glue's: a schema version, the payload packed or not; for Protobuf with the message's number.
    case glue(PublishedSchema.Language)

    /// A reader for one thread.
    fileprivate var reader: FrameReader {
        switch self {
        case .confluent(let language): FrameReader(.confluent, language: language)
        case .glue(let language): FrameReader(.glue, language: language)
        }
    }

    fileprivate var mayStandInHeaders: Bool { if case .confluent = self { true } else { false } }
}

/// One payload to one value.
protocol PayloadValueDecoder<Value> {
    associatedtype Value
    func decode(_ payload: UnsafeRawBufferPointer) throws(DecodeFailure) -> Value
}

extension JSONValueDecoder: PayloadValueDecoder {}

private struct HostValueDecoder<Value: Sendable>: PayloadValueDecoder {
    let body: @Sendable (UnsafeRawBufferPointer) throws -> Value

    func decode(_ payload: UnsafeRawBufferPointer) throws(DecodeFailure) -> Value {
        do { return try body(payload) } catch let failure as DecodeFailure {
            throw failure
        } catch {
            throw DecodeFailure(.value, "\(Value.self) refused the payload")
        }
    }
}

/// Payloads to values, without columns between.
final class PayloadContentDecoder<Decoder: PayloadValueDecoder>: BatchContentDecoder where Decoder.Value: Sendable {
    /// One a part, each used by one thread at a time.
    private let decoders: [Decoder]
    /// The same for what takes frames off; empty where there are none.
    private let readers: [FrameReader]
    private let readsHeaders: Bool

    init(_ frame: RegistryFrame? = nil, _ makeDecoder: () -> Decoder) {
        decoders = (0..<ValuePartLimits.most).map { _ in makeDecoder() }
        readers = frame.map { frame in (0..<ValuePartLimits.most).map { _ in frame.reader } } ?? []
        readsHeaders = frame?.mayStandInHeaders ?? false
    }

    var isTrivial: Bool { false }

    func decode(_ batch: MessageBatch, onBad: (BadRecord) -> BadRecord.Verdict) -> BatchContents<Decoder.Value> {
        let slots = batch.slots
        var values: [PayloadSlice] = []
        if readsHeaders { batch.lastHeaders(named: FramedWriters.header, into: &values) }
        // They stand in the batch's memory, and are only read.
        nonisolated(unsafe) let headers = values
        let parts = ValueParts<Decoder.Value>(batch.count) { number, part in
            let decoder = decoders[number]
            let reader = readers.isEmpty ? nil : readers[number]
            for index in part.items {
                guard let message = slots[index]?.pointee, let start = message.payload else {
                    part.leaveOut(index, nil)
                    continue
                }
                do throws(DecodeFailure) {
                    var payload = PayloadSlice(start: start, count: message.len)
                    if let reader {
                        let header = headers.isEmpty ? .null : headers[index]
                        payload = try reader.parse(payload, header: header).body
                    }
                    part.append(try decoder.decode(payload.bytes))
                } catch {
                    part.leaveOut(index, error)
                }
            }
        }
        return parts.contents(records: batch.count, limit: batch.count, record: nil, onBad: onBad)
    }
}
