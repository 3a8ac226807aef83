import LaminarHTTP

/// A profile of the shared config and credentials files, whatever its route.
struct ProfileLink: CredentialLink {
    let surroundings: AWSSurroundings
    let sts: SecurityTokenService
    let transport: any HTTPTransport
    /// The one that was asked for; nil for `AWS_PROFILE`, else `default`.
    let chosen: String?

    var name: String { "profile \(profile)" }

    private var profile: String { chosen ?? surroundings.variable("AWS_PROFILE") ?? "default" }

    func look() async throws(AWSError) -> CredentialFinding {
        let profiles = try SharedProfiles(reading: surroundings)
        guard let route = try ProfileRoute.resolve(profile, in: profiles) else {
            guard profiles.settings(of: profile) != nil else {
                let isNamed = chosen != nil || surroundings.variable("AWS_PROFILE") != nil
                guard isNamed else { return .nothing("there is no such profile in \(profiles.places)") }
                throw AWSError(
                    .configuration,
                    "AWS profile \(profile) isn't in \(profiles.places): write it there, or name another.")
            }
            return .nothing("it names no credentials in \(profiles.places)")
        }
        return .credentials(try await follow(route))
    }

    private func follow(_ route: ProfileRoute) async throws(AWSError) -> AWSCredentials {
        switch route {
        case .keys(let credentials): return credentials
        case .webIdentity(let role, let file):
            return try await WebIdentityLink(surroundings: surroundings, sts: sts).assume(role, tokenFile: file)
        case .role(let role, let source): return try await sts.assume(role, with: follow(source))
        case .source(let source):
            let link: any CredentialLink =
                switch source {
                case .environment: EnvironmentLink(surroundings: surroundings)
                case .container: ContainerLink(surroundings: surroundings, transport: transport)
                case .instance: InstanceLink(surroundings: surroundings, transport: transport)
                }
            switch try await link.look() {
            case .credentials(let credentials): return credentials
            case .nothing(let reason):
                throw AWSError(
                    .noCredentials,
                    "AWS profile \(profile): credential_source = \(source.rawValue) has no credentials: \(reason).")
            }
        }
    }
}
