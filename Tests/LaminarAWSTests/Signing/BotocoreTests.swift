import Foundation
import LaminarCore
import LaminarHTTP
import LaminarTesting
import Testing

@testable import LaminarAWS

/// The same requests signed by AWS's own code.
@Suite struct BotocoreTests {
    private struct Case: Codable {
        var method, url, body, service, region, id, secret: String
        var token: String?
        var headers: [[String]]
        var time: Double
        /// For a presigned URL; nil for headers.
        var expires: Int?
    }

    @Test("a thousand requests of any shape are signed as botocore signs them, in headers and in URLs")
    func differential() async throws {
        var generator = SystemRandomNumberGenerator()
        let cases = (0..<1000).map { _ in Self.anyCase(&generator) }
        let file = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).json")
        try JSONEncoder().encode(cases).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let answers = try await Peers.python(Self.script, [file.path]).success().output.split(separator: "\n")
        try #require(answers.count == cases.count)
        for (example, answer) in zip(cases, answers) {
            let ours = try Self.signature(example)
            #expect(ours == answer, "\(example)")
            if ours != answer { return }
        }
    }

    private static func signature(_ example: Case) throws -> String {
        let credentials = AWSCredentials(
            accessKeyID: example.id, secretAccessKey: Secret(example.secret),
            sessionToken: example.token.map { Secret($0) })
        let scope = SignatureV4.Scope(
            time: AWSTimestamp(example.time), region: example.region, service: example.service)
        let method = try #require(HTTPRequest.Method(rawValue: example.method))
        if let seconds = example.expires {
            return try PresignedURL(method, example.url, expiresIn: seconds, scope: scope, credentials: credentials)
                .signature.hexadecimal
        }
        let request = HTTPRequest(
            method, example.url, headers: example.headers.map { (name: $0[0], value: $0[1]) },
            body: example.body.isEmpty ? nil : Array(example.body.utf8))
        return try SignedHeaders(signing: request, scope: scope, credentials: credentials).signature.hexadecimal
    }

    private static func anyCase(_ generator: inout SystemRandomNumberGenerator) -> Case {
        func text(_ alphabet: String, _ lengths: ClosedRange<Int>) -> String {
            let characters = Array(alphabet)
            let length = Int.random(in: lengths, using: &generator)
            return String((0..<length).map { _ in characters[Int.random(in: 0..<characters.count, using: &generator)] })
        }
        let letters = "abcXYZ019-_.~"
        // Queries as botocore takes them: encoded already, as strictly as AWS wants it, and no name twice.
        let odd = "ab9~ é/&=+%*:é😀"
        let path = (0..<Int.random(in: 0...4, using: &generator)).map { _ in
            ["/" + text(letters, 1...5), "/" + PercentEncoding.encode(text(odd, 1...4)), "/a:b@c,d", "/..", "/.", "/"][
                Int.random(in: 0..<6, using: &generator)]
        }.joined()
        let query = (0..<Int.random(in: 0...4, using: &generator)).map {
            "\($0)\(PercentEncoding.encode(text(odd, 1...4)))=\(PercentEncoding.encode(text(odd, 0...6)))"
        }
        let isPresigned = Bool.random(using: &generator)
        let headers = (0..<Int.random(in: 0...4, using: &generator)).map { number in
            [
                ["Content-Type", "X-Amz-Target", "Accept", "x-amz-\(text("abc", 1...3))-\(number)", "User-Agent"][
                    number],
                text("ab  \té;,=\"", 1...12),
            ]
        }
        return Case(
            method: ["GET", "PUT", "POST", "DELETE"][Int.random(in: 0..<4, using: &generator)],
            url: ["https://host.example", "http://127.0.0.1:5000", "https://h:443", "http://h:80"][
                Int.random(in: 0..<4, using: &generator)] + (path.isEmpty ? "/" : path)
                + (query.isEmpty ? "" : "?" + query.joined(separator: "&")),
            body: isPresigned ? "" : text("{}\"é😀 a=&", 0...40),
            service: ["glue", "sts", "kafka-cluster"][Int.random(in: 0..<3, using: &generator)],
            region: ["us-east-1", "eu-west-1"][Int.random(in: 0..<2, using: &generator)],
            id: "AK" + text(letters, 8...20),
            secret: text("abc/+=XYZ0", 20...40), token: Bool.random(using: &generator) ? text("abc/+=9", 1...200) : nil,
            headers: isPresigned ? [] : headers, time: Double.random(in: 0...4e9, using: &generator).rounded(.down),
            expires: isPresigned ? Int.random(in: 1...604_800, using: &generator) : nil)
    }

    /// botocore's own signer, at the case's time.
    private static let script = """
        import datetime, json, sys, urllib.parse
        import botocore.auth
        from botocore.awsrequest import AWSRequest
        from botocore.credentials import Credentials

        for case in json.load(open(sys.argv[1])):
            moment = datetime.datetime.fromtimestamp(case["time"], datetime.timezone.utc)
            botocore.auth.get_current_datetime = lambda *_, **__: moment
            request = AWSRequest(method=case["method"], url=case["url"], data=case["body"].encode(),
                                 headers=dict(case["headers"]))
            credentials = Credentials(case["id"], case["secret"], case.get("token"))
            names = (credentials, case["service"], case["region"])
            if case.get("expires"):
                botocore.auth.SigV4QueryAuth(*names, expires=case["expires"]).add_auth(request)
                query = urllib.parse.parse_qs(urllib.parse.urlsplit(request.url).query)
                print(query["X-Amz-Signature"][0])
            else:
                botocore.auth.SigV4Auth(*names).add_auth(request)
                print(request.headers["Authorization"].rpartition("Signature=")[2])
        """
}
