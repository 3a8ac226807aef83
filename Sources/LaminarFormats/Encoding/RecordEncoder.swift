/// A format's other direction: turns one row into one payload.
///
///     struct CommaSeparated: RecordEncoder {
///         func encode(_ row: Row, into payload: inout EncodedPayload) throws(EncodeFailure) {
///             payload.bytes.append(contentsOf: row.values.map(\.description).joined(separator: ",").utf8)
///         }
///     }
///
/// An encoder is used by one thread at a time, so that it may keep buffers between rows.
public protocol RecordEncoder: Sendable {
    /// Writes a row's payload.
    ///
    /// - Parameters:
    ///   - row: the payload's columns, in the order of the schema that the encoder was made for; the record's key, timestamp
    ///     and headers aren't among them.
    ///   - payload: empty.
    /// - Throws: ``EncodeFailure``, which must hold no part of the row.
    mutating func encode(_ row: Row, into payload: inout EncodedPayload) throws(EncodeFailure)
}

/// The bytes of one record's value, in memory that is used again for the next.
public struct EncodedPayload: Sendable {
    /// What the record's value will be.
    public var bytes: [UInt8] = []
    /// Whether the record is a tombstone, which isn't the same as an empty value. The bytes don't count then.
    public var isNull = false

    /// Empty, and no tombstone.
    public init() {}

    /// Makes room for the next one.
    public mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
        isNull = false
    }
}
