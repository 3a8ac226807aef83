public import LaminarCore
import LaminarHTTP

/// What SASL/OAUTHBEARER shows to an Amazon MSK cluster with IAM authentication.
///
///     let token = try MSKToken(region: "eu-west-1", credentials: credentials, now: now)
///     token.value                                       // the bearer's token
///
/// It is the base64url, without padding, of a presigned `kafka-cluster:Connect` URL. Source: the signers that AWS publishes
/// for MSK (aws-msk-iam-sasl-signer); a broker refuses tokens without a `User-Agent` parameter.
public struct MSKToken: Sendable {
    /// The token itself.
    public let value: Secret
    /// In seconds since 1970: 900 s from now, or the credentials' own end where that is sooner.
    public let expiration: Double
    /// When to fetch the next one, in seconds since 1970: after 80 % of this one's life.
    public let refreshAt: Double

    /// How long a token lives at most, in seconds.
    public static let lifetime = 900

    /// - Parameters:
    ///   - region: the cluster's, which is also in its brokers' names.
    ///   - now: seconds since 1970.
    ///   - userAgent: what AWS's logs show as the client.
    /// - Throws: ``AWSError`` with code `configuration` for a region that isn't one, with `noCredentials` for credentials
    ///   that have expired, with `signing`.
    public init(
        region: String, credentials: AWSCredentials, now: Double,
        userAgent: String = "laminar-msk-iam-signer"
    ) throws(AWSError) {
        let presigned = try Self.presigned(region: region, credentials: credentials, now: now, userAgent: userAgent)
        let url = presigned.url
        value = url.withUnredacted { Secret(Self.base64URL(Array($0.utf8))) }
        let life = try Self.life(of: credentials, now: now)
        // X-Amz-Date has whole seconds, so that the life begins with the second.
        expiration = min(now.rounded(.down) + Double(life), credentials.expiration ?? .infinity)
        refreshAt = now + max(0, expiration - now) * 0.8
    }

    static func presigned(
        region: String, credentials: AWSCredentials, now: Double, userAgent: String
    ) throws(AWSError) -> PresignedURL {
        let region = try AWSRegion(region)
        return try PresignedURL(
            .get, "https://kafka.\(region.name).amazonaws.com/?Action=kafka-cluster%3AConnect",
            expiresIn: life(of: credentials, now: now),
            scope: SignatureV4.Scope(time: AWSTimestamp(now), region: region.name, service: "kafka-cluster"),
            credentials: credentials, unsigned: [("User-Agent", userAgent)])
    }

    private static func life(of credentials: AWSCredentials, now: Double) throws(AWSError) -> Int {
        guard let end = credentials.expiration else { return lifetime }
        let left = (end - now).rounded(.down)
        guard left >= 1 else {
            throw AWSError(
                .noCredentials, "The AWS credentials have expired: whoever supplies them must renew them.")
        }
        return left >= Double(lifetime) ? lifetime : Int(left)
    }

    /// RFC 4648, section 5, without padding.
    static func base64URL(_ bytes: [UInt8]) -> String {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
        var text: [UInt8] = []
        text.reserveCapacity((bytes.count / 3 + 1) * 4)
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            var bits = group.reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
            bits <<= UInt32(8 * (3 - group.count))
            for place in 0...group.count { text.append(alphabet[Int(bits >> UInt32(18 - 6 * place)) & 63]) }
        }
        return String(decoding: text, as: UTF8.self)
    }
}
