import Foundation
import LaminarFormats
@testable import LaminarKafka
import LaminarSQL

/// Values of Laminar's in the form in which `flink_session.py` writes Flink's.
enum FlinkValue {
    static func line(_ row: Row) throws -> String { try FlinkPeer.line(row.values.map(plain)) }

    private static func plain(_ value: Value) -> Any {
        switch value {
        case .null: NSNull()
        case .boolean(let flag): flag
        case .smallint(let number): Int(number)
        case .int(let number): Int(number)
        case .bigint(let number): number
        case .real(let number): Double(number)
        case .double(let number): number
        case .decimal(let number): number.description
        case .text(let text), .json(let text): text
        case .bytea(let bytes): bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        case .date(let date): date.description
        case .time(let time): trimmed(time.description)
        case .timestamp(let instant): clock(instant)
        case .interval(let interval): interval.description
        case .uuid(let uuid): uuid.uuidString.lowercased()
        case .array(let elements): elements.map(plain)
        case .structure(let entries), .map(let entries):
            Dictionary(entries.map { ($0.name, plain($0.value)) }, uniquingKeysWith: { _, last in last })
        }
    }

    /// `2024-01-01 10:20:30.123456` without trailing zeros of the fraction.
    private static func clock(_ instant: Timestamp) -> String {
        trimmed(FlinkDialect.wallClock(instant))
    }

    /// A time without the zeros that end its fraction.
    static func trimmed(_ text: String) -> String {
        guard text.contains(".") else { return text }
        var text = text
        while text.hasSuffix("0") { text.removeLast() }
        if text.hasSuffix(".") { text.removeLast() }
        return text
    }
}

/// A pipeline of a catalog as its statement in Flink.
enum FlinkQuestion {
    static func script(_ pipeline: String, _ laminar: Laminar) throws -> String {
        guard case .createPipeline(let create)? = try SQL.parse(pipeline).first?.statement else { return "" }
        let catalog = try laminar.flinkCatalog()
        var relations: [String: FlinkRelation] = [:]
        var sinks: [String: FlinkTable] = [:]
        var findings = FlinkFindings()
        for table in catalog.tables {
            relations[table.resolved.name] = FlinkExporter.relation(table.resolved)
            sinks[table.resolved.name] = FlinkTable.exporting(
                table.resolved, writer: nil, begin: .configured, &findings)
        }
        var dialect = FlinkDialect(tables: relations, FlinkFindings())
        let exported = FlinkPipeline.exporting(create, sinks: sinks, &dialect)
        try dialect.findings.check()
        return "\n\(exported.statement);\n"
    }
}
