import LaminarCore
import LaminarHTTP

/// The credentials of an EC2 instance's role, from its metadata service, version 2 only: version 1 answers anybody who can
/// make the process fetch a URL.
///
/// `AWS_EC2_METADATA_DISABLED`, `AWS_EC2_METADATA_SERVICE_ENDPOINT`, `AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE` (`IPv4`,
/// `IPv6`). Source: Amazon EC2 User Guide, "Use the Instance Metadata Service to access instance metadata".
struct InstanceLink: CredentialLink {
    let surroundings: AWSSurroundings
    let transport: any HTTPTransport
    let name = "instance"

    private static let service = "instance: the EC2 metadata service"
    private static let roles = "/latest/meta-data/iam/security-credentials/"
    /// The service is one hop away, or isn't there.
    private static let timeout = Duration.seconds(2)

    func look() async throws(AWSError) -> CredentialFinding {
        if surroundings.variable("AWS_EC2_METADATA_DISABLED")?.lowercased() == "true" {
            return .nothing("AWS_EC2_METADATA_DISABLED is true")
        }
        let endpoint = try endpoint()
        let response: HTTPResponse
        do {
            response = try await transport.send(
                HTTPRequest(
                    .put, endpoint + "/latest/api/token",
                    headers: [("X-aws-ec2-metadata-token-ttl-seconds", "21600")], body: [], timeout: Self.timeout))
        } catch {
            return .nothing("no EC2 metadata service answers at \(endpoint)")
        }
        switch response.status {
        case 200: break
        case 403, 404, 405, 501: return .nothing("the EC2 metadata service gives no session token (version 2)")
        default: throw Self.refusal(response.status)
        }
        guard response.body.count <= 1024, let token = TokenText(response.body) else {
            throw AWSError(.malformedAnswer, "\(Self.service) answered with something else than a session token.")
        }
        return try await look(at: endpoint, token: Secret(token.text))
    }

    private func look(at endpoint: String, token: Secret) async throws(AWSError) -> CredentialFinding {
        let listing = try await get(endpoint + Self.roles, token)
        if listing.status == 404 { return .nothing("the EC2 instance has no role") }
        guard listing.status == 200 else { throw Self.refusal(listing.status) }
        let line = listing.body.prefix { $0 != 0x0a && $0 != 0x0d }
        guard line.count <= 128, let role = TokenText(line) else { return .nothing("the EC2 instance has no role") }
        let response = try await get(endpoint + Self.roles + PercentEncoding.encode(role.text), token)
        guard response.status == 200 else { throw Self.refusal(response.status) }
        return .credentials(try IssuedCredentials.read(response.body, from: Self.service))
    }

    private func get(_ url: String, _ token: Secret) async throws(AWSError) -> HTTPResponse {
        let headers = [(name: "X-aws-ec2-metadata-token", value: token.withUnredacted { $0 })]
        return try await transport.answer(
            to: HTTPRequest(.get, url, headers: headers, timeout: Self.timeout), from: Self.service)
    }

    private func endpoint() throws(AWSError) -> String {
        if var url = surroundings.variable("AWS_EC2_METADATA_SERVICE_ENDPOINT") {
            while url.hasSuffix("/") { url.removeLast() }
            do {
                _ = try RequestTarget(parsing: url)
            } catch {
                throw AWSError(
                    .configuration, "instance: AWS_EC2_METADATA_SERVICE_ENDPOINT isn't a URL with http:// and a host.")
            }
            return url
        }
        let isVersion6 = surroundings.variable("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE")?.lowercased() == "ipv6"
        return isVersion6 ? "http://[fd00:ec2::254]" : "http://169.254.169.254"
    }

    private static func refusal(_ status: Int) -> AWSError {
        AWSError(
            status >= 500 || status == 429 ? .unavailable : .refused,
            "\(service) answered status \(status): check the instance's metadata options and its role.")
    }
}
