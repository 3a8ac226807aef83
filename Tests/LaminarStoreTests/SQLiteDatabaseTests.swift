import Foundation
import LaminarCore
import LaminarStore
import Synchronization
import Testing

@Suite struct SQLiteDatabaseTests {
    @Test("a new file, its log and its shared memory can be read by their owner only")
    func ownerOnly() throws {
        try withFolder { folder in
            let path = folder + "/new.db"
            let database = try SQLiteDatabase(.file(path))
            try database.use { try $0.execute("CREATE TABLE t (a); INSERT INTO t VALUES (1)") }
            for suffix in ["", "-wal", "-shm"] {
                #expect(try mode(of: path + suffix) == 0o600, "\(suffix)")
            }
            #expect(database.notices.isEmpty)
        }
    }

    @Test("a file that others can read gives a notice, in the value and in the log")
    func worldReadable() throws {
        try withFolder { folder in
            let path = folder + "/open.db"
            _ = try SQLiteDatabase(.file(path))
            try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
            let lines = Mutex<[String]>([])
            let database = try SQLiteDatabase(
                .file(path), log: ClosureLogSink { _, line, _ in lines.withLock { $0.append(line) } })
            #expect(database.notices.count == 1)
            #expect(database.notices.first?.contains("mode 0644") == true)
            #expect(lines.withLock { $0 } == database.notices)
        }
    }

    @Test(
        "a path that can't be a database is an error that says why",
        arguments: ["", "no/such/folder/x.db", "/"])
    func badPath(path: String) {
        #expect { try SQLiteDatabase(.file(path)) } throws: { ($0 as? StoreError)?.code == .cannotOpen }
    }

    @Test("a file with something else in it is refused and left as it is")
    func notADatabase() throws {
        try withFolder { folder in
            let path = folder + "/notes.txt"
            let text = String(repeating: "these are my notes\n", count: 100)
            try text.write(toFile: path, atomically: true, encoding: .utf8)
            #expect { try SQLiteDatabase(.file(path), schema: .example) } throws: {
                ($0 as? StoreError)?.code == .notADatabase
            }
            #expect(try String(contentsOfFile: path, encoding: .utf8) == text)
        }
    }

    @Test("a name that SQLite would read as memory is a file")
    func colonName() throws {
        // In the working directory as it is: changing it would change it for every test of the process.
        let path = FileManager.default.currentDirectoryPath + "/:memory:"
        defer { for tail in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + tail) } }
        _ = try SQLiteDatabase(.file(":memory:"))
        #expect(FileManager.default.fileExists(atPath: path))
    }

    @Test("asking for the connection while holding it is an error, not a deadlock")
    func nestedUse() throws {
        let database = try SQLiteDatabase(.inMemory)
        #expect { try database.use { _ in try database.use { _ in () } } } throws: {
            ($0 as? StoreError)?.code == .misuse
        }
        #expect(try database.use { try $0.first("SELECT 1") { $0.int(0) } } == 1)
    }

    @Test("concurrent tasks take turns and lose nothing")
    func concurrentUse() async throws {
        let database = try SQLiteDatabase(.inMemory)
        try database.use { try $0.execute("CREATE TABLE counter (n); INSERT INTO counter VALUES (0)") }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<50 {
                group.addTask {
                    try database.transaction { connection in
                        let n = try connection.first("SELECT n FROM counter") { $0.int(0) ?? 0 } ?? 0
                        try connection.run("UPDATE counter SET n = ?", n + 1)
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(try database.use { try $0.first("SELECT n FROM counter") { $0.int(0) } } == 50)
    }

    @Test("two connections to one new file both open it, at the same time")
    func concurrentOpen() async throws {
        try await withFolder { folder in
            try await withThrowingTaskGroup(of: Int?.self) { group in
                for _ in 0..<8 {
                    group.addTask {
                        try SQLiteDatabase(.file(folder + "/shared.db"), schema: .example)
                            .use { try $0.first("SELECT count(*) FROM a") { $0.int(0) } }
                    }
                }
                for try await count in group { #expect(count == 0) }
            }
        }
    }

    @Test("a lock held by another connection is an error once the busy timeout is over")
    func busy() throws {
        try withFolder { folder in
            let path = folder + "/busy.db"
            let holder = try SQLiteDatabase(.file(path))
            let waiter = try SQLiteDatabase(.file(path), busyTimeout: .zero)
            try holder.transaction { _ in
                #expect { try waiter.transaction { _ in () } } throws: { ($0 as? StoreError)?.code == .busy }
            }
        }
    }
}

extension SQLiteSchema {
    /// Two steps: tables `a` and `b`.
    static var example: SQLiteSchema {
        SQLiteSchema(
            applicationID: 0x7465_7374, application: "Example",
            migrations: [
                SQLiteMigration(name: "a", script: "CREATE TABLE a (x INTEGER)"),
                SQLiteMigration(name: "b", script: "CREATE TABLE b (x INTEGER)"),
            ])
    }
}

/// A folder that is there for the length of `body`.
func withFolder<Result>(_ body: (String) throws -> Result) throws -> Result {
    let folder = NSTemporaryDirectory() + "laminar-store-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    return try body(folder)
}

/// A folder that is there for the length of `body`.
func withFolder<Result>(_ body: (String) async throws -> Result) async throws -> Result {
    let folder = NSTemporaryDirectory() + "laminar-store-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    return try await body(folder)
}

private func mode(of path: String) throws -> Int? {
    (try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? NSNumber)?.intValue
}
