#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif
public import LaminarCore

/// An access token, and how long it is good for.
public struct OAuthToken: Sendable {
    /// The bearer's token itself.
    public let value: Secret
    /// In seconds since 1970.
    public let expiration: Double
    /// When to fetch the next one, in seconds since 1970: after 80 % of this one's life.
    public let refreshAt: Double
    /// The `sub` of a token that is a JWT; nil for any other. Nobody has checked the token's signature here: it is for names
    /// and logs, not for decisions.
    public let subject: String?

    /// No larger answer is read.
    static let limit = 1 << 16

    /// Reads a token endpoint's answer.
    ///
    /// The life is `expires_in`, else the `exp` of a token that is a JWT. Source: RFC 6749, section 5.1; RFC 6750, section
    /// 2.1; RFC 7519, section 4.1.
    ///
    /// - Parameters:
    ///   - endpoint: who answered, for errors.
    ///   - now: seconds since 1970.
    init(reading body: [UInt8], from endpoint: String, now: Double) throws(OAuthError) {
        guard body.count <= Self.limit, let answer = try? JSONDecoder().decode(Answer.self, from: Data(body)),
            Self.isBearerToken(answer.token)
        else {
            throw OAuthError(
                .malformedAnswer, "\(endpoint) answered without an access token: check that it is a token endpoint.")
        }
        if let type = answer.type, type.lowercased() != "bearer" {
            throw OAuthError(.malformedAnswer, "\(endpoint) issues tokens of another type than Bearer.")
        }
        let claims = Claims(of: answer.token)
        let lifetime = answer.lifetime.map { now + $0 } ?? claims?.expiration
        guard let lifetime, lifetime.isFinite else {
            throw OAuthError(
                .malformedAnswer,
                "\(endpoint) doesn't say how long its token lives: let it send expires_in, or a JWT with exp.")
        }
        guard lifetime > now else {
            throw OAuthError(
                .unavailable, "\(endpoint) issued a token that has expired already: check this machine's clock.")
        }
        // Years from now is far enough for anybody, and small enough for every clock's arithmetic.
        expiration = min(lifetime, now + 10 * 365 * 86400)
        refreshAt = now + (expiration - now) * 0.8
        subject = claims?.subject
        value = Secret(answer.token)
    }

    /// Whether it can be sent as `Bearer …`: RFC 6750's `b64token`, which has no control character and no quote.
    private static func isBearerToken(_ text: String) -> Bool {
        !text.isEmpty
            && text.utf8.allSatisfy {
                (0x30...0x39).contains($0) || (0x41...0x5a).contains($0) || (0x61...0x7a).contains($0)
                    || "-._~+/=".utf8.contains($0)
            }
    }

    private struct Answer: Decodable {
        let token: String
        let type: String?
        /// A number, and where servers write it so, digits in a string.
        let lifetime: Double?

        private enum CodingKeys: String, CodingKey {
            case token = "access_token"
            case type = "token_type"
            case lifetime = "expires_in"
        }

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            token = try container.decode(String.self, forKey: .token)
            type = try container.decodeIfPresent(String.self, forKey: .type)
            if let number = try? container.decodeIfPresent(Double.self, forKey: .lifetime) {
                lifetime = number
            } else {
                lifetime = try container.decodeIfPresent(String.self, forKey: .lifetime).flatMap { Double($0) }
            }
        }
    }

    /// What a JWT says of itself.
    private struct Claims: Decodable {
        let subject: String?
        let expiration: Double?

        private enum CodingKeys: String, CodingKey {
            case subject = "sub"
            case expiration = "exp"
        }

        init?(of token: String) {
            let parts = token.split(separator: ".", omittingEmptySubsequences: false)
            guard parts.count == 3 else { return nil }
            var text = String(parts[1]).replacing("-", with: "+").replacing("_", with: "/")
            text += String(repeating: "=", count: (4 - text.utf8.count % 4) % 4)
            guard let data = Data(base64Encoded: text), let claims = try? JSONDecoder().decode(Self.self, from: data)
            else { return nil }
            self = claims
        }
    }
}
