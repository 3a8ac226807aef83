internal import CRdKafka

/// A record's value as it came: bytes in librdkafka's memory, which this view keeps.
///
///     for try await payload in try KafkaSource(configuration, decoding: .payload) {
///         payload.withBytes { hash($0) }
///     }
public struct Payload: Sendable {
    let messages: MessageBatch
    let index: Int

    /// Whether the record is a tombstone, which isn't the same as an empty value.
    public var isNull: Bool { messages[index].pointee.payload == nil }
    /// Bytes; 0 for a tombstone.
    public var count: Int { messages[index].pointee.len }
    /// A copy of the bytes; nil for a tombstone.
    public var bytes: [UInt8]? { isNull ? nil : withBytes { Array($0) } }
    /// The bytes as text; nil for a tombstone and where they aren't UTF-8.
    public var text: String? { isNull ? nil : withBytes { String(validating: $0, as: UTF8.self) } }

    /// Lends the bytes without a copy; keep the pointer no longer than the call.
    @inlinable public func withBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        try withExtendedLifetime(self) { try body(view) }
    }

    /// Good as long as this is.
    @usableFromInline var view: UnsafeRawBufferPointer {
        let message = messages[index].pointee
        return UnsafeRawBufferPointer(start: message.payload, count: message.payload == nil ? 0 : message.len)
    }
}

extension RecordDecoding where Value == Payload {
    /// Values as they came: nothing is decoded, so no record is bad.
    public static var payload: RecordDecoding<Payload> {
        RecordDecoding(format: "raw") { PayloadDecoder() }
    }
}

private final class PayloadDecoder: BatchContentDecoder {
    var isTrivial: Bool { true }

    func decode(_ batch: MessageBatch, onBad: (BadRecord) -> BadRecord.Verdict) -> BatchContents<Payload> {
        BatchContents(
            values: .viewed({ [batch] index in Payload(messages: batch, index: index) }, count: batch.count),
            columns: nil, valueOfRecord: nil, records: batch.count)
    }
}
