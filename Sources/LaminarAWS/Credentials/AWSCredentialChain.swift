public import LaminarHTTP

/// Finds credentials where AWS's own tools do, keeps them, and renews them before their end.
///
///     let chain = try AWSCredentialChain(region: "eu-west-1", transport: client)
///     let signer = AWSRequestSigner(credentials: chain)
///
/// In this order: environment, profile of the shared files (with roles, chains of them, web identity), web identity of the
/// environment, container (ECS, EKS), EC2 instance. The first that is set up counts: where it then fails, its error is thrown
/// rather than another identity taken. A `profile` that is asked for is the only one looked at. With `roleARN`, that role is
/// assumed with what was found.
///
/// Credentials are renewed five to six minutes before their end, once for all who wait; where that fails, the old ones serve
/// until their end, with a new try every 30 s. Those without an end are looked up again after 15 minutes. No program is ever
/// run: `credential_process`, SSO and `mfa_serial` are refused by name.
public struct AWSCredentialChain: AWSCredentialsProvider {
    private let kept: KeptCredentials

    /// - Parameters:
    ///   - region: whose STS is asked for roles.
    ///   - profile: a profile of the shared files, the only place looked at; nil for the whole chain.
    ///   - roleARN: a role that is assumed on top.
    ///   - transport: asks STS, a container's endpoint and the metadata service; the latter two must not lie behind a proxy
    ///     (`no_proxy`).
    ///   - surroundings: the process's own, unless a test has others.
    /// - Throws: ``AWSError`` with code `configuration` for a region, role or `AWS_ENDPOINT_URL` that isn't one. Nobody is
    ///   asked yet.
    public init(
        region: String, profile: String? = nil, roleARN: String? = nil, transport: any HTTPTransport,
        surroundings: AWSSurroundings = AWSSurroundings()
    ) throws(AWSError) {
        let sts = try SecurityTokenService(region: region, transport: transport, surroundings: surroundings)
        let role: RoleRequest? = if let roleARN { try RoleRequest(roleARN, of: "auth.role_arn") } else { nil }
        let profiles = ProfileLink(surroundings: surroundings, sts: sts, transport: transport, chosen: profile)
        let links: [any CredentialLink] =
            profile != nil
            ? [profiles]
            : [
                EnvironmentLink(surroundings: surroundings), profiles,
                WebIdentityLink(surroundings: surroundings, sts: sts),
                ContainerLink(surroundings: surroundings, transport: transport),
                InstanceLink(surroundings: surroundings, transport: transport),
            ]
        kept = KeptCredentials(surroundings: surroundings) {
            let found = try await Self.first(of: links)
            guard let role else { return found }
            return try await sts.assume(role, with: found)
        }
    }

    /// Credentials that are good now.
    ///
    /// - Throws: ``AWSError``: `noCredentials` names every place and why it had none; else what the place that is set up
    ///   failed with. `CancellationError` when the task is cancelled.
    public func credentials() async throws -> AWSCredentials {
        try await kept.credentials()
    }

    private static func first(of links: [any CredentialLink]) async throws(AWSError) -> AWSCredentials {
        var reasons: [String] = []
        for link in links {
            do {
                switch try await link.look() {
                case .credentials(let credentials): return credentials
                case .nothing(let reason): reasons.append("\(link.name): \(reason)")
                }
            } catch {
                guard !reasons.isEmpty else { throw error }
                throw AWSError(
                    error.code, "\(error.message) Looked at before: \(reasons.joined(separator: "; ")).",
                    underlying: error.underlying)
            }
        }
        throw AWSError(
            .noCredentials,
            "No AWS credentials were found. \(reasons.joined(separator: "; ")). Set one of these up.")
    }
}
