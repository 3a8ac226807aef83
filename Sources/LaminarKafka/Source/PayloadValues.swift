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
    ///   - decode: takes a payload that is never null, borrowed for the call; called from the decoding thread of each
    ///     member. What it throws makes the record a bad one: a `DecodeFailure` with its own words, anything else
    ///     without any, since its text could hold a part of the payload.
    public static func custom(
        format: String, _ decode: @escaping @Sendable (UnsafeRawBufferPointer) throws -> Value
    ) -> RecordDecoding<Value> {
        RecordDecoding(format: format) { PayloadContentDecoder(HostValueDecoder(body: decode)) }
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
    private let decoder: Decoder

    init(_ decoder: Decoder) { self.decoder = decoder }

    var isTrivial: Bool { false }

    func decode(_ batch: MessageBatch, onBad: (BadRecord) -> BadRecord.Verdict) -> BatchContents<Decoder.Value> {
        var values: [Decoder.Value] = []
        values.reserveCapacity(batch.count)
        var map = ValueMap(records: batch.count)
        var records = batch.count
        var index = 0
        while index < records {
            let message = batch[index].pointee
            if let payload = message.payload {
                do throws(DecodeFailure) {
                    values.append(
                        try decoder.decode(UnsafeRawBufferPointer(start: payload, count: message.len)))
                    map.addValues(1, at: index)
                } catch {
                    if onBad(BadRecord(index: index, failure: error)) == .stop { records = index }
                }
            } else {
                map.addTombstone(at: index)
            }
            index += 1
        }
        return BatchContents(
            values: .stored(values), columns: nil, valueOfRecord: map.finish(records: records), records: records)
    }
}
