internal import CSQLite

/// The state of one group (or of one window frame) while its rows are added.
package protocol SQLiteAggregate: AnyObject {
    /// Adds a row.
    func add(_ arguments: SQLiteArguments) throws
    /// Takes the oldest row out again, as a window's frame moves on; called only where the aggregate is a window one.
    func remove(_ arguments: SQLiteArguments) throws
    /// Sets the value of the rows that are in it now.
    func finish(_ result: SQLiteResult) throws
}

extension SQLiteAggregate {
    package func remove(_ arguments: SQLiteArguments) throws {}
}

/// An aggregate of ours for SQL, usable with OVER where its state can take rows out again.
///
///     try connection.register(SQLiteAggregateFunction("total", arguments: 1, isWindow: true) { Total() })
package struct SQLiteAggregateFunction: Sendable {
    /// The name in SQL.
    package let name: String
    /// How many arguments it takes; nil for any number.
    package let argumentCount: Int?
    /// Whether ``SQLiteAggregate/remove(_:)`` works.
    package let isWindow: Bool
    /// The state of a group without rows.
    package let makeState: @Sendable () -> any SQLiteAggregate

    package init(
        _ name: String, arguments: Int?, isWindow: Bool, makeState: @escaping @Sendable () -> any SQLiteAggregate
    ) {
        self.name = name
        argumentCount = arguments
        self.isWindow = isWindow
        self.makeState = makeState
    }
}

/// What SQLite holds for a registered aggregate until the connection is closed.
private final class Registration {
    let makeState: @Sendable () -> any SQLiteAggregate
    let failures: SQLiteFailures

    init(_ function: SQLiteAggregateFunction, _ failures: SQLiteFailures) {
        makeState = function.makeState
        self.failures = failures
    }

    static func of(_ context: OpaquePointer?) -> Registration? {
        sqlite3_user_data(context).map { Unmanaged<Registration>.fromOpaque($0).takeUnretainedValue() }
    }

    func fail(_ error: any Error, _ context: OpaquePointer?) {
        SQLiteResult(context).fail(error, keepingIn: failures)
    }
}

/// A state in the memory that SQLite keeps for each group: zero until the first row.
private final class StateBox {
    let state: any SQLiteAggregate
    init(_ state: any SQLiteAggregate) { self.state = state }

    /// The group's place for its state; nil where no row came and `isMade` is false, or no memory is left.
    static func slot(_ context: OpaquePointer?, isMade: Bool) -> UnsafeMutablePointer<UnsafeMutableRawPointer?>? {
        let size = isMade ? Int32(MemoryLayout<UnsafeMutableRawPointer?>.size) : 0
        return sqlite3_aggregate_context(context, size)?.assumingMemoryBound(to: UnsafeMutableRawPointer?.self)
    }

    static func state(_ context: OpaquePointer?, _ registration: Registration) -> (any SQLiteAggregate)? {
        guard let slot = slot(context, isMade: true) else {
            sqlite3_result_error_nomem(context)
            return nil
        }
        if let made = slot.pointee { return Unmanaged<StateBox>.fromOpaque(made).takeUnretainedValue().state }
        let box = StateBox(registration.makeState())
        slot.pointee = Unmanaged.passRetained(box).toOpaque()
        return box.state
    }
}

extension SQLiteConnection {
    /// Registers an aggregate on this connection, in place of one of the same name and number of arguments.
    ///
    /// - Throws: ``StoreError``: SQLite's limit on names or arguments.
    package func register(_ function: SQLiteAggregateFunction) throws(StoreError) {
        let connection = try open()
        let count = Int32(clamping: function.argumentCount ?? -1)
        let box = Unmanaged.passRetained(Registration(function, failures)).toOpaque()
        let result: Int32
        if function.isWindow {
            result = sqlite3_create_window_function(
                connection, function.name, count, SQLITE_UTF8, box, addRow, finishGroup, currentValue, removeRow,
                releaseRegistration)
        } else {
            result = sqlite3_create_function_v2(
                connection, function.name, count, SQLITE_UTF8, box, nil, addRow, finishGroup, releaseRegistration)
        }
        guard result == SQLITE_OK else {
            throw StoreError(result: result, of: connection, doing: "Registering the aggregate \(function.name)")
        }
    }
}

private typealias RowCallback =
    @convention(c) (OpaquePointer?, Int32, UnsafeMutablePointer<OpaquePointer?>?) -> Void

private let addRow: RowCallback = { context, count, values in
    guard let registration = Registration.of(context), let values = values ?? SQLiteConnection.noValues,
        let state = StateBox.state(context, registration)
    else { return }
    do { try state.add(SQLiteArguments(values, count: count)) } catch { registration.fail(error, context) }
}

private let removeRow: RowCallback = { context, count, values in
    guard let registration = Registration.of(context), let values = values ?? SQLiteConnection.noValues,
        let state = StateBox.state(context, registration)
    else { return }
    do { try state.remove(SQLiteArguments(values, count: count)) } catch { registration.fail(error, context) }
}

private let currentValue: @convention(c) (OpaquePointer?) -> Void = { context in
    guard let registration = Registration.of(context) else { return }
    let slot = StateBox.slot(context, isMade: false)
    let kept = slot?.pointee.map { Unmanaged<StateBox>.fromOpaque($0).takeUnretainedValue().state }
    do { try (kept ?? registration.makeState()).finish(SQLiteResult(context)) } catch {
        registration.fail(error, context)
    }
}

private let finishGroup: @convention(c) (OpaquePointer?) -> Void = { context in
    currentValue(context)
    // Called once for each group, after an error and an interruption too.
    guard let slot = StateBox.slot(context, isMade: false), let state = slot.pointee else { return }
    Unmanaged<StateBox>.fromOpaque(state).release()
    slot.pointee = nil
}

private let releaseRegistration: @convention(c) (UnsafeMutableRawPointer?) -> Void = { data in
    if let data { Unmanaged<Registration>.fromOpaque(data).release() }
}
