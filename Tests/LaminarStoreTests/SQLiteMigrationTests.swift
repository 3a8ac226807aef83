import LaminarStore
import Testing

@Suite struct SQLiteMigrationTests {
    private func schema(_ steps: Int) -> SQLiteSchema {
        SQLiteSchema(
            applicationID: 0x7465_7374, application: "Example",
            migrations: (0..<steps).map {
                SQLiteMigration(
                    name: "step \($0)", script: "CREATE TABLE t\($0) (a); INSERT INTO t\($0) VALUES (\($0))")
            })
    }

    @Test("opening again takes only the steps that are new, and keeps what is stored")
    func upgrade() throws {
        try withFolder { folder in
            let path = folder + "/x.db"
            for steps in [1, 1, 3] {
                let database = try SQLiteDatabase(.file(path), schema: schema(steps))
                let tables = try database.use { connection in
                    try connection.query("SELECT name FROM sqlite_schema ORDER BY name") { $0.text(0) ?? "" }
                }
                #expect(tables == (0..<steps).map { "t\($0)" })
                #expect(try database.use { try $0.first("SELECT count(*) FROM t0") { $0.int(0) } } == 1)
            }
        }
    }

    @Test("a file of a newer library is refused, and untouched")
    func newer() throws {
        try withFolder { folder in
            let path = folder + "/x.db"
            _ = try SQLiteDatabase(.file(path), schema: schema(3))
            #expect {
                try SQLiteDatabase(.file(path), schema: schema(2))
            } throws: { error in
                (error as? StoreError)?.code == .newerFile && "\(error)".contains("its schema is 3, this one knows 2")
            }
            _ = try SQLiteDatabase(.file(path), schema: schema(3))
        }
    }

    @Test("another application's file is refused", arguments: [1, 0])
    func foreign(id: Int) throws {
        try withFolder { folder in
            let path = folder + "/x.db"
            try SQLiteDatabase(.file(path)).use {
                try $0.execute("PRAGMA application_id = \(id); CREATE TABLE theirs (a)")
            }
            #expect { try SQLiteDatabase(.file(path), schema: schema(1)) } throws: {
                ($0 as? StoreError)?.code == .foreignFile
            }
        }
    }

    @Test("a step that fails leaves the database at the version it had")
    func failingStep() throws {
        try withFolder { folder in
            let path = folder + "/x.db"
            _ = try SQLiteDatabase(.file(path), schema: schema(1))
            let broken = SQLiteSchema(
                applicationID: 0x7465_7374, application: "Example",
                migrations: schema(2).migrations + [SQLiteMigration(name: "broken", script: "CREATE TABL x")])
            #expect(throws: StoreError.self) { try SQLiteDatabase(.file(path), schema: broken) }
            let version = try SQLiteDatabase(.file(path), schema: schema(1))
                .use { try $0.first("PRAGMA user_version") { $0.int(0) } }
            #expect(version == 1)
        }
    }
}
