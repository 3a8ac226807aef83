import LaminarFormats
import LaminarStore

/// A planned scan as SQLite's virtual table: its columns are `c0`, `c1`, …, by their numbers in the query's table.
///
/// A cursor reads the supply of the scan, batch after batch, on the thread that runs the query. A table that is read a second
/// time (a join that was planned so) is scanned a second time.
final class ScanTable: SQLiteVirtualTable {
    private let request: ScanRequest
    private let places: [Int]
    private let openSupply: () throws -> any BatchSupply
    private let willWait: () throws -> Void
    let columnNames: [String]
    let estimatedRowCount: Int64

    /// - Parameters:
    ///   - columnCount: how many columns the query's table has.
    ///   - request: which of them the batches hold.
    ///   - willWait: called before the supply is asked for more, which may take long.
    ///   - openSupply: begins to read.
    init(
        columnCount: Int, request: ScanRequest, willWait: @escaping () throws -> Void,
        openSupply: @escaping () throws -> any BatchSupply
    ) {
        self.request = request
        self.openSupply = openSupply
        self.willWait = willWait
        columnNames = (0..<columnCount).map { "c\($0)" }
        var places = [Int](repeating: -1, count: columnCount)
        for (place, column) in request.columns.enumerated() where places.indices.contains(column) {
            places[column] = place
        }
        self.places = places
        estimatedRowCount = Int64(min(request.limit ?? 10_000_000, 10_000_000))
    }

    func makeCursor() throws -> any SQLiteVirtualCursor {
        ScanCursor(
            places: places, width: request.columns.count, openSupply: openSupply, willWait: willWait)
    }
}

/// Reads a supply row by row.
///
/// Hot-path file: raw memory. `advance` is a compare and an increment for all rows but a batch's last; `readers` has room for
/// one of each column of the request, and those of the current batch in it.
private final class ScanCursor: SQLiteVirtualCursor {
    /// The column's place in the batch by its number in the table; -1 where the query doesn't ask for it.
    private let places: [Int]
    private let width: Int
    private let openSupply: () throws -> any BatchSupply
    private let willWait: () throws -> Void
    private let readers: UnsafeMutablePointer<CellReader>
    private var supply: (any BatchSupply)?
    /// Keeps what the readers read.
    private var batch: RecordBatch?
    private var row = 0
    private var count = 0

    init(
        places: [Int], width: Int, openSupply: @escaping () throws -> any BatchSupply,
        willWait: @escaping () throws -> Void
    ) {
        self.places = places
        self.width = width
        self.openSupply = openSupply
        self.willWait = willWait
        readers = .allocate(capacity: max(width, 1))
    }

    deinit {
        readers.deallocate()
        supply?.cancel()
    }

    func rewind() throws {
        supply?.cancel()
        supply = nil
        supply = try openSupply()
        row = 0
        count = 0
    }

    func advance() throws -> Bool {
        row &+= 1
        if row < count { return true }
        return try nextBatch()
    }

    private func nextBatch() throws -> Bool {
        row = 0
        count = 0
        batch = nil
        try willWait()
        while let next = try supply?.next() {
            if next.count == 0 { continue }
            guard next.columns.count == width else {
                throw QueryError(.engine, "A table gave \(next.columns.count) columns where \(width) were asked for.")
            }
            for (place, column) in next.columns.enumerated() {
                (readers + place).initialize(to: CellReader(column))
            }
            batch = next
            count = next.count
            return true
        }
        return false
    }

    func read(_ column: Int, _ result: SQLiteResult) throws {
        let place = places[column]
        guard place >= 0, row < count else {
            throw QueryError(.engine, "The engine read a column that the query hasn't asked its table for.")
        }
        readers[place].read(row, result)
    }
}
