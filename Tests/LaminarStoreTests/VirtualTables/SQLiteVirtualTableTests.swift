import LaminarStore
import Testing

@Suite struct SQLiteVirtualTableTests {
    struct Broken: Error, Equatable {}

    /// The numbers from 0 on and their squares.
    final class Squares: SQLiteVirtualTable {
        let columnNames = ["n", "square"]
        let estimatedRowCount: Int64 = 100
        private let count: Int64
        private let breaksAt: Int64?
        private(set) var rewinds = 0

        init(count: Int64, breaksAt: Int64? = nil) {
            self.count = count
            self.breaksAt = breaksAt
        }

        func makeCursor() -> any SQLiteVirtualCursor { Cursor(self) }

        private final class Cursor: SQLiteVirtualCursor {
            private let table: Squares
            private var row: Int64 = -1

            init(_ table: Squares) { self.table = table }

            func rewind() {
                row = -1
                table.rewinds += 1
            }

            func advance() throws -> Bool {
                row += 1
                if row == table.breaksAt { throw Broken() }
                return row < table.count
            }

            func read(_ column: Int, _ result: SQLiteResult) { result.set(column == 0 ? row : row * row) }
        }
    }

    @Test("a table of ours is read by its name alone")
    func rows() throws {
        let connection = try SQLiteConnection.scratch()
        try connection.register(Squares(count: 4), as: "squares")
        #expect(try connection.query("SELECT square FROM squares WHERE n > 1") { $0.int64(0) } == [4, 9])
        #expect(try connection.query("SELECT count(*) FROM squares") { $0.int64(0) } == [4])
        #expect(
            try connection.query("SELECT a.n FROM squares a, squares b WHERE a.n = b.square") { $0.int64(0) } == [0, 1])
    }

    @Test("a table without rows gives none")
    func empty() throws {
        let connection = try SQLiteConnection.scratch()
        try connection.register(Squares(count: 0), as: "squares")
        #expect(try connection.query("SELECT * FROM squares") { $0.int64(0) } == [])
    }

    @Test("an inner table of a join that is materialized is read once")
    func materialized() throws {
        let connection = try SQLiteConnection.scratch()
        let inner = Squares(count: 50)
        try connection.register(Squares(count: 50), as: "outer_rows")
        try connection.register(inner, as: "inner_rows")
        let count = try connection.first(
            """
            WITH i AS MATERIALIZED (SELECT n, square FROM inner_rows)
            SELECT count(*) FROM outer_rows o LEFT JOIN i ON i.square = o.n
            """
        ) { $0.int64(0) }
        #expect(count == 50)
        #expect(inner.rewinds == 1)
    }

    @Test("the error of a table is thrown as it is, after the rows before it")
    func errors() throws {
        let connection = try SQLiteConnection.scratch()
        try connection.register(Squares(count: 10, breaksAt: 2), as: "squares")
        let statement = try connection.prepare("SELECT n FROM squares")
        try statement.begin([])
        #expect(try statement.step())
        #expect(try statement.step())
        #expect(throws: Broken()) { try statement.step() }
        statement.end()
    }
}
