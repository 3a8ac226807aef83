internal import CSQLite

/// A compiled statement, owned by the connection that compiled it and used by one ``SQLiteStatement`` at a time.
///
/// It is a class of its own so that closing a connection can finalize the statements that somebody still holds: they
/// see `raw` nil and throw, instead of touching freed memory.
final class PreparedHandle {
    let sql: String
    private(set) var raw: OpaquePointer?

    init(sql: String, raw: OpaquePointer) {
        self.sql = sql
        self.raw = raw
    }

    func reset() {
        guard let raw else { return }
        sqlite3_reset(raw)
        sqlite3_clear_bindings(raw)
    }

    func finalize() {
        sqlite3_finalize(raw)
        raw = nil
    }

    deinit { finalize() }
}

/// The compiled statements of a connection: those that are in use, and a bounded number of idle ones to use again.
struct PreparedHandles {
    static let idleLimit = 64
    private var idle: [String: PreparedHandle] = [:]
    private var inUse: [ObjectIdentifier: PreparedHandle] = [:]

    var idleCount: Int { idle.count }

    mutating func take(_ sql: String) -> PreparedHandle? {
        guard let handle = idle.removeValue(forKey: sql) else { return nil }
        inUse[ObjectIdentifier(handle)] = handle
        return handle
    }

    mutating func add(_ handle: PreparedHandle) {
        inUse[ObjectIdentifier(handle)] = handle
    }

    mutating func giveBack(_ handle: PreparedHandle) {
        guard inUse.removeValue(forKey: ObjectIdentifier(handle)) != nil else { return }
        if idle[handle.sql] == nil, idle.count < Self.idleLimit {
            handle.reset()
            idle[handle.sql] = handle
        } else {
            handle.finalize()
        }
    }

    mutating func finalizeAll() {
        for handle in idle.values { handle.finalize() }
        for handle in inUse.values { handle.finalize() }
        idle = [:]
        inUse = [:]
    }
}
