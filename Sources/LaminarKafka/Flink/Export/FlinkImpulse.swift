internal import LaminarFormats

/// An impulse as Flink's datagen, where that makes the same rows.
enum FlinkImpulse {
    /// Flink keeps all numbers of a sequence in memory.
    static let mostRecords: Int64 = 1_000_000

    /// - Returns: the table's columns, and WITH.
    static func table(
        _ impulse: ImpulseConfiguration, _ schema: RowSchema, _ findings: inout FlinkFindings
    ) -> (columns: String, options: FlinkOptions) {
        var options = FlinkOptions()
        options.set("connector", "datagen")
        guard let count = impulse.messageCount, count > 0, count <= mostRecords else {
            findings.refuse(
                "an impulse without end, or with message_count above \(mostRecords): datagen holds its whole sequence in "
                    + "memory; give message_count")
            return ("", options)
        }
        if impulse.eventTimeInterval != nil {
            findings.refuse("event_time_interval: datagen has the time of making only; compute the time in the query")
        }
        if let rate = impulse.eventRate {
            guard let whole = Int64(exactly: rate) else {
                findings.refuse("event_rate = '\(rate)': datagen takes whole records a second")
                return ("", options)
            }
            options.set("rows-per-second", String(whole))
        } else {
            options.set("rows-per-second", String(mostRecords))
        }
        options.set("number-of-rows", String(count))
        var lines: [String] = []
        for column in schema.columns {
            let name = FlinkText.name(column.name)
            switch column.name {
            case "counter":
                lines.append("  \(name) BIGINT")
                options.set("fields.counter.kind", "sequence")
                options.set("fields.counter.start", "0")
                options.set("fields.counter.end", String(count - 1))
            case "subtask_index":
                lines.append("  \(name) INT")
                options.set("fields.subtask_index.kind", "random")
                options.set("fields.subtask_index.min", "0")
                options.set("fields.subtask_index.max", "0")
            default: lines.append("  \(name) AS CAST(PROCTIME() AS TIMESTAMP_LTZ(3))")
            }
        }
        return (lines.joined(separator: ",\n"), options)
    }
}
