import Foundation
import LaminarCore
import Testing

@testable import LaminarAWS

@Suite struct MSKTokenTests {
    struct Vector: Decodable, Sendable, CustomTestStringConvertible {
        let name, region, accessKeyId, secretAccessKey: String
        let sessionToken: String?
        let signingTime, userAgent, host, credentialScope, canonicalRequest, canonicalRequestSha256,
            stringToSign: String
        let kDateHex, kRegionHex, kServiceHex, kSigningHex, signature, signedUrl: String
        let expiresSeconds: Int
        let tokenLifetimeEndMs: Double
        var testDescription: String { name }

        var credentials: AWSCredentials {
            AWSCredentials(
                accessKeyID: accessKeyId, secretAccessKey: Secret(secretAccessKey),
                sessionToken: sessionToken.map { Secret($0) })
        }
    }

    @Test("a token is AWS's own, step by step", arguments: try Vectors.read("msk_iam_tokens.json", as: Vector.self))
    func vectors(vector: Vector) throws {
        let now = try Vectors.seconds(vector.signingTime)
        let scope = SignatureV4.Scope(time: AWSTimestamp(now), region: vector.region, service: "kafka-cluster")
        #expect(scope.text == vector.credentialScope)
        #expect(
            try scope.keys(Secret(vector.secretAccessKey)).map { Digest.hexadecimal($0) }
                == [vector.kDateHex, vector.kRegionHex, vector.kServiceHex, vector.kSigningHex])
        let presigned = try MSKToken.presigned(
            region: vector.region, credentials: vector.credentials, now: now, userAgent: vector.userAgent)
        #expect(presigned.canonical.text == vector.canonicalRequest)
        #expect(
            Digest.hexadecimal(try Digest.sha256(Array(presigned.canonical.text.utf8)))
                == vector.canonicalRequestSha256)
        #expect(presigned.signature.stringToSign == vector.stringToSign)
        #expect(presigned.signature.hexadecimal == vector.signature)

        let token = try MSKToken(
            region: vector.region, credentials: vector.credentials, now: now, userAgent: vector.userAgent)
        let text = token.value.withUnredacted { $0 }
        #expect(!text.contains("=") && !text.contains("+") && !text.contains("/"))
        #expect(try Self.parameters(of: Self.url(in: text)) == Self.parameters(of: vector.signedUrl))
        #expect(try Self.url(in: text).hasPrefix("https://\(vector.host)/?"))
        #expect(token.expiration * 1000 == vector.tokenLifetimeEndMs)
        #expect(token.refreshAt == now + 720)
    }

    @Test("a token never outlives its credentials, and says so in its URL")
    func credentialsThatEnd() throws {
        let token = try MSKToken(region: "eu-west-1", credentials: Self.credentials(until: 1000.5), now: 900)
        #expect(token.expiration == 1000)
        #expect(token.refreshAt == 980)
        #expect(try Self.parameters(of: Self.url(in: token.value.withUnredacted { $0 }))["X-Amz-Expires"] == "100")
        let later = try MSKToken(region: "eu-west-1", credentials: Self.credentials(until: 10_000), now: 900)
        #expect(later.expiration == 1800)
    }

    @Test("credentials that have ended make no token", arguments: [900, 899, 900.9, -Double.infinity] as [Double])
    func expired(end: Double) {
        let error = #expect(throws: AWSError.self) {
            try MSKToken(region: "eu-west-1", credentials: Self.credentials(until: end), now: 900)
        }
        #expect(error?.code == .noCredentials)
    }

    @Test("a region that could lead elsewhere is refused", arguments: ["", "eu-west-1.evil.example/", "EU", "eu west"])
    func regions(region: String) {
        let error = #expect(throws: AWSError.self) {
            try MSKToken(region: region, credentials: Self.credentials(until: nil), now: 0)
        }
        #expect(error?.code == .configuration)
    }

    @Test("tokens follow the credentials that there are")
    func source() async throws {
        let source = MSKTokenSource(
            region: "eu-west-1", credentials: StaticAWSCredentials(Self.credentials(until: nil)), now: { 100 })
        #expect(try await source.token().expiration == 1000)
        #expect(!"\(try await source.token())".contains("aHR0"))
    }

    @Test("base64url is Foundation's, whatever the length")
    func base64() {
        for count in 0..<50 {
            let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 89 &+ 250) }
            let expected = Data(bytes).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_")
                .replacing("=", with: "")
            #expect(MSKToken.base64URL(bytes) == expected)
        }
    }

    private static func credentials(until end: Double?) -> AWSCredentials {
        AWSCredentials(accessKeyID: "AKIDEXAMPLE", secretAccessKey: Secret("secret"), expiration: end)
    }

    private static func url(in token: String) throws -> String {
        let standard = token.replacing("-", with: "+").replacing("_", with: "/")
        let padded = standard + String(repeating: "=", count: (4 - standard.count % 4) % 4)
        return String(decoding: try #require(Data(base64Encoded: padded)), as: UTF8.self)
    }

    private static func parameters(of url: String) throws -> [String: String] {
        let items = try #require(URLComponents(string: url)?.queryItems)
        return Dictionary(items.map { ($0.name, $0.value ?? "") }, uniquingKeysWith: { $0 + " and " + $1 })
    }
}
