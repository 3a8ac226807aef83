internal import LaminarCore
internal import LaminarHTTP

/// Why one try failed, with what is needed to decide whether another may help.
struct RegistryFailure: Error {
    let error: RegistryError
    /// What the server asked for.
    var retryAfter: Duration?
    /// Whether another server may do better at once.
    var mayAskElsewhere = true

    /// What the server said of the fault in its own terms.
    struct Fault {
        var code: String?
        var message: String?
    }

    init(_ error: RegistryError) { self.error = error }

    /// No response came.
    init(_ error: HTTPError) {
        let code: RegistryError.Code =
            switch error.code {
            case .cancelled: .cancelled
            case .tls: .tls
            case .badURL, .configuration: .configuration
            case .tooLarge: .invalidSchema
            default: .unavailable
            }
        self.error = RegistryError(code, error.message)
    }

    /// A response with another status than 2xx.
    init(_ response: HTTPResponse, host: String, path: String, fault: Fault) {
        let status = response.status
        let said = fault.message.map { ": \(RegistryAnswer.quoted($0))" } ?? ""
        let asked = String(path.prefix { $0 != "?" })
        switch status {
        case 408, 429, 500...599:
            error = RegistryError(.unavailable, "\(host) can't answer now (status \(status)\(said)).")
            retryAfter = response.header("Retry-After").flatMap { Int($0) }.map { .seconds(min(max(0, $0), 86_400)) }
            mayAskElsewhere = status != 429
        case 300...399:
            let target = response.header("Location").map { Self.host(of: $0) } ?? "nowhere"
            error = RegistryError(
                .redirected,
                "\(host) redirects to \(target), which isn't followed: configure the endpoint that answers itself.")
        case 401, 403:
            error = RegistryError(
                .unauthorized, "\(host) doesn't let this client in (status \(status)): check its credentials.")
        case 404 where fault.code == nil || fault.code == "404":
            // A web server's own 404 says nothing of the schema: whoever reads must wait, not lose its records.
            error = RegistryError(
                .invalidResponse,
                "\(host) has no \(asked): is that the URL of a schema registry, with its path?")
        case 404: error = RegistryError(.notFound, "\(host) doesn't know \(asked)\(said).")
        case 409: error = RegistryError(.incompatible, "\(host) refuses the schema for \(asked)\(said).")
        case 422: error = RegistryError(.invalidSchema, "\(host) refuses the schema for \(asked)\(said).")
        default:
            error = RegistryError(.invalidResponse, "\(host) answered \(asked) with status \(status)\(said).")
        }
    }

    /// Scheme, host and port of a URL, without a user, a path or a query; for a relative one itself.
    static func host(of url: String) -> String {
        guard let colon = url.firstIndex(of: ":"), url[colon...].hasPrefix("://") else { return "itself" }
        let start = url.index(colon, offsetBy: 3)
        let authority = url[start...].prefix { !"/?#".contains($0) }
        let host = authority.lastIndex(of: "@").map { authority[authority.index(after: $0)...] } ?? authority
        return RegistryAnswer.quoted(String(url[..<start]) + String(host))
    }
}

/// How often and how long it is waited: three times, 1 s → 20 s with full jitter, or what the server asks for up to 20 s.
struct RegistryRetries {
    private let time: RegistryTime
    private var backoff = Backoff(base: .seconds(1), cap: .seconds(20))
    private var left = 3

    init(_ time: RegistryTime) { self.time = time }

    /// - Throws: the failure's error where waiting doesn't help, or didn't; code `cancelled` when the task was cancelled.
    mutating func wait(after failure: RegistryFailure) async throws(RegistryError) {
        guard failure.error.isTransient, left > 0 else { throw failure.error }
        left -= 1
        let delay = backoff.next()
        do {
            try await time.sleep(failure.retryAfter.map { min($0, .seconds(20)) } ?? delay)
        } catch {
            throw RegistryError(.cancelled, "Waiting for a schema registry was cancelled.")
        }
    }
}
