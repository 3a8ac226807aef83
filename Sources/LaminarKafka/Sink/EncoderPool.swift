import LaminarCore
import LaminarFormats
import Synchronization

/// Encoders with their buffers, taken by one task at a time and put back.
final class EncoderPool<Value: Sendable>: Sendable {
    private struct State {
        var free: [EncoderUnit<Value>] = []
        var publication: SinkPublication?
    }

    private let state = Mutex(State())
    private let topic: String
    private let encoding: RecordEncoding<Value>
    private let fields: SinkFields

    /// - Throws: what the encoding says of the configuration's fields, or of its columns.
    init(_ configuration: KafkaSinkConfiguration, _ encoding: RecordEncoding<Value>) throws {
        topic = configuration.topic
        self.encoding = encoding
        fields = SinkFields(configuration)
        // What can't be is known before anything is contacted.
        let first = try make(nil)
        state.withLock { $0.free.append(first) }
    }

    /// Agrees with the registry on the schema that is written in, where there is a registry; before the first record.
    func agree(
        _ configuration: KafkaSinkConfiguration, secrets: any SecretProvider, metrics: MetricsRegistry = .shared
    ) async throws {
        guard let registry = configuration.schemaRegistry else { return }
        guard let schema = encoding.schema else {
            throw ConfigurationError(
                code: .notApplicable, option: "schema_registry.endpoint",
                message:
                    "Values of the encoding \(encoding.format) have no columns, and therefore no schema to write in: "
                    + "give format and columns (.values(of:schema:)), or take the registry out.")
        }
        let publication = try await SinkPublication.agree(
            on: schema(fields), configuration, registry.connect(secrets: secrets, metrics: metrics), registry)
        let first = try make(publication)
        state.withLock { state in
            state.publication = publication
            state.free = [first]
        }
    }

    /// An encoder that nobody else has; put it back.
    func take() throws -> EncoderUnit<Value> {
        let (unit, publication) = state.withLock { ($0.free.popLast(), $0.publication) }
        return try unit ?? make(publication)
    }

    func put(back unit: EncoderUnit<Value>) { state.withLock { $0.free.append(unit) } }

    private func make(_ publication: SinkPublication?) throws -> EncoderUnit<Value> {
        EncoderUnit(try encoding.makeEncoder(fields, publication), topic: topic, format: encoding.format)
    }
}

/// An encoder, the record that it fills, and records that wait to be written.
///
/// `@unchecked Sendable`: it comes out of an ``EncoderPool`` and goes back into it, and whoever has taken it is alone with it.
final class EncoderUnit<Value: Sendable>: @unchecked Sendable {
    /// Unchecked, since a check costs as much as a short record: an encoder has no way back to its unit.
    @exclusivity(unchecked) private var buffers = EncoderBuffers()
    private let encoder: any ValueEncoder<Value>
    private let topic: String
    private let format: String

    init(_ encoder: any ValueEncoder<Value>, topic: String, format: String) {
        self.encoder = encoder
        self.topic = topic
        self.format = format
    }

    /// What was encoded last.
    var record: EncodedRecord { buffers.record }
    /// What waits to be written.
    var arena: RecordArena { buffers.arena }

    /// Fills ``record`` with a value.
    func encode(_ value: Value) throws(EncodeError) {
        buffers.record.removeAll()
        do throws(EncodeFailure) { try encoder.encode(value, into: &buffers.record) } catch {
            throw EncodeError(topic: topic, format: format, failure: error)
        }
    }

    /// The same with what the host put beside the value, which counts before what the value's own fields say.
    func encode(_ outgoing: SinkRecord<Value>) throws(EncodeError) {
        if let value = outgoing.value {
            try encode(value)
        } else {
            buffers.record.removeAll()
            buffers.record.payload.isNull = true
        }
        if let key = outgoing.key { buffers.record.set(key: key) }
        if !outgoing.headers.isEmpty { buffers.record.extras.headers = outgoing.headers }
        if let timestamp = outgoing.timestamp { buffers.record.extras.timestamp = timestamp }
        if let partition = outgoing.partition { buffers.record.extras.partition = partition }
    }

    /// Puts ``record`` behind those that wait.
    func keep() { buffers.keep() }

    /// Forgets what waits.
    func removeAll() { buffers.arena.removeAll() }

    /// What waits, and what comes, is written because of this span.
    func trace(_ context: TraceContext?) { buffers.arena.trace = context }
}

/// In one value, so that a record goes from one to the other without a copy of what it refers to; of no generic type, whose
/// metadata would be looked up for each record.
private struct EncoderBuffers {
    var record = EncodedRecord()
    var arena = RecordArena()

    mutating func keep() { arena.add(record) }
}

extension EncodedRecord {
    var keyBytes: [UInt8]? { hasKey ? key : nil }
    var valueBytes: [UInt8]? { payload.isNull ? nil : payload.bytes }
    var byteCount: Int { (keyBytes?.count ?? 0) + (valueBytes?.count ?? 0) + extras.headers.byteCount }
}
