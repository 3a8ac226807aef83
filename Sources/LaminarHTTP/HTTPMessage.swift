/// One request.
///
///     let request = HTTPRequest(.get, "https://registry:8081/subjects", headers: [("Accept", "application/json")])
public struct HTTPRequest: Sendable {
    /// What is asked for.
    public enum Method: String, Sendable {
        case get = "GET"
        case put = "PUT"
        case post = "POST"
        case delete = "DELETE"
    }

    /// What is asked for.
    public var method: Method
    /// `http` or `https`, with everything that must be escaped escaped.
    public var url: String
    /// Sent as they are, after `Host` and `Content-Length`.
    public var headers: [(name: String, value: String)]
    /// Nil is no body, which isn't the same as an empty one.
    public var body: [UInt8]?
    /// From the first byte that goes out, or the attempt to connect, to the last that comes in; default 10 s.
    public var timeout: Duration

    /// A request without a body, unless one is given.
    public init(
        _ method: Method, _ url: String, headers: [(name: String, value: String)] = [], body: [UInt8]? = nil,
        timeout: Duration = .seconds(10)
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.timeout = timeout
    }
}

/// What came back, whatever its status.
public struct HTTPResponse: Sendable {
    /// 100 to 599.
    public var status: Int
    /// In the order in which they came; a name may come more than once.
    public var headers: [(name: String, value: String)]
    /// Empty where there was none.
    public var body: [UInt8]

    /// A response, for stand-ins of a server.
    public init(status: Int, headers: [(name: String, value: String)] = [], body: [UInt8] = []) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// The first header of that name, ignoring case.
    public func header(_ name: String) -> String? {
        headers.first { $0.name.lowercased() == name.lowercased() }?.value
    }
}
