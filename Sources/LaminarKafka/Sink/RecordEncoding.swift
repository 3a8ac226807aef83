import LaminarFormats

/// How a sink turns values into records: `.json(Order.self)`, `.text`, `.record`, or a table's format and columns.
///
///     let sink = try await KafkaSink(configuration, encoding: .json(Order.self))
public struct RecordEncoding<Value: Sendable>: Sendable {
    /// The format's name, as errors show it.
    let format: String
    /// Makes what one task at a time uses.
    let makeEncoder: @Sendable (SinkFields, SinkPublication?) throws -> any ValueEncoder<Value>
    /// What a registry is told of the payloads; nil where they have no columns.
    let schema: (@Sendable (SinkFields) throws -> PublishableColumns)?

    init(
        format: String, schema: (@Sendable (SinkFields) throws -> PublishableColumns)? = nil,
        makeEncoder: @escaping @Sendable (SinkFields, SinkPublication?) throws -> any ValueEncoder<Value>
    ) {
        self.format = format
        self.schema = schema
        self.makeEncoder = makeEncoder
    }

    /// An encoding that no registry knows of.
    init(format: String, makeEncoder: @escaping @Sendable (SinkFields) throws -> any ValueEncoder<Value>) {
        self.init(format: format) { fields, _ in try makeEncoder(fields) }
    }
}

/// Which fields of a value become the record's key and timestamp.
struct SinkFields: Sendable {
    var key: String?
    var timestamp: String?

    init(_ configuration: KafkaSinkConfiguration) {
        key = configuration.keyField
        timestamp = configuration.timestampField
    }

    /// - Throws: ``ConfigurationError`` where the values of an encoding have no fields.
    func refuse(_ format: String) throws(ConfigurationError) {
        for (option, field) in [("sink.key_field", key), ("sink.timestamp_field", timestamp)] where field != nil {
            throw ConfigurationError(
                code: .notApplicable, option: option,
                message: "'\(option)' names a field, and values of the encoding \(format) have none: give key and "
                    + "timestamp with each record.")
        }
    }
}

/// One value to one record. Used by one task at a time, so that it may keep buffers.
protocol ValueEncoder<Value>: AnyObject {
    associatedtype Value
    func encode(_ value: Value, into record: inout EncodedRecord) throws(EncodeFailure)
}

/// A record in memory that is used again for the next.
struct EncodedRecord {
    var payload = EncodedPayload()
    var key: [UInt8] = []
    var hasKey = false
    var extras = RecordExtras.none

    mutating func removeAll() {
        payload.removeAll()
        if !key.isEmpty { key.removeAll(keepingCapacity: true) }
        hasKey = false
        if !extras.isNone { extras = .none }
    }

    mutating func set(key bytes: [UInt8]?) {
        hasKey = bytes != nil
        if let bytes { key = bytes }
    }
}

// MARK: - Bytes and texts

extension RecordEncoding where Value == [UInt8] {
    /// The values are the records' bytes.
    public static var bytes: RecordEncoding<[UInt8]> {
        plain("raw") { value, payload in payload.bytes.append(contentsOf: value) }
    }
}

extension RecordEncoding where Value == String {
    /// The values are the records' text, UTF-8.
    public static var text: RecordEncoding<String> {
        plain("raw_string") { value, payload in payload.bytes.append(contentsOf: value.utf8) }
    }
}

extension RecordEncoding where Value == Payload {
    /// What a source with decoding `.payload` read, as it is; a tombstone stays one.
    public static var payload: RecordEncoding<Payload> {
        plain("raw") { value, payload in
            payload.isNull = value.isNull
            value.withBytes { payload.bytes.append(contentsOf: $0) }
        }
    }
}

extension RecordEncoding where Value == ProducedRecord {
    /// The values are whole records: key, headers, timestamp, partition and topic are the host's.
    public static var record: RecordEncoding<ProducedRecord> {
        RecordEncoding(format: "raw") { fields in
            try fields.refuse("record")
            return WholeRecordEncoder()
        }
    }
}

extension RecordEncoding {
    /// Values by an encoding of the host's own.
    ///
    ///     KafkaSink(configuration, encoding: .custom(format: "protobuf") { order, payload in
    ///         payload.append(contentsOf: try order.serializedBytes())
    ///     })
    ///
    /// - Parameters:
    ///   - format: its name, as errors show it.
    ///   - encode: appends the record's value to an empty array; called from several tasks at the same time. What it
    ///     throws becomes an ``EncodeError``: an `EncodeFailure` with its own words, anything else without any.
    public static func custom(
        format: String, _ encode: @escaping @Sendable (Value, inout [UInt8]) throws -> Void
    ) -> RecordEncoding<Value> {
        plain(format) { value, payload in try encode(value, &payload.bytes) }
    }

    fileprivate static func plain(
        _ format: String, _ encode: @escaping @Sendable (Value, inout EncodedPayload) throws -> Void
    ) -> RecordEncoding<Value> {
        RecordEncoding(format: format) { fields in
            try fields.refuse(format)
            return PlainEncoder(encode)
        }
    }
}

private final class PlainEncoder<Value>: ValueEncoder {
    private let body: (Value, inout EncodedPayload) throws -> Void

    init(_ body: @escaping (Value, inout EncodedPayload) throws -> Void) { self.body = body }

    func encode(_ value: Value, into record: inout EncodedRecord) throws(EncodeFailure) {
        do { try body(value, &record.payload) } catch let failure as EncodeFailure { throw failure } catch {
            throw EncodeFailure(.value, "\(Value.self) refused to be written")
        }
    }
}

private final class WholeRecordEncoder: ValueEncoder {
    func encode(_ value: ProducedRecord, into record: inout EncodedRecord) throws(EncodeFailure) {
        record.payload.isNull = value.value == nil
        if let bytes = value.value { record.payload.bytes.append(contentsOf: bytes) }
        record.set(key: value.key)
        record.extras = RecordExtras(value)
    }
}
