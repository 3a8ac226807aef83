/// Takes the outputs of one batch; see ``KafkaTransform/process(_:_:)``.
///
/// They are written together when the closure returns, and not at all where it throws.
public struct TransformOutput<Output: Sendable>: ~Copyable {
    private let unit: EncoderUnit<Output>

    init(_ unit: EncoderUnit<Output>) { self.unit = unit }

    /// Adds a value.
    ///
    /// - Throws: ``EncodeError``; then it isn't added.
    public mutating func send(_ value: Output) throws(EncodeError) {
        try unit.encode(value)
        unit.keep()
    }

    /// The same with key, headers, timestamp or partition, or a tombstone.
    public mutating func send(_ record: SinkRecord<Output>) throws(EncodeError) {
        try unit.encode(record)
        unit.keep()
    }
}
