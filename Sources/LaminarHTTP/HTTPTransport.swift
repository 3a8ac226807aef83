/// Whatever sends requests: ``HTTPClient``, or a closure of a test's.
public protocol HTTPTransport: Sendable {
    /// Sends one request and waits for the whole response. Cancelling the task ends the transfer.
    ///
    /// - Returns: the response, whatever its status.
    /// - Throws: ``HTTPError`` where none came.
    func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse
}
