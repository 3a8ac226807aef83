internal import CPostgres
internal import LaminarCore

/// Where the server is and how to come in: a connection string in libpq's two forms, whose values may hold
/// `${secret:name}`.
///
///     let address = try PostgresAddress("postgresql://shop:${secret:db_password}@db.example:5432/shop?sslmode=verify-full")
///
/// What isn't in it comes from libpq's environment (`PGHOST`, `PGPASSWORD`, …), its service and password files. Format:
/// PostgreSQL documentation, "34.1.1. Connection Strings".
struct PostgresAddress: Sendable {
    /// libpq's names and what stands behind them.
    let parts: [(name: String, value: SecretTemplate)]

    /// Taken where the string doesn't say otherwise: a server that is gone is found out in about a minute.
    private static let defaults = [
        ("connect_timeout", "10"), ("keepalives_idle", "30"), ("keepalives_interval", "10"),
        ("keepalives_count", "3"), ("tcp_user_timeout", "60000"), ("fallback_application_name", "laminar"),
    ]

    /// - Throws: ``PostgresError`` with code `configuration`; its message quotes nothing, since a piece of a password
    ///   with a space in it would be among what libpq complains about.
    init(_ text: String) throws(PostgresError) {
        var reason: UnsafeMutablePointer<CChar>?
        let options = text.utf8.contains(0) ? nil : PQconninfoParse(text, &reason)
        if let reason { PQfreemem(reason) }
        guard let options else {
            throw PostgresError(
                code: .configuration,
                message: "The PostgreSQL connection string isn't one: write \"host=… dbname=… user=…\" "
                    + "(with '…' around a value that holds spaces), or postgresql://user@host/database.")
        }
        defer { PQconninfoFree(options) }
        var parts: [(name: String, value: SecretTemplate)] = []
        var option = options
        while let name = option.pointee.keyword {
            if let value = option.pointee.val {
                let name = String(cString: name)
                do throws(SecretError) {
                    parts.append((name, try SecretTemplate(parsing: String(cString: value))))
                } catch {
                    throw PostgresError(code: .configuration, message: "\(name) of the connection string: \(error)")
                }
            }
            option += 1
        }
        let given = Set(parts.map(\.name))
        for (name, value) in Self.defaults where !given.contains(name) {
            guard let value = try? SecretTemplate(parsing: value) else { continue }
            parts.append((name, value))
        }
        self.parts = parts
    }

    /// Host and database, for messages.
    var description: String {
        func value(_ name: String) -> String? { parts.first { $0.name == name }?.value.source }
        let place = value("host") ?? value("hostaddr") ?? "the default host"
        return "PostgreSQL at \(place)" + (value("dbname").map { ", database \($0)" } ?? "")
    }

    /// Puts the secrets in.
    ///
    /// - Throws: `SecretError`, or what the provider throws.
    func resolve(with provider: any SecretProvider) async throws -> [(name: String, value: Secret)] {
        var resolved: [(name: String, value: Secret)] = []
        for part in parts { resolved.append((part.name, try await part.value.resolve(with: provider))) }
        return resolved
    }
}
