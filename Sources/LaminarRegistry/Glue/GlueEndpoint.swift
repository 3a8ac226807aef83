#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif
internal import LaminarAWS
internal import LaminarHTTP

/// Sends Glue's actions (AWS JSON 1.1), signed, again where that may help.
struct GlueEndpoint: Sendable {
    let url: String
    let timeout: Duration
    let transport: any HTTPTransport
    let signer: GlueRegistry.Signer
    let time: RegistryTime

    /// - Throws: ``RegistryError``; Glue's `EntityNotFoundException` has the code `notFound`.
    func send<Answer: Decodable>(
        _ action: String, _ message: some Encodable, about what: String, as type: Answer.Type
    ) async throws(RegistryError) -> Answer {
        guard let body = try? JSONEncoder().encode(message) else {
            throw RegistryError(.invalidSchema, "The schema can't be sent as JSON.")
        }
        var retries = RegistryRetries(time)
        while true {
            let response: HTTPResponse
            do throws(RegistryFailure) {
                response = try await ask(action, Array(body), what)
            } catch {
                try await retries.wait(after: error)
                continue
            }
            return try RegistryAnswer.decode(type, from: response, of: RegistryFailure.host(of: url))
        }
    }

    /// Signed anew for each try, for a signature is of its time.
    private func ask(_ action: String, _ body: [UInt8], _ what: String) async throws(RegistryFailure) -> HTTPResponse {
        let host = RegistryFailure.host(of: url)
        let request = HTTPRequest(
            .post, url,
            headers: [("Content-Type", "application/x-amz-json-1.1"), ("X-Amz-Target", "AWSGlue.\(action)")],
            body: body,
            timeout: timeout)
        let signed: HTTPRequest
        do {
            signed = try await signer(request)
        } catch {
            throw RegistryFailure(Self.unsigned(error, host))
        }
        let response: HTTPResponse
        do throws(HTTPError) {
            response = try await transport.send(signed)
        } catch {
            throw RegistryFailure(error)
        }
        guard (200..<300).contains(response.status) else { throw Self.failure(response, host, what) }
        return response
    }

    private static func unsigned(_ error: any Error, _ host: String) -> RegistryError {
        if error is CancellationError {
            return RegistryError(.cancelled, "Signing a request to \(host) was cancelled.")
        }
        if let error = error as? HTTPError {
            return RegistryFailure(error).error
        }
        if let error = error as? AWSError, error.isTransient {
            return RegistryError(.unavailable, "A request to \(host) can't be signed now: \(error)")
        }
        return RegistryError(.unauthorized, "A request to \(host) can't be signed: \(error)")
    }

    /// By the fault's name first: Glue says nearly everything with status 400.
    private static func failure(_ response: HTTPResponse, _ host: String, _ what: String) -> RegistryFailure {
        let fault = fault(response)
        let name = fault.code ?? ""
        let said = fault.message.map { ": \(RegistryAnswer.quoted($0))" } ?? ""
        switch name {
        case "EntityNotFoundException":
            return RegistryFailure(RegistryError(.notFound, "AWS Glue doesn't know \(what)\(said)."))
        case "ThrottlingException", "TooManyRequestsException", "RequestLimitExceeded", "OperationTimeoutException",
            "InternalServiceException", "ConcurrentModificationException", "ServiceUnavailable":
            return RegistryFailure(RegistryError(.unavailable, "AWS Glue can't answer now (\(name)\(said))."))
        case "AccessDeniedException", "UnrecognizedClientException", "InvalidSignatureException",
            "InvalidClientTokenId",
            "SignatureDoesNotMatch", "ExpiredTokenException", "ExpiredToken", "AccessDenied", "IncompleteSignature",
            "MissingAuthenticationToken", "MissingAuthenticationTokenException":
            return RegistryFailure(
                RegistryError(
                    .unauthorized,
                    "AWS Glue doesn't let this client in (\(name)): check the credentials, the region and the policy."))
        case "InvalidInputException", "ValidationException":
            return RegistryFailure(RegistryError(.invalidSchema, "AWS Glue refuses \(what)\(said)."))
        default:
            return RegistryFailure(response, host: host, path: what, fault: fault)
        }
    }

    private static func fault(_ response: HTTPResponse) -> RegistryFailure.Fault {
        if let fault = try? RegistryAnswer.decode(GlueMessages.Fault.self, from: response.body), let type = fault.__type
        {
            // `com.amazonaws.glue#EntityNotFoundException` and `EntityNotFoundException:http://…` are the same.
            let name = type.split(separator: "#").last.map { $0.prefix { $0 != ":" } } ?? ""
            return RegistryFailure.Fault(code: String(name), message: fault.Message ?? fault.message)
        }
        let text = String(decoding: response.body.prefix(8192), as: UTF8.self)
        return RegistryFailure.Fault(code: element("Code", of: text), message: element("Message", of: text))
    }

    /// The text of the first element of that name, which in AWS's errors has no markup in it.
    private static func element(_ name: String, of text: String) -> String? {
        let parts = text.split(separator: "<")
        guard let part = parts.first(where: { $0.hasPrefix("\(name)>") }) else { return nil }
        return String(part.dropFirst(name.count + 1))
    }
}
