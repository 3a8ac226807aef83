internal import LaminarFormats

/// SQL's types in Flink's words.
///
/// TIMESTAMP is an instant, so it becomes TIMESTAMP_LTZ, which Flink shows in the session's zone: scripts set that to UTC.
enum FlinkType {
    /// What the payload's format asks of a type.
    enum Carrier: Sendable, Equatable {
        /// A value inside of queries.
        case query
        case json
        case avro(isSink: Bool)
        case protobuf
        case raw
    }

    /// The type's name.
    ///
    /// - Parameters:
    ///   - column: for the findings.
    ///   - carrier: the format of the payload that the column is in.
    /// - Returns: nil where there is no equivalent, which the findings then say.
    static func name(
        _ type: ColumnType, of column: String, in carrier: Carrier, _ findings: inout FlinkFindings
    ) -> String? {
        switch type {
        case .boolean: return "BOOLEAN"
        case .smallint: return "SMALLINT"
        case .int: return "INT"
        case .bigint: return "BIGINT"
        case .real: return "FLOAT"
        case .double: return "DOUBLE"
        case .decimal(let precision, let scale): return "DECIMAL(\(precision), \(scale))"
        case .text: return "STRING"
        case .bytea: return "BYTES"
        case .date: return "DATE"
        case .uuid:
            findings.note("column \(column) is UUID, which Flink has as text; compare it in lower case with hyphens")
            return "STRING"
        case .time: return time(column, carrier, &findings)
        case .timestamp: return timestamp(column, carrier, &findings)
        case .interval:
            findings.refuse(
                "column \(column) is INTERVAL, which no format of Flink carries: declare BIGINT with a unit of your own"
            )
            return nil
        case .json: return json(column, carrier, &findings)
        case .array(let element):
            return name(element, of: column, in: nested(carrier), &findings).map { "ARRAY<\($0)>" }
        case .map(let value):
            return name(value, of: column, in: nested(carrier), &findings).map { "MAP<STRING, \($0)>" }
        case .structure(let fields):
            let texts = fields.map { field in
                name(field.type, of: "\(column).\(field.name)", in: nested(carrier), &findings).map {
                    "\(FlinkText.name(field.name)) \($0)\(field.isNullable ? "" : " NOT NULL")"
                }
            }
            guard !texts.contains(nil) else { return nil }
            return "ROW<\(texts.compactMap { $0 }.joined(separator: ", "))>"
        }
    }

    /// The type of a value inside of a query, for CAST.
    static func inQuery(_ type: ColumnType) -> String? {
        var findings = FlinkFindings()
        return name(type, of: "", in: .query, &findings)
    }

    private static func nested(_ carrier: Carrier) -> Carrier { carrier }

    private static func time(_ column: String, _ carrier: Carrier, _ findings: inout FlinkFindings) -> String? {
        switch carrier {
        case .query: return "TIME(3)"
        case .json:
            findings.note("column \(column): Flink's json reads and writes a TIME in whole seconds")
            return "TIME"
        case .avro:
            findings.note("column \(column): Flink's Avro has a TIME in milliseconds only (time-millis)")
            return "TIME(3)"
        case .protobuf, .raw:
            findings.refuse("column \(column) is TIME, which this format has no place for in Flink: declare BIGINT")
            return nil
        }
    }

    private static func timestamp(_ column: String, _ carrier: Carrier, _ findings: inout FlinkFindings) -> String? {
        switch carrier {
        case .query, .json: return "TIMESTAMP_LTZ(6)"
        case .avro(isSink: true):
            findings.note("column \(column): Flink's avro-confluent writes instants in milliseconds (timestamp-millis)")
            return "TIMESTAMP(3)"
        case .avro(isSink: false):
            findings.refuse(
                "column \(column) is a TIMESTAMP inside of another type, which Flink's avro-confluent reads in "
                    + "milliseconds whatever the unit: declare BIGINT there and convert it in the query")
            return nil
        case .protobuf:
            findings.refuse(
                "column \(column) is TIMESTAMP, and Flink's protobuf has google.protobuf.Timestamp as a row: declare "
                    + "STRUCT<seconds BIGINT, nanos INT>")
            return nil
        case .raw:
            findings.refuse("column \(column) is TIMESTAMP, which isn't a raw payload")
            return nil
        }
    }

    private static func json(_ column: String, _ carrier: Carrier, _ findings: inout FlinkFindings) -> String? {
        switch carrier {
        case .query, .raw: return "STRING"
        case .json:
            findings.note(
                "column \(column) is JSON: in Flink it is the text of an object or array, and of a string its characters "
                    + "without quotes")
            return "STRING"
        case .avro, .protobuf:
            findings.note("column \(column) is JSON: Flink reads it where the field is text")
            return "STRING"
        }
    }
}
