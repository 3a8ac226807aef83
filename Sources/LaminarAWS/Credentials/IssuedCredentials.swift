#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif
import LaminarCore

/// The JSON in which a container's endpoint and an instance's metadata service hand out credentials.
///
/// Source: "Task IAM role" of the Amazon ECS Developer Guide, and "Retrieve security credentials from instance metadata" of
/// the Amazon EC2 User Guide.
struct IssuedCredentials: Decodable {
    private let code: String?
    private let accessKeyID: String?
    private let secretAccessKey: String?
    private let token: String?
    private let expiration: String?

    /// No larger answer is read.
    static let limit = 1 << 16

    private enum CodingKeys: String, CodingKey {
        case code = "Code"
        case accessKeyID = "AccessKeyId"
        case secretAccessKey = "SecretAccessKey"
        case token = "Token"
        case expiration = "Expiration"
    }

    /// - Parameter service: who answered, for errors.
    /// - Throws: ``AWSError`` with code `malformedAnswer`, or `unavailable` where the service says that it has none now.
    static func read(_ body: [UInt8], from service: String) throws(AWSError) -> AWSCredentials {
        let malformed = AWSError(.malformedAnswer, "\(service) answered with something else than credentials.")
        guard body.count <= limit, let issued = try? JSONDecoder().decode(Self.self, from: Data(body)) else {
            throw malformed
        }
        if let code = issued.code, code != "Success" {
            throw AWSError(.unavailable, "\(service) has no credentials now: check the role that is attached.")
        }
        guard let id = issued.accessKeyID, let secret = issued.secretAccessKey, !id.isEmpty, !secret.isEmpty else {
            throw malformed
        }
        var expiration: Double?
        if let text = issued.expiration {
            guard let moment = AWSTimestamp.seconds(text) else { throw malformed }
            expiration = moment
        }
        return AWSCredentials(
            accessKeyID: id, secretAccessKey: Secret(secret), sessionToken: issued.token.map { Secret($0) },
            expiration: expiration)
    }
}
