/// A record for a test to write: every part optional, since null isn't empty.
///
///     try await broker.produce([TestRecord(value: #"{"id": 1}"#, key: "a", headers: [("trace", "7")])], to: "orders")
public struct TestRecord: Sendable {
    /// The record's key; nil is null.
    public var key: [UInt8]?
    /// The record's value; nil is a tombstone.
    public var value: [UInt8]?
    /// In order, duplicates allowed; a nil value is null.
    public var headers: [(name: String, value: [UInt8]?)]
    /// Milliseconds since 1970; nil leaves it to the client's clock.
    public var timestamp: Int64?
    /// Where it goes; nil leaves it to the partitioner (by key, else spread).
    public var partition: Int32?

    /// A record of bytes.
    public init(
        value: [UInt8]?, key: [UInt8]? = nil, headers: [(name: String, value: [UInt8]?)] = [], timestamp: Int64? = nil,
        partition: Int32? = nil
    ) {
        self.value = value
        self.key = key
        self.headers = headers
        self.timestamp = timestamp
        self.partition = partition
    }

    /// A record of texts, in UTF-8.
    public init(
        value: String?, key: String? = nil, headers: [(name: String, value: String?)] = [], timestamp: Int64? = nil,
        partition: Int32? = nil
    ) {
        self.init(
            value: value.map { Array($0.utf8) }, key: key.map { Array($0.utf8) },
            headers: headers.map { ($0.name, $0.value.map { Array($0.utf8) }) }, timestamp: timestamp,
            partition: partition)
    }
}
