package import LaminarFormats
package import LaminarStore

/// A query in SQLite's dialect, with what it needs to run.
package struct TranslatedQuery: Sendable {
    /// SQLite's SQL; constants and parameters are `?1`, `?2`, …
    package var sql: String
    /// What is bound to them, in stored form.
    package var values: [SQLiteValue]
    /// Which of ``values``, from 0, is the time at which the statement begins, in microseconds; nil where NOW() isn't
    /// used. A query that runs again binds it anew.
    package var nowIndex: Int?
    /// The result's columns, in order.
    package var columns: [ColumnSchema]
    /// The virtual tables that ``sql`` names.
    package var scans: [PlannedScan]
    /// What the user should know.
    package var notices: [String]

    package init(
        sql: String, values: [SQLiteValue], nowIndex: Int? = nil, columns: [ColumnSchema], scans: [PlannedScan],
        notices: [String] = []
    ) {
        self.sql = sql
        self.values = values
        self.nowIndex = nowIndex
        self.columns = columns
        self.scans = scans
        self.notices = notices
    }
}

/// A virtual table of a query.
package struct PlannedScan: Sendable {
    /// The name by which the SQL knows it; its columns are `c0`, `c1`, … by their numbers in the table.
    package var name: String
    /// Its rows.
    package var table: any QueryTable
    /// Which columns are used, and how far the fetch is narrowed.
    package var request: ScanRequest
    /// ``BoundSource/id``.
    package var source: Int

    package init(name: String, table: any QueryTable, request: ScanRequest, source: Int) {
        self.name = name
        self.table = table
        self.request = request
        self.source = source
    }
}
