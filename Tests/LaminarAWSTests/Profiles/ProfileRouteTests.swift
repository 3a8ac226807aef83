import LaminarCore
import Testing

@testable import LaminarAWS

@Suite struct ProfileRouteTests {
    private static let hub = "[profile hub]\naws_access_key_id = AKHUB\naws_secret_access_key = s\n"
    private static let keys = ProfileRoute.keys(AWSCredentials(accessKeyID: "AKHUB", secretAccessKey: Secret("s")))

    @Test("a role is assumed by its source profile's, whatever the depth")
    func roles() throws {
        let route = try Self.route(
            "prod",
            Self.hub + """
                [profile prod]
                role_arn = arn:aws:iam::1:role/prod
                source_profile = middle
                external_id = x
                role_session_name = night
                duration_seconds = 900
                [profile middle]
                role_arn = arn:aws:iam::1:role/middle
                source_profile = hub
                """)
        let prod = try RoleRequest(
            "arn:aws:iam::1:role/prod", sessionName: "night", externalID: "x", duration: 900, of: "test")
        let middle = try RoleRequest("arn:aws:iam::1:role/middle", of: "test")
        #expect(route == .role(prod, by: .role(middle, by: Self.keys)))
    }

    @Test("a profile may be its own source, which then means its keys")
    func itself() throws {
        let route = try Self.route(
            "hub", Self.hub + "role_arn = arn:aws:iam::1:role/hub\nsource_profile = hub\naws_session_token = t")
        let keys = ProfileRoute.keys(
            AWSCredentials(accessKeyID: "AKHUB", secretAccessKey: Secret("s"), sessionToken: Secret("t")))
        #expect(route == .role(try RoleRequest("arn:aws:iam::1:role/hub", of: "test"), by: keys))
    }

    @Test("the other sources of a role", arguments: ProfileRoute.Source.allCases)
    func sources(source: ProfileRoute.Source) throws {
        let role = "[profile p]\nrole_arn = arn:aws:iam::1:role/p\n"
        let request = try RoleRequest("arn:aws:iam::1:role/p", of: "test")
        #expect(
            try Self.route("p", role + "credential_source = \(source.rawValue)") == .role(request, by: .source(source)))
        #expect(
            try Self.route("p", role + "web_identity_token_file = /t") == .webIdentity(request, tokenFile: "/t"))
    }

    @Test("no profile, and one without credentials, have no route", arguments: ["other", "bare"])
    func nothing(profile: String) throws {
        #expect(try Self.route(profile, Self.hub + "[profile bare]\nregion = eu-west-1") == nil)
    }

    @Test(
        "what contradicts, misses or leads in a circle is an error that says so",
        arguments: [
            ("role_arn = arn:aws:iam::1:role/p", "needs one of"),
            ("role_arn = arn:aws:iam::1:role/p\nsource_profile = hub\ncredential_source = Environment", "and"),
            ("role_arn = arn:aws:iam::1:role/p\nsource_profile = nowhere", "nowhere"),
            ("role_arn = arn:aws:iam::1:role/p\nsource_profile = p", "p → p"),
            ("role_arn = arn:aws:iam::1:role/p\nsource_profile = q", "p → q → p"),
            ("role_arn = arn:aws:iam::1:role/p\ncredential_source = Moon", "Ec2InstanceMetadata"),
            ("role_arn = role/p\nsource_profile = hub", "arn:aws:iam"),
            ("role_arn = arn:aws:iam::1:role/p\nsource_profile = hub\nduration_seconds = 60", "900"),
            ("aws_access_key_id = AK", "aws_secret_access_key"),
            ("aws_secret_access_key = hidden", "aws_access_key_id"),
        ])
    func wrong(settings: String, hint: String) {
        let circle = "\n[profile q]\nrole_arn = arn:aws:iam::1:role/q\nsource_profile = p\n"
        let error = #expect(throws: AWSError.self) {
            try Self.route("p", Self.hub + "[profile p]\n" + settings + circle)
        }
        #expect(error?.code == .configuration)
        #expect(error?.message.contains(hint) == true, "\(String(describing: error))")
        #expect(error?.message.contains("hidden") == false)
    }

    @Test(
        "what needs a person or a program is refused by name, with a cure",
        arguments: [
            (
                "role_arn = arn:aws:iam::1:role/p\nsource_profile = hub\nmfa_serial = arn:aws:iam::1:mfa/me",
                "mfa_serial"
            ),
            ("credential_process = /bin/true", "credential_process"), ("sso_session = corp", "sso_session"),
            ("sso_start_url = https://x", "sso_start_url"), ("login_session = x", "login_session"),
        ])
    func unsupported(settings: String, name: String) {
        let error = #expect(throws: AWSError.self) { try Self.route("p", Self.hub + "[profile p]\n" + settings) }
        #expect(error?.code == .unsupported)
        #expect(error?.message.contains(name) == true && error?.message.contains("environment") == true)
    }

    @Test("a source profile's own way is refused as well")
    func unsupportedSource() {
        let error = #expect(throws: AWSError.self) {
            try Self.route(
                "p",
                "[profile p]\nrole_arn = arn:aws:iam::1:role/p\nsource_profile = s\n[profile s]\nsso_session = corp")
        }
        #expect(error?.code == .unsupported)
    }

    private static func route(_ name: String, _ config: String) throws -> ProfileRoute? {
        try ProfileRoute.resolve(
            name,
            in: SharedProfiles(config: SharedFile(parsing: Array(config.utf8)), credentials: SharedFile(parsing: [])))
    }
}
