internal import CRdKafka
public import LaminarFormats

extension RecordDecoding {
    /// Values by a decoding of the host's own, from the payload in place.
    ///
    ///     let source = try KafkaSource(configuration, decoding: .custom(format: "protobuf") { payload in
    ///         try Order(serializedBytes: Array(payload))
    ///     })
    ///
    /// - Parameters:
    ///   - format: its name, as errors show it.
    ///   - decode: takes a payload that is never null, borrowed for the call; called from several
    ///     threads at the same time. What it throws makes the record a bad one: a `DecodeFailure` with its own words, anything else
    ///     without any, since its text could hold a part of the payload.
    public static func custom(
        format: String, _ decode: @escaping @Sendable (UnsafeRawBufferPointer) throws -> Value
    ) -> RecordDecoding<Value> {
        RecordDecoding(format: format) { PayloadContentDecoder { HostValueDecoder(body: decode) } }
    }
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

    init(_ makeDecoder: () -> Decoder) {
        decoders = (0..<ValuePartLimits.most).map { _ in makeDecoder() }
    }

    var isTrivial: Bool { false }

    func decode(_ batch: MessageBatch, onBad: (BadRecord) -> BadRecord.Verdict) -> BatchContents<Decoder.Value> {
        let slots = batch.slots
        let parts = ValueParts<Decoder.Value>(batch.count) { number, part in
            let decoder = decoders[number]
            for index in part.items {
                guard let message = slots[index]?.pointee, let payload = message.payload else {
                    part.leaveOut(index, nil)
                    continue
                }
                do throws(DecodeFailure) {
                    part.append(
                        try decoder.decode(UnsafeRawBufferPointer(start: payload, count: message.len)))
                } catch {
                    part.leaveOut(index, error)
                }
            }
        }
        return parts.contents(records: batch.count, limit: batch.count, record: nil, onBad: onBad)
    }
}
