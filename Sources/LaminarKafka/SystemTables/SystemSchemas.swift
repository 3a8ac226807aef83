internal import LaminarFormats

/// The tables of `system`, and the row functions, by name and columns.
package enum SystemSchemas {
    /// Without the `system.` before them, in the order of the documentation.
    package static let names = [
        "connections", "kafka_consumer_groups", "kafka_brokers", "kafka_partitions", "kafka_errors", "pipelines",
    ]

    static let connections = schema(
        ("name", .text), ("connector", .text), ("type", .text), ("topics", .text), ("format", .text),
        ("group_id", .text), ("state", .text), ("last_error", .text), ("last_error_at", .timestamp),
        ("last_poll_at", .timestamp), ("created_at", .timestamp))

    static let consumerGroups = schema(
        ("group_id", .text), ("connection", .text), ("state", .text), ("protocol", .text), ("coordinator", .text),
        ("member_id", .text), ("client_id", .text), ("host", .text), ("topic", .text), ("partition", .int),
        ("committed_offset", .bigint), ("high_watermark", .bigint), ("lag", .bigint))

    static let brokers = schema(
        ("connection", .text), ("node_id", .int), ("host", .text), ("port", .int), ("rack", .text),
        ("is_controller", .boolean))

    static let partitions = schema(
        ("connection", .text), ("topic", .text), ("partition", .int), ("position", .bigint),
        ("committed_offset", .bigint), ("low_watermark", .bigint), ("high_watermark", .bigint), ("lag", .bigint),
        ("paused", .boolean))

    static let errors = schema(
        ("time", .timestamp), ("connection", .text), ("outcome", .text), ("reason", .text), ("topic", .text),
        ("partition", .int), ("offset", .bigint), ("message", .text))

    static let pipelines = schema(
        ("name", .text), ("state", .text), ("query", .text), ("rows_in", .bigint), ("rows_out", .bigint),
        ("lag", .bigint), ("last_checkpoint_at", .timestamp), ("last_error", .text))

    /// The row of `test_connection('n')`.
    static let connectionTest = schema(
        ("ok", .boolean), ("stage", .text), ("message", .text), ("latency_ms", .bigint))

    /// The columns of one of ``names``; nil for another name.
    static func schema(of name: String) -> RowSchema? {
        switch name {
        case "connections": connections
        case "kafka_consumer_groups": consumerGroups
        case "kafka_brokers": brokers
        case "kafka_partitions": partitions
        case "kafka_errors": errors
        case "pipelines": pipelines
        default: nil
        }
    }

    private static func schema(_ columns: (String, ColumnType)...) -> RowSchema {
        // The names above differ, and `SystemSchemasTests` sees that no table is without columns.
        (try? RowSchema(columns.map { ColumnSchema($0.0, $0.1) })) ?? .empty
    }
}
