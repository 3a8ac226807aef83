import LaminarHTTP

extension HTTPTransport {
    /// Sends a request to a source of credentials.
    ///
    /// - Parameter service: its name, for errors.
    /// - Throws: ``AWSError`` with code `unavailable` where no answer came that could come later, else `configuration`.
    func answer(to request: HTTPRequest, from service: String) async throws(AWSError) -> HTTPResponse {
        do {
            return try await send(request)
        } catch {
            let code: AWSError.Code = error.isTransient || error.code == .cancelled ? .unavailable : .configuration
            throw AWSError(code, "\(service) gave no answer: \(error.message)", underlying: error)
        }
    }
}
