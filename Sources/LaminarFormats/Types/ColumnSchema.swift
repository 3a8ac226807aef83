/// A column's name, type and origin.
///
///     ColumnSchema("id", .bigint, isNullable: false)
///     ColumnSchema("_kafka_offset", .bigint, metadata: .offset)
public struct ColumnSchema: Hashable, Sendable {
    /// Folded to lower case unless the DDL quotes it.
    public let name: String
    /// What it holds.
    public let type: ColumnType
    /// False for NOT NULL: a record without a value is then a bad record.
    public let isNullable: Bool
    /// Where the value comes from when it isn't the payload; nil for a column of the payload.
    public let metadata: MetadataField?

    /// - Parameters:
    ///   - name: matched to a record's field by exact name, then ignoring case.
    ///   - type: what the field is decoded into.
    ///   - isNullable: false for NOT NULL.
    ///   - metadata: set for a column that the record's envelope fills.
    public init(_ name: String, _ type: ColumnType, isNullable: Bool = true, metadata: MetadataField? = nil) {
        self.name = name
        self.type = type
        self.isNullable = isNullable
        self.metadata = metadata
    }
}

/// What a Kafka record carries besides its payload, and the payload itself as bytes.
public enum MetadataField: String, Hashable, Sendable, CaseIterable {
    /// TEXT.
    case topic
    /// INT.
    case partition
    /// BIGINT.
    case offset
    /// TIMESTAMP, NULL where the record has none.
    case timestamp
    /// BYTEA, NULL where the record has none.
    case key
    /// JSON: an array of `{"key","value"}` in order.
    case headers
    /// BYTEA: the record's value, NULL for a tombstone.
    case value

    /// The type of the column that this field fills.
    public var columnType: ColumnType {
        switch self {
        case .topic: .text
        case .partition: .int
        case .offset: .bigint
        case .timestamp: .timestamp
        case .key, .value: .bytea
        case .headers: .json
        }
    }

    /// The field behind `_kafka_topic`, `_kafka_offset` and so on; nil for every other name and for `_kafka_value`.
    public init?(kafkaColumn name: String) {
        guard name.hasPrefix("_kafka_"), let field = MetadataField(rawValue: String(name.dropFirst(7))),
            field != .value
        else { return nil }
        self = field
    }
}
