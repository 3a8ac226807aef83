#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif
internal import LaminarCore
internal import LaminarHTTP
internal import Synchronization

/// Sends requests to one of several registries that stand for each other, and goes on with the one that answered last.
struct ConfluentEndpoints: Sendable {
    private let urls: [String]
    private let credentials: ConfluentRegistry.Credentials
    private let timeout: Duration
    private let transport: any HTTPTransport
    private let time: RegistryTime
    private let lastGood = LastGood()

    /// Which endpoint answered last, shared by the copies of this value.
    private final class LastGood: Sendable {
        let index = Atomic(0)
    }

    init(
        _ urls: [String], _ credentials: ConfluentRegistry.Credentials, _ timeout: Duration,
        _ transport: any HTTPTransport, _ time: RegistryTime
    ) {
        self.urls = urls.map { $0.hasSuffix("/") ? String($0.dropLast()) : $0 }
        self.credentials = credentials
        self.timeout = timeout
        self.transport = transport
        self.time = time
    }

    /// Sends one request, again where that may help.
    ///
    /// - Parameter path: with a leading slash, escaped.
    /// - Returns: a response with a status of 2xx, and the host that gave it.
    func send(
        _ method: HTTPRequest.Method, _ path: String, body: [UInt8]? = nil
    ) async throws(RegistryError) -> (response: HTTPResponse, host: String) {
        var retries = RegistryRetries(time)
        while true {
            do throws(RegistryFailure) {
                return try await round(method, path, body)
            } catch {
                try await retries.wait(after: error)
            }
        }
    }

    /// Each endpoint once, from the last good one on, until one answers.
    private func round(
        _ method: HTTPRequest.Method, _ path: String, _ body: [UInt8]?
    ) async throws(RegistryFailure) -> (response: HTTPResponse, host: String) {
        guard !urls.isEmpty else {
            throw RegistryFailure(RegistryError(.configuration, "No endpoint of a schema registry is configured."))
        }
        let first = lastGood.index.load(ordering: .relaxed)
        var failure: RegistryFailure?
        for step in urls.indices {
            let index = (first + step) % urls.count
            do throws(RegistryFailure) {
                let answer = try await ask(urls[index], method, path, body)
                lastGood.index.store(index, ordering: .relaxed)
                return answer
            } catch {
                // The registry's word counts, wherever it comes from; an endpoint that is out, or isn't a registry, is
                // passed over, and an outage is the better reason since it is tried again.
                guard error.error.isEndpoints, error.mayAskElsewhere else { throw error }
                if failure?.error.isTransient != true { failure = error }
            }
        }
        throw failure ?? RegistryFailure(RegistryError(.configuration, "No endpoint is configured."))
    }

    private func ask(
        _ url: String, _ method: HTTPRequest.Method, _ path: String, _ body: [UInt8]?
    ) async throws(RegistryFailure) -> (response: HTTPResponse, host: String) {
        let host = RegistryFailure.host(of: url)
        var headers = [(name: "Accept", value: "application/vnd.schemaregistry.v1+json, application/json")]
        if body != nil { headers.append(("Content-Type", "application/vnd.schemaregistry.v1+json")) }
        switch credentials {
        case .none: break
        case .basic(let user, let password):
            let pair = user.withUnredacted { user in password.withUnredacted { "\(user):\($0)" } }
            headers.append(("Authorization", "Basic \(Data(pair.utf8).base64EncodedString())"))
        case .bearer(let token):
            headers.append(("Authorization", token.withUnredacted { "Bearer \($0)" }))
        }
        let response: HTTPResponse
        do throws(HTTPError) {
            response = try await transport.send(
                HTTPRequest(method, url + path, headers: headers, body: body, timeout: timeout))
        } catch {
            throw RegistryFailure(error)
        }
        guard (200..<300).contains(response.status) else {
            throw RegistryFailure(response, host: host, path: path, fault: Self.fault(response))
        }
        return (response, host)
    }

    private static func fault(_ response: HTTPResponse) -> RegistryFailure.Fault {
        guard let fault = try? RegistryAnswer.decode(ConfluentMessages.Fault.self, from: response.body) else {
            return RegistryFailure.Fault()
        }
        return RegistryFailure.Fault(code: fault.error_code.map(String.init), message: fault.message)
    }
}
