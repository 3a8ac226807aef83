internal import CSQLite

/// A function of ours for SQL: a name, and a closure that is called for each row.
///
///     let twice = SQLiteScalarFunction("twice", arguments: 1) { arguments, result in
///         result.set(arguments.int64(0) &* 2)
///     }
///     try connection.register(twice)
package struct SQLiteScalarFunction: Sendable {
    package typealias Body = @Sendable (SQLiteArguments, SQLiteResult) throws -> Void

    /// The name in SQL.
    package let name: String
    /// How many arguments it takes; nil for any number.
    package let argumentCount: Int?
    /// Whether equal arguments always give equal results, so that SQLite may call it once for constants.
    package let isDeterministic: Bool
    /// Whether a NULL argument makes the result NULL, without a call.
    package let isStrict: Bool
    /// Reads the arguments and sets the result.
    package let body: Body

    package init(
        _ name: String, arguments: Int?, isDeterministic: Bool = true, isStrict: Bool = true, body: @escaping Body
    ) {
        self.name = name
        argumentCount = arguments
        self.isDeterministic = isDeterministic
        self.isStrict = isStrict
        self.body = body
    }
}

/// What SQLite holds for a registered function until the connection is closed.
private final class Registration {
    let body: SQLiteScalarFunction.Body
    let isStrict: Bool
    let failures: SQLiteFailures

    init(_ function: SQLiteScalarFunction, _ failures: SQLiteFailures) {
        body = function.body
        isStrict = function.isStrict
        self.failures = failures
    }
}

extension SQLiteConnection {
    /// Registers a function on this connection, in place of one of the same name and number of arguments.
    ///
    /// - Throws: ``StoreError``: SQLite's limit on names or arguments.
    package func register(_ function: SQLiteScalarFunction) throws(StoreError) {
        let connection = try open()
        let count = Int32(clamping: function.argumentCount ?? -1)
        let flags = SQLITE_UTF8 | (function.isDeterministic ? SQLITE_DETERMINISTIC : 0)
        let box = Unmanaged.passRetained(Registration(function, failures))
        // SQLite calls the destructor where it refuses the registration, too.
        let result = sqlite3_create_function_v2(
            connection, function.name, count, flags, box.toOpaque(),
            { context, count, values in
                guard let data = sqlite3_user_data(context), let values = values ?? SQLiteConnection.noValues else {
                    return
                }
                let function = Unmanaged<Registration>.fromOpaque(data).takeUnretainedValue()
                let arguments = SQLiteArguments(values, count: count)
                if function.isStrict, arguments.hasNull { return sqlite3_result_null(context) }
                let result = SQLiteResult(context)
                do { try function.body(arguments, result) } catch {
                    result.fail(error, keepingIn: function.failures)
                }
            }, nil, nil, { data in if let data { Unmanaged<Registration>.fromOpaque(data).release() } })
        guard result == SQLITE_OK else {
            throw StoreError(result: result, of: connection, doing: "Registering the function \(function.name)")
        }
    }

    /// Stands for the arguments of a call without any; never read, since their number is 0 then.
    static var noValues: UnsafeMutablePointer<OpaquePointer?>? { UnsafeMutablePointer(bitPattern: 8) }
}
