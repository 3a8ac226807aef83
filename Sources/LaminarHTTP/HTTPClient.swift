internal import LaminarCore

/// Sends HTTP requests by libcurl, all of them from one thread of its own, over connections that stay open.
///
///     let client = try HTTPClient()
///     let response = try await client.send(HTTPRequest(.get, "https://registry:8081/subjects"))
///
/// HTTP/1.1 or 2; proxies as the environment says (`https_proxy`, `no_proxy`); only http and https. A redirect is a
/// response like another, for a server that one has credentials for shouldn't hand them to the next. Cancelling the task
/// ends its transfer at once. The thread ends with the client.
///
/// - Throws: ``HTTPError``, always with the server's name and never with a header, a body or a user.
public final class HTTPClient: HTTPTransport {
    /// How a client works.
    public struct Options: Sendable {
        /// Whom it trusts and how it shows itself.
        public var tls: HTTPTLS
        /// How long a connection may take, TLS included; default 5 s, and never longer than the request's time-out.
        public var connectTimeout: Duration
        /// A larger body ends the transfer with `tooLarge`; default 16 MiB.
        public var largestResponse: Int
        /// How many redirects are followed; default none.
        public var redirects: Int

        /// Without arguments: the system's authorities, 5 s, 16 MiB, no redirects.
        public init(
            tls: HTTPTLS = HTTPTLS(), connectTimeout: Duration = .seconds(5), largestResponse: Int = 16 << 20,
            redirects: Int = 0
        ) {
            self.tls = tls
            self.connectTimeout = connectTimeout
            self.largestResponse = largestResponse
            self.redirects = redirects
        }
    }

    private let loop: TransferLoop

    /// Starts the client's thread; nothing is connected and no file is read before the first request.
    ///
    /// - Throws: ``HTTPError`` with code `configuration` where the system has no thread or no memory left.
    public init(_ options: Options = Options()) throws(HTTPError) {
        loop = try TransferLoop.start(options)
    }

    deinit { loop.close() }

    /// Sends one request and waits for the whole response.
    ///
    /// - Returns: the response, whatever its status.
    /// - Throws: ``HTTPError`` where none came; code `cancelled` when the task was cancelled or the client closed.
    public func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
        let ticket = TransferTicket(request)
        let result: Result<HTTPResponse, HTTPError> = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                loop.begin(ticket, continuation)
            }
        } onCancel: {
            loop.cancel(ticket)
        }
        return try result.get()
    }

    /// Ends what is under way with code `cancelled`, closes the connections and the thread. Doing it twice is harmless.
    public func close() { loop.close() }
}
