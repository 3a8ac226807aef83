import LaminarAWS
import LaminarCore
import LaminarHTTP
import Synchronization

/// Variables, files, a clock and a network, all made up.
final class FakeWorld: HTTPTransport, Sendable {
    let files: [String: String]
    let variables: [String: String]
    private let answer: @Sendable (HTTPRequest) throws(HTTPError) -> HTTPResponse
    private let asked = Mutex<[HTTPRequest]>([])
    private let time: Mutex<Double>

    /// - Parameter answer: by default nobody is there.
    init(
        _ variables: [String: String] = [:], files: [String: String] = [:], at time: Double = 1_704_067_200,
        answer: @escaping @Sendable (HTTPRequest) throws(HTTPError) -> HTTPResponse = { _ throws(HTTPError) in
            throw HTTPError(.connection, "Nobody answers there.")
        }
    ) {
        self.variables = variables
        self.files = files
        self.answer = answer
        self.time = Mutex(time)
    }

    var now: Double {
        get { time.withLock { $0 } }
        set { time.withLock { $0 = newValue } }
    }

    /// Every request so far.
    var requests: [HTTPRequest] { asked.withLock { $0 } }

    /// The form of each request so far, or its URL where it has no body.
    var forms: [String] {
        requests.map { request in request.body.map { String(decoding: $0, as: UTF8.self) } ?? request.url }
    }

    func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
        asked.withLock { $0.append(request) }
        return try answer(request)
    }

    var surroundings: AWSSurroundings {
        AWSSurroundings(
            variables: variables,
            file: { [self] (path, limit) throws(AWSError) in
                guard let text = files[path] else { return nil }
                guard text.utf8.count <= limit else { throw AWSError(.configuration, "\(path) is too large.") }
                return Array(text.utf8)
            }, now: { [self] in now }, jitter: { 0 })
    }

    func chain(profile: String? = nil, roleARN: String? = nil) throws -> AWSCredentialChain {
        try AWSCredentialChain(
            region: "eu-west-1", profile: profile, roleARN: roleARN, transport: self, surroundings: surroundings)
    }
}

extension HTTPResponse {
    static func text(_ text: String, status: Int = 200) -> HTTPResponse {
        HTTPResponse(status: status, body: Array(text.utf8))
    }

    /// What STS answers with.
    static func role(_ action: String, id: String, until end: String = "2024-01-01T01:00:00Z") -> HTTPResponse {
        .text(
            """
            <?xml version="1.0"?>
            <\(action)Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
              <\(action)Result><Credentials><AccessKeyId>\(id)</AccessKeyId>
                <SecretAccessKey>of&lt;\(id)&gt;</SecretAccessKey><SessionToken>token-of-\(id)</SessionToken>
                <Expiration>\(end)</Expiration></Credentials></\(action)Result>
            </\(action)Response>
            """)
    }

    /// What a container's endpoint and the metadata service answer with.
    static func issued(id: String, until end: String = "2024-01-01T06:00:00Z", code: String = "Success") -> HTTPResponse
    {
        .text(
            #"{"Code":"\#(code)","AccessKeyId":"\#(id)","SecretAccessKey":"s","Token":"t","Expiration":"\#(end)","X":[1]}"#
        )
    }
}

extension AWSCredentials {
    var secretText: String { secretAccessKey.withUnredacted { $0 } }
    var tokenText: String? { sessionToken?.withUnredacted { $0 } }
}
