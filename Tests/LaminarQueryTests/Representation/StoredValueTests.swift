import Foundation
import LaminarFormats
import LaminarStore
import Testing

@testable import LaminarQuery

@Suite struct StoredValueTests {
    static let cells: [(ColumnType, Value)] = [
        (.boolean, .boolean(true)), (.boolean, .boolean(false)), (.smallint, .smallint(.min)), (.int, .int(.max)),
        (.bigint, .bigint(.min)), (.real, .real(1.1)), (.double, .double(-0.1)), (.double, .double(.infinity)),
        (.decimal(precision: 38, scale: 9), .decimal(ExactDecimal("-12345678901234567890.123456789")!)),
        (.decimal(precision: 5, scale: 2), .decimal(ExactDecimal("0.00")!)),
        (.text, .text("Kraków \u{0} 🐟")), (.text, .text("")), (.json, .json(#"{"a": [1, null]}"#)),
        (.bytea, .bytea([0, 255, 0])), (.bytea, .bytea([])), (.date, .date(CalendarDate("0001-01-01")!)),
        (.time, .time(TimeOfDay("23:59:59.999999")!)),
        (.timestamp, .timestamp(Timestamp("1969-12-31T23:59:59.999999Z")!)),
        (.interval, .interval(CalendarInterval(months: -14, days: 3, microseconds: -1))),
        (.uuid, .uuid(UUID(uuidString: "01234567-89AB-CDEF-0123-456789ABCDEF")!)),
        (.array(.int), .array([.int(1), .null, .int(-3)])), (.array(.text), .array([])),
        (.map(.double), .map([NamedValue("a", .double(0.5)), NamedValue("b", .null)])),
        (
            .structure([StructField("when", .timestamp), StructField("price", .decimal(precision: 10, scale: 2))]),
            .structure([
                NamedValue("when", .timestamp(Timestamp(microseconds: 1))),
                NamedValue("price", .decimal(ExactDecimal("9.90")!)),
            ])
        ),
        (.array(.array(.bytea)), .array([.array([.bytea([1, 2]), .null]), .null])),
    ]

    @Test("every type comes back from its stored form", arguments: 0..<cells.count)
    func roundTrip(_ index: Int) throws {
        let (type, value) = Self.cells[index]
        #expect(try StoredValue.value(StoredValue.stored(value), of: type) == value)
        #expect(try StoredValue.value(StoredValue.stored(.null), of: type) == .null)
    }

    @Test("a column's cell is stored as the same value is", arguments: 0..<cells.count)
    func columnCell(_ index: Int) async throws {
        let (type, value) = Self.cells[index]
        let schema = try RowSchema([ColumnSchema("v", type)])
        let column = try Column.values(type, [.null, value, .null, value])
        let batch = try RecordBatch(schema: schema, columns: [column])
        let query = TranslatedQuery(
            sql: "SELECT c0, c0 IS ?1 FROM scan_0", values: [StoredValue.stored(value)],
            columns: [ColumnSchema("v", type), ColumnSchema("same", .boolean)],
            scans: [
                PlannedScan(
                    name: "scan_0", table: BatchListTable(schema: schema, [batch]), request: ScanRequest(columns: [0]),
                    source: 0)
            ])
        let rows = try await allRows(QueryRun(query))
        #expect(
            rows == [
                [.null, .boolean(false)], [value, .boolean(true)], [.null, .boolean(false)], [value, .boolean(true)],
            ])
    }

    @Test("NaN, which SQLite has no form for, is NULL")
    func notANumber() {
        #expect(StoredValue.stored(.double(.nan)) == .null)
        #expect(StoredValue.stored(.real(.nan)) == .null)
    }

    @Test("a stored form of another type is an error, not another value")
    func otherType() {
        #expect(throws: QueryError.self) { try StoredValue.value(.text("1"), of: .int) }
        #expect(throws: QueryError.self) { try StoredValue.value(.integer(1 << 40), of: .int) }
        #expect(throws: QueryError.self) { try StoredValue.value(.blob([1, 2]), of: .uuid) }
        #expect(throws: QueryError.self) { try StoredValue.value(.text("[1,"), of: .array(.int)) }
    }

    @Test("intervals are ordered as PostgreSQL orders them: a month is 30 days, a day 24 hours")
    func intervals() {
        let ordered = ["-1 mons", "-29 days -23:59:59", "-00:00:01", "00:00:00", "23:59:59", "1 day", "1 day 00:00:01"]
        let keys = ordered.map { StoredInterval.encode(CalendarInterval($0)!) }
        #expect(zip(keys, keys.dropFirst()).allSatisfy { $0.lexicographicallyPrecedes($1) })
        let month = StoredInterval.encode(CalendarInterval(months: 1))
        let days = StoredInterval.encode(CalendarInterval(days: 29, microseconds: 86_400_000_000))
        #expect(month.prefix(16) == days.prefix(16))
        #expect(month != days)
    }
}

/// Every row of a run.
func allRows(_ run: QueryRun) async throws -> [[Value]] {
    var rows: [[Value]] = []
    while let batch = try await run.next() { rows += batch.map(\.values) }
    return rows
}
