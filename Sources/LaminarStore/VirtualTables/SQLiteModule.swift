internal import CSQLite

// A virtual table that exists by the name of its module alone ("eponymous"): no CREATE VIRTUAL TABLE, so nothing is
// written, and nothing is left behind.
//
// Hot-path file: `step` and `column` run for every row and cell.
extension SQLiteConnection {
    /// Makes a virtual table known by this name until the connection is closed.
    ///
    /// - Throws: ``StoreError`` where SQLite refuses the name.
    package func register(_ table: any SQLiteVirtualTable, as name: String) throws(StoreError) {
        let connection = try open()
        let box = Unmanaged.passRetained(TableBox(table, failures))
        let result = sqlite3_create_module_v2(connection, name, module.pointer, box.toOpaque()) { data in
            if let data { Unmanaged<TableBox>.fromOpaque(data).release() }
        }
        guard result == SQLITE_OK else {
            throw StoreError(result: result, of: connection, doing: "Registering the table \(name)")
        }
    }
}

/// What SQLite holds for a registered table.
private final class TableBox {
    let table: any SQLiteVirtualTable
    let failures: SQLiteFailures

    init(_ table: any SQLiteVirtualTable, _ failures: SQLiteFailures) {
        self.table = table
        self.failures = failures
    }
}

/// A connected table in SQLite's memory; SQLite's own part comes first.
private struct TableStorage {
    var base = sqlite3_vtab()
    var box: Unmanaged<TableBox>

    static func of(_ table: UnsafeMutablePointer<sqlite3_vtab>?) -> UnsafeMutablePointer<TableStorage>? {
        table.map { UnsafeMutableRawPointer($0).assumingMemoryBound(to: TableStorage.self) }
    }
}

private final class CursorBox {
    let cursor: any SQLiteVirtualCursor
    init(_ cursor: any SQLiteVirtualCursor) { self.cursor = cursor }
}

/// An open cursor in SQLite's memory; SQLite's own part comes first.
private struct CursorStorage {
    var base = sqlite3_vtab_cursor()
    var box: Unmanaged<CursorBox>
    var isAtEnd = false
    var row: Int64 = 0

    static func of(_ cursor: UnsafeMutablePointer<sqlite3_vtab_cursor>?) -> UnsafeMutablePointer<CursorStorage>? {
        cursor.map { UnsafeMutableRawPointer($0).assumingMemoryBound(to: CursorStorage.self) }
    }

    /// Keeps the error for whoever steps the statement, and gives SQLite its sentence.
    static func fail(_ table: UnsafeMutablePointer<sqlite3_vtab>?, _ error: any Error) -> Int32 {
        guard let table, let storage = TableStorage.of(table) else { return SQLITE_ERROR }
        storage.pointee.box._withUnsafeGuaranteedRef { $0.failures.keep(error) }
        laminar_sqlite3_set_error(table, String(describing: error))
        return SQLITE_ERROR
    }
}

/// The table of callbacks, which SQLite reads as long as the process lives.
private struct Module: Sendable {
    nonisolated(unsafe) let pointer: UnsafeMutablePointer<sqlite3_module>

    init() {
        pointer = .allocate(capacity: 1)
        pointer.initialize(to: sqlite3_module())
        pointer.pointee.iVersion = 1
        // Without xCreate the table is there by its name.
        pointer.pointee.xConnect = { connection, data, _, _, table, _ in
            guard let connection, let data, let table else { return SQLITE_ERROR }
            let box = Unmanaged<TableBox>.fromOpaque(data)
            let columns = box.takeUnretainedValue().table.columnNames
            let list = columns.isEmpty ? "none" : columns.map { "\"\($0)\"" }.joined(separator: ", ")
            let result = sqlite3_declare_vtab(connection, "CREATE TABLE x(\(list))")
            guard result == SQLITE_OK else { return result }
            let storage = UnsafeMutablePointer<TableStorage>.allocate(capacity: 1)
            storage.initialize(to: TableStorage(box: box))
            _ = box.retain()
            table.pointee = UnsafeMutableRawPointer(storage).assumingMemoryBound(to: sqlite3_vtab.self)
            return SQLITE_OK
        }
        pointer.pointee.xDisconnect = { table in
            guard let storage = TableStorage.of(table) else { return SQLITE_OK }
            storage.pointee.box.release()
            storage.deinitialize(count: 1)
            storage.deallocate()
            return SQLITE_OK
        }
        pointer.pointee.xBestIndex = { table, info in
            guard let info, let storage = TableStorage.of(table) else { return SQLITE_ERROR }
            // Always all rows; SQLite tests its conditions itself.
            let rows = storage.pointee.box._withUnsafeGuaranteedRef { $0.table.estimatedRowCount }
            info.pointee.estimatedRows = rows
            info.pointee.estimatedCost = Double(rows)
            return SQLITE_OK
        }
        pointer.pointee.xOpen = { table, cursor in
            guard let storage = TableStorage.of(table), let cursor else { return SQLITE_ERROR }
            do {
                let made = try storage.pointee.box.takeUnretainedValue().table.makeCursor()
                let memory = UnsafeMutablePointer<CursorStorage>.allocate(capacity: 1)
                memory.initialize(to: CursorStorage(box: .passRetained(CursorBox(made))))
                cursor.pointee = UnsafeMutableRawPointer(memory).assumingMemoryBound(to: sqlite3_vtab_cursor.self)
                return SQLITE_OK
            } catch { return CursorStorage.fail(table, error) }
        }
        pointer.pointee.xClose = { cursor in
            guard let storage = CursorStorage.of(cursor) else { return SQLITE_OK }
            storage.pointee.box.release()
            storage.deinitialize(count: 1)
            storage.deallocate()
            return SQLITE_OK
        }
        pointer.pointee.xFilter = { cursor, _, _, _, _ in
            guard let storage = CursorStorage.of(cursor) else { return SQLITE_ERROR }
            do {
                let box = storage.pointee.box.takeUnretainedValue()
                try box.cursor.rewind()
                storage.pointee.row = 0
                storage.pointee.isAtEnd = !(try box.cursor.advance())
                return SQLITE_OK
            } catch { return CursorStorage.fail(cursor?.pointee.pVtab, error) }
        }
        pointer.pointee.xNext = { cursor in
            guard let storage = CursorStorage.of(cursor) else { return SQLITE_ERROR }
            do {
                storage.pointee.row &+= 1
                let hasRow = try storage.pointee.box._withUnsafeGuaranteedRef { try $0.cursor.advance() }
                storage.pointee.isAtEnd = !hasRow
                return SQLITE_OK
            } catch { return CursorStorage.fail(cursor?.pointee.pVtab, error) }
        }
        pointer.pointee.xEof = { cursor in CursorStorage.of(cursor)?.pointee.isAtEnd ?? true ? 1 : 0 }
        pointer.pointee.xColumn = { cursor, context, column in
            guard let storage = CursorStorage.of(cursor) else { return SQLITE_ERROR }
            do {
                try storage.pointee.box._withUnsafeGuaranteedRef {
                    try $0.cursor.read(Int(column), SQLiteResult(context))
                }
                return SQLITE_OK
            } catch { return CursorStorage.fail(cursor?.pointee.pVtab, error) }
        }
        pointer.pointee.xRowid = { cursor, row in
            row?.pointee = CursorStorage.of(cursor)?.pointee.row ?? 0
            return SQLITE_OK
        }
    }
}

private let module = Module()
