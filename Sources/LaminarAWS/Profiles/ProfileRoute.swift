import LaminarCore

/// How a profile's credentials are to be had: worked out from its settings alone, before anybody is asked.
///
///     [profile prod]                role(prod, by: role(hub, by: keys))
///     role_arn = …prod
///     source_profile = hub
indirect enum ProfileRoute: Equatable, Sendable {
    /// The profile's own keys.
    case keys(AWSCredentials)
    /// What `credential_source` names.
    case source(Source)
    /// A role, for the token in a file.
    case webIdentity(RoleRequest, tokenFile: String)
    /// A role, for the credentials that another route gives.
    case role(RoleRequest, by: ProfileRoute)

    /// The values of `credential_source`.
    enum Source: String, CaseIterable, Sendable {
        case environment = "Environment"
        case container = "EcsContainer"
        case instance = "Ec2InstanceMetadata"
    }

    /// Works out the route.
    ///
    /// - Returns: nil where the profile isn't there, or says nothing about credentials.
    /// - Throws: ``AWSError`` with code `configuration` for settings that contradict or miss one another or lead in a circle,
    ///   `unsupported` for a way that isn't taken here.
    static func resolve(_ name: String, in profiles: SharedProfiles) throws(AWSError) -> ProfileRoute? {
        try resolve(name, in: profiles, behind: [])
    }

    private static func resolve(
        _ name: String, in profiles: SharedProfiles, behind: [String]
    ) throws(AWSError) -> ProfileRoute? {
        guard let settings = profiles.settings(of: name) else { return nil }
        let profile = Profile(name: name, settings: settings)
        guard let role = profile["role_arn"] else { return try profile.credentialsOfItsOwn() }
        if profile["mfa_serial"] != nil {
            throw profile.unsupported(
                "mfa_serial asks for a person's code, which nobody can type here: let the role be assumed without it, or "
                    + "put temporary credentials into the environment")
        }
        let request = try RoleRequest(role, settings: settings, of: profile.title)
        let ways = ["source_profile", "credential_source", "web_identity_token_file"].filter { profile[$0] != nil }
        guard ways.count == 1 else {
            throw profile.wrong(
                "role_arn needs one of source_profile, credential_source and web_identity_token_file, and it has "
                    + (ways.isEmpty ? "none" : ways.joined(separator: " and ")))
        }
        if let file = profile["web_identity_token_file"] { return .webIdentity(request, tokenFile: file) }
        if let value = profile["credential_source"] {
            guard let source = Source(rawValue: value) else {
                throw profile.wrong(
                    "credential_source is one of \(Source.allCases.map(\.rawValue).joined(separator: ", "))")
            }
            return .role(request, by: .source(source))
        }
        let next = profile["source_profile"] ?? name
        // A profile may be its own source, which then means its keys.
        if next == name, let keys = try profile.credentialsOfItsOwn() { return .role(request, by: keys) }
        let chain = behind + [name]
        guard !chain.contains(next) else {
            throw profile.wrong("source_profile leads in a circle: \((chain + [next]).joined(separator: " → "))")
        }
        guard let source = try resolve(next, in: profiles, behind: chain) else {
            throw profile.wrong("its source_profile \(next) has no credentials in \(profiles.places)")
        }
        return .role(request, by: source)
    }
}

/// One profile while its route is worked out.
private struct Profile {
    let name: String
    let settings: [String: String]

    var title: String { "AWS profile \(name)" }

    /// A setting that is set to something.
    subscript(setting: String) -> String? { settings[setting].flatMap { $0.isEmpty ? nil : $0 } }

    func credentialsOfItsOwn() throws(AWSError) -> ProfileRoute? {
        switch (self["aws_access_key_id"], self["aws_secret_access_key"]) {
        case (let id?, let secret?):
            return .keys(
                AWSCredentials(
                    accessKeyID: id, secretAccessKey: Secret(secret),
                    sessionToken: self["aws_session_token"].map { Secret($0) }))
        case (.some, nil): throw wrong("it has aws_access_key_id and no aws_secret_access_key")
        case (nil, .some): throw wrong("it has aws_secret_access_key and no aws_access_key_id")
        case (nil, nil): break
        }
        let login = settings.keys.sorted().first { $0.hasPrefix("sso_") || $0 == "login_session" }
        if let login {
            throw unsupported(
                "\(login) needs a person to sign in: run `aws configure export-credentials --profile \(name) --format env` "
                    + "and put what it prints into the environment")
        }
        if self["credential_process"] != nil {
            throw unsupported(
                "credential_process would run a program, which this library never does: run it yourself and put what it "
                    + "prints into the environment, or into a file that AWS_SHARED_CREDENTIALS_FILE names")
        }
        return nil
    }

    func wrong(_ what: String) -> AWSError { AWSError(.configuration, "\(title): \(what).") }

    func unsupported(_ what: String) -> AWSError { AWSError(.unsupported, "\(title): \(what).") }
}
