import LaminarCore

/// A role for a token that Kubernetes (IRSA) or another identity provider writes into a file.
///
/// `AWS_WEB_IDENTITY_TOKEN_FILE`, `AWS_ROLE_ARN`, `AWS_ROLE_SESSION_NAME`. The file is read again for each renewal, as it is
/// rewritten before its token ends.
struct WebIdentityLink: CredentialLink {
    let surroundings: AWSSurroundings
    let sts: SecurityTokenService
    let name = "web identity"

    /// STS takes no longer token.
    static let tokenLimit = 20_000

    func look() async throws(AWSError) -> CredentialFinding {
        guard let file = surroundings.variable("AWS_WEB_IDENTITY_TOKEN_FILE") else {
            return .nothing("AWS_WEB_IDENTITY_TOKEN_FILE isn't set")
        }
        guard let arn = surroundings.variable("AWS_ROLE_ARN") else {
            throw AWSError(
                .configuration, "web identity: AWS_WEB_IDENTITY_TOKEN_FILE is set and AWS_ROLE_ARN isn't.")
        }
        let role = try RoleRequest(arn, of: "AWS_ROLE_ARN")
        return .credentials(try await assume(role, tokenFile: file))
    }

    /// Assumes a role with the token that is in the file now.
    func assume(_ role: RoleRequest, tokenFile: String) async throws(AWSError) -> AWSCredentials {
        guard let bytes = try surroundings.file(tokenFile, Self.tokenLimit) else {
            throw AWSError(.configuration, "web identity: there is no token file \(tokenFile).")
        }
        guard let token = TokenText(bytes) else {
            throw AWSError(.configuration, "web identity: the file \(tokenFile) holds no token.")
        }
        return try await sts.assume(role, withWebIdentity: Secret(token.text))
    }
}

/// A token as files hold it: printable ASCII, white space around it taken off.
struct TokenText {
    let text: String

    /// Nil for anything else, which could also smuggle a line into a header.
    init?(_ bytes: some Collection<UInt8>) {
        let isSpace = { (byte: UInt8) in byte == 0x20 || (0x09...0x0d).contains(byte) }
        let text = bytes.drop(while: isSpace).reversed().drop(while: isSpace).reversed()
        guard !text.isEmpty, text.allSatisfy({ (0x20...0x7e).contains($0) }) else { return nil }
        self.text = String(decoding: text, as: UTF8.self)
    }
}
