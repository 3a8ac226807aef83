import LaminarCore
import LaminarHTTP
import Testing

@testable import LaminarAWS

@Suite struct SignedHeadersTests {
    struct Vector: Decodable, Sendable, CustomTestStringConvertible {
        let name, service, region, host, method, path, body: String
        let headers: [String: String]
        let accessKeyId, secretAccessKey: String
        let sessionToken: String?
        let signingTime, canonicalRequest, stringToSign, authorization: String
        var testDescription: String { name }
    }

    @Test(
        "a request is signed as botocore signs it, step by step",
        arguments: try Vectors.read("sigv4_header.json", as: Vector.self))
    func botocore(vector: Vector) async throws {
        let credentials = AWSCredentials(
            accessKeyID: vector.accessKeyId, secretAccessKey: Secret(vector.secretAccessKey),
            sessionToken: vector.sessionToken.map { Secret($0) })
        let method = try #require(HTTPRequest.Method(rawValue: vector.method))
        let given = vector.headers.filter { !["Authorization", "X-Amz-Date"].contains($0.key) }
        let request = HTTPRequest(
            method, "https://\(vector.host)\(vector.path)", headers: given.map { (name: $0.key, value: $0.value) },
            body: vector.body.isEmpty ? nil : Array(vector.body.utf8))
        let time = try Vectors.seconds(vector.signingTime)

        let scope = SignatureV4.Scope(time: AWSTimestamp(time), region: vector.region, service: vector.service)
        let signed = try SignedHeaders(signing: request, scope: scope, credentials: credentials)
        #expect(signed.canonical.text == vector.canonicalRequest)
        #expect(signed.signature.stringToSign == vector.stringToSign)

        let signer = AWSRequestSigner(credentials: StaticAWSCredentials(credentials), now: { time })
        let sent = try await signer.sign(request, service: vector.service, region: vector.region)
        #expect(Dictionary(sent.headers.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 }) == vector.headers)
        #expect(sent.url == request.url)
        #expect(sent.body == request.body)
    }

    @Test("signing again replaces what the first signature left")
    func again() throws {
        let first = try Self.signed(HTTPRequest(.get, "https://glue.eu-west-1.amazonaws.com/"), at: 0)
        let second = try Self.signed(first.request, at: 60)
        let fresh = try Self.signed(HTTPRequest(.get, "https://glue.eu-west-1.amazonaws.com/"), at: 60)
        #expect(second.request.headers.map(\.name) == fresh.request.headers.map(\.name))
        #expect(second.request.headers.map(\.value) == fresh.request.headers.map(\.value))
    }

    @Test("a session's token is sent, and signed")
    func sessionToken() throws {
        let signed = try Self.signed(HTTPRequest(.get, "https://sts.amazonaws.com/"), at: 0, token: "to/ken==")
        #expect(signed.request.headers.contains { $0.name == "X-Amz-Security-Token" && $0.value == "to/ken==" })
        #expect(signed.canonical.signedHeaders == "host;x-amz-date;x-amz-security-token")
    }

    @Test("what the transport or a proxy writes isn't signed; a host that is given is")
    func unsigned() throws {
        let request = HTTPRequest(
            .get, "http://127.0.0.1:5000/",
            headers: [
                ("User-Agent", "x"), ("Connection", "close"), ("Content-Length", "0"), ("X-Amzn-Trace-Id", "1"),
                ("Host", "sts.amazonaws.com"), ("Accept", "application/json"),
            ])
        let signed = try Self.signed(request, at: 0)
        #expect(signed.canonical.signedHeaders == "accept;host;x-amz-date")
        #expect(signed.canonical.text.contains("\nhost:sts.amazonaws.com\n"))
    }

    @Test("credentials that would break a header are refused", arguments: ["a\nb", "a ", "", "a\r\nHost: b", "é"])
    func unprintable(token: String) {
        let request = HTTPRequest(.get, "https://sts.amazonaws.com/")
        let error = #expect(throws: AWSError.self) { try Self.signed(request, at: 0, token: token) }
        #expect(error?.code == .configuration)
    }

    @Test("no description shows what signs")
    func redacted() throws {
        let credentials = AWSCredentials(
            accessKeyID: "AKIDVISIBLE", secretAccessKey: Secret("hidden-secret"), sessionToken: Secret("hidden-token"))
        var dumped = ""
        dump(credentials, to: &dumped)
        dump(StaticAWSCredentials(credentials), to: &dumped)
        for text in ["\(credentials)", String(reflecting: credentials), String(describing: [credentials]), dumped] {
            #expect(!text.contains("hidden") && !text.contains("VISIBLE"), "\(text)")
        }
    }

    private static func signed(_ request: HTTPRequest, at time: Double, token: String? = nil) throws -> SignedHeaders {
        let credentials = AWSCredentials(
            accessKeyID: "AKIDEXAMPLE", secretAccessKey: Secret("secret"), sessionToken: token.map { Secret($0) })
        return try SignedHeaders(
            signing: request,
            scope: SignatureV4.Scope(time: AWSTimestamp(time), region: "eu-west-1", service: "glue"),
            credentials: credentials)
    }
}
