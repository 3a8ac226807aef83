import LaminarCore
import LaminarHTTP

/// The credentials of an ECS task or an EKS pod (Pod Identity), from the endpoint that its agent has.
///
/// `AWS_CONTAINER_CREDENTIALS_RELATIVE_URI`, a path at 169.254.170.2, else `AWS_CONTAINER_CREDENTIALS_FULL_URI`, which over
/// plain HTTP may only lead to this machine or to the agents' own addresses. `AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE`, else
/// `AWS_CONTAINER_AUTHORIZATION_TOKEN`, is sent along. Source: AWS SDKs and Tools Reference Guide, "Container credential
/// provider".
struct ContainerLink: CredentialLink {
    let surroundings: AWSSurroundings
    let transport: any HTTPTransport
    let name = "container"

    private static let agents: Set<String> = [
        "169.254.170.2", "169.254.170.23", "[fd00:ec2::23]", "localhost", "[::1]",
    ]

    func look() async throws(AWSError) -> CredentialFinding {
        guard let url = try url() else {
            return .nothing(
                "neither AWS_CONTAINER_CREDENTIALS_RELATIVE_URI nor AWS_CONTAINER_CREDENTIALS_FULL_URI is set")
        }
        var request = HTTPRequest(.get, url, headers: [("Accept", "application/json")], timeout: .seconds(5))
        if let token = try authorization() {
            request.headers.append(("Authorization", token.withUnredacted { $0 }))
        }
        let service = "container: the credentials endpoint"
        let response = try await transport.answer(to: request, from: service)
        guard response.status == 200 else {
            let isTransient = response.status >= 500 || response.status == 429
            throw AWSError(
                isTransient ? .unavailable : .refused,
                "\(service) answered status \(response.status): check the task's role and the authorization token.")
        }
        return .credentials(try IssuedCredentials.read(response.body, from: service))
    }

    private func url() throws(AWSError) -> String? {
        if let path = surroundings.variable("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI") {
            guard path.hasPrefix("/") else { throw wrong("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI begins with /") }
            return "http://169.254.170.2" + path
        }
        guard let url = surroundings.variable("AWS_CONTAINER_CREDENTIALS_FULL_URI") else { return nil }
        let target: RequestTarget
        do {
            target = try RequestTarget(parsing: url)
        } catch {
            throw wrong("AWS_CONTAINER_CREDENTIALS_FULL_URI isn't a URL with http:// or https:// and a host")
        }
        guard target.scheme == "https" || Self.isNear(target) else {
            throw wrong(
                "AWS_CONTAINER_CREDENTIALS_FULL_URI may lead over http:// only to this machine, 169.254.170.2, "
                    + "169.254.170.23 and [fd00:ec2::23]; use https:// elsewhere")
        }
        return url
    }

    /// Whether the host is this machine or an agent's address; by the address as it is written, for a name could lead
    /// anywhere.
    private static func isNear(_ target: RequestTarget) -> Bool {
        let host = target.hostWithoutPort.lowercased()
        if agents.contains(host) { return true }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts.first == "127" && parts.allSatisfy { UInt8($0) != nil }
    }

    private func authorization() throws(AWSError) -> Secret? {
        if let file = surroundings.variable("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE") {
            guard let bytes = try surroundings.file(file, IssuedCredentials.limit), let token = TokenText(bytes) else {
                throw wrong("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE names \(file), which holds no token")
            }
            return Secret(token.text)
        }
        guard let text = surroundings.variable("AWS_CONTAINER_AUTHORIZATION_TOKEN") else { return nil }
        guard let token = TokenText(text.utf8) else {
            throw wrong("AWS_CONTAINER_AUTHORIZATION_TOKEN holds no token")
        }
        return Secret(token.text)
    }

    private func wrong(_ what: String) -> AWSError { AWSError(.configuration, "container: \(what).") }
}
