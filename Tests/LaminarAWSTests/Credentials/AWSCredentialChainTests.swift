import LaminarAWS
import LaminarCore
import LaminarHTTP
import Testing

@Suite struct AWSCredentialChainTests {
    private static let keys = ["AWS_ACCESS_KEY_ID": "AKENV", "AWS_SECRET_ACCESS_KEY": "env-secret"]
    private static let files = ["/h/.aws/credentials": "[default]\naws_access_key_id=AKFILE\naws_secret_access_key=f"]
    private static let web = ["AWS_WEB_IDENTITY_TOKEN_FILE": "/token", "AWS_ROLE_ARN": "arn:aws:iam::1:role/web"]
    private static let container = ["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "/v2/x"]

    @Test("each place counts before those behind it", arguments: 0..<5)
    func order(first: Int) async throws {
        let places = [Self.keys, ["HOME": "/h"], Self.web, Self.container, [:]]
        let variables = places[first...].reduce(into: [:]) { $0.merge($1) { $1 } }
        let world = FakeWorld(variables, files: Self.files.merging(["/token": "t"]) { $1 }) {
            request throws(HTTPError) in
            if request.url.hasPrefix("https://sts.") { return .role("AssumeRoleWithWebIdentity", id: "AKWEB") }
            if request.url == "http://169.254.170.2/v2/x" { return .issued(id: "AKCONTAINER") }
            if request.method == .put { return .text("session") }
            return request.url.hasSuffix("/") ? .text("my role\n") : .issued(id: "AKINSTANCE")
        }
        let expected = ["AKENV", "AKFILE", "AKWEB", "AKCONTAINER", "AKINSTANCE"][first]
        #expect(try await world.chain().credentials().accessKeyID == expected)
    }

    @Test("where there is nothing, the error names every place and what would help")
    func nothing() async throws {
        let error = await #expect(throws: AWSError.self) {
            try await FakeWorld(["HOME": "/h", "AWS_SESSION_TOKEN": "hidden"]).chain().credentials()
        }
        let message = try #require(error).message
        #expect(error?.code == .noCredentials)
        for part in [
            "AWS_ACCESS_KEY_ID", "profile default", "/h/.aws/config", "AWS_WEB_IDENTITY_TOKEN_FILE",
            "AWS_CONTAINER_CREDENTIALS_FULL_URI", "169.254.169.254",
        ] { #expect(message.contains(part), "\(message)") }
        #expect(!message.contains("hidden"))
    }

    @Test("a place that is set up and fails ends the search, and nobody else is asked")
    func failure() async throws {
        let world = FakeWorld(Self.web, files: ["/token": "t"]) { _ in .text("oops", status: 503) }
        let error = await #expect(throws: AWSError.self) { try await world.chain().credentials() }
        #expect(error?.code == .unavailable && error?.isTransient == true)
        #expect(error?.message.contains("Looked at before: environment") == true)
        #expect(world.requests.count == 1)
    }

    @Test(
        "half a pair of keys, or keys that have ended, are an error",
        arguments: [
            ["AWS_ACCESS_KEY_ID": "AKENV"], ["AWS_SECRET_ACCESS_KEY": "hidden"],
            keys.merging(["AWS_CREDENTIAL_EXPIRATION": "2023-12-31T23:59:59Z"]) { $1 },
            keys.merging(["AWS_CREDENTIAL_EXPIRATION": "tomorrow"]) { $1 },
        ])
    func environment(variables: [String: String]) async throws {
        let world = FakeWorld(variables)
        let error = await #expect(throws: AWSError.self) { try await world.chain().credentials() }
        #expect(error?.message.contains("environment") == true && error?.message.contains("hidden") == false)
    }

    @Test("the environment's temporary credentials keep their token and their end")
    func temporary() async throws {
        let more = ["AWS_SESSION_TOKEN": "token", "AWS_CREDENTIAL_EXPIRATION": "2024-01-01T01:00:00+00:00"]
        let credentials = try await FakeWorld(Self.keys.merging(more) { $1 }).chain().credentials()
        #expect(credentials.tokenText == "token")
        #expect(credentials.expiration == 1_704_070_800)
    }

    @Test("a profile that is asked for is the only place; one that AWS_PROFILE names must be there")
    func profiles() async throws {
        let files = ["/c": "[profile ci]\naws_access_key_id=AKCI\naws_secret_access_key=s\n[profile bare]\nregion=x"]
        let variables = Self.keys.merging(["AWS_CONFIG_FILE": "/c", "AWS_SHARED_CREDENTIALS_FILE": "~/k", "HOME": "/h"])
        { $1 }
        let world = FakeWorld(variables, files: files)
        #expect(try await world.chain(profile: "ci").credentials().accessKeyID == "AKCI")
        let bare = await #expect(throws: AWSError.self) { try await world.chain(profile: "bare").credentials() }
        #expect(bare?.code == .noCredentials && bare?.message.contains("profile bare") == true)
        let other = await #expect(throws: AWSError.self) { try await world.chain(profile: "x").credentials() }
        #expect(other?.code == .configuration && other?.message.contains("/h/k") == true)
        let named = FakeWorld(["AWS_PROFILE": "ci", "AWS_CONFIG_FILE": "/c"], files: files)
        #expect(try await named.chain().credentials().accessKeyID == "AKCI")
        let missing = FakeWorld(["AWS_PROFILE": "x", "AWS_CONFIG_FILE": "/c"], files: files)
        await #expect(throws: AWSError.self) { try await missing.chain().credentials() }
    }

    @Test("roles are assumed one after the other, the last being the one on top")
    func roles() async throws {
        let config = """
            [profile prod]
            role_arn = arn:aws:iam::1:role/prod
            source_profile = hub
            external_id = a&b
            duration_seconds = 3600
            role_session_name = night
            [profile hub]
            aws_access_key_id = AKHUB
            aws_secret_access_key = s
            """
        let world = FakeWorld(["AWS_CONFIG_FILE": "/c"], files: ["/c": config]) { request throws(HTTPError) in
            let form = String(decoding: request.body ?? [], as: UTF8.self)
            return .role("AssumeRole", id: form.contains("role%2Fprod") ? "ASPROD" : "ASTOP")
        }
        let chain = try world.chain(profile: "prod", roleARN: "arn:aws:iam::1:role/top")
        let credentials = try await chain.credentials()
        #expect(credentials.accessKeyID == "ASTOP" && credentials.secretText == "of<ASTOP>")
        #expect(credentials.tokenText == "token-of-ASTOP" && credentials.expiration == 1_704_070_800)
        #expect(
            world.forms == [
                "Action=AssumeRole&Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam%3A%3A1%3Arole%2Fprod&RoleSessionName=night"
                    + "&DurationSeconds=3600&ExternalId=a%26b",
                "Action=AssumeRole&Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam%3A%3A1%3Arole%2Ftop"
                    + "&RoleSessionName=laminar-20240101T000000Z",
            ])
        let signers = world.requests.map { $0.headers.first { $0.name == "Authorization" }?.value ?? "" }
        #expect(signers[0].contains("Credential=AKHUB/20240101/eu-west-1/sts/"))
        #expect(signers[1].contains("Credential=ASPROD/20240101/eu-west-1/sts/"))
        #expect(world.requests.allSatisfy { $0.url == "https://sts.eu-west-1.amazonaws.com/" })
    }

    @Test("a profile's role by the environment, and one by a token")
    func otherSources() async throws {
        let config = """
            [profile env]
            role_arn = arn:aws:iam::1:role/env
            credential_source = Environment
            [profile web]
            role_arn = arn:aws:iam::1:role/web
            web_identity_token_file = /token
            """
        let files = ["/c": config, "/token": " t/1 \n"]
        let world = FakeWorld(Self.keys.merging(["AWS_CONFIG_FILE": "/c"]) { $1 }, files: files) { request in
            let form = String(decoding: request.body ?? [], as: UTF8.self)
            return .role(form.contains("WebIdentity") ? "AssumeRoleWithWebIdentity" : "AssumeRole", id: "ASROLE")
        }
        #expect(try await world.chain(profile: "env").credentials().accessKeyID == "ASROLE")
        #expect(try await world.chain(profile: "web").credentials().accessKeyID == "ASROLE")
        #expect(world.forms[1].hasSuffix("&WebIdentityToken=t%2F1"))
        #expect(!world.requests[1].headers.contains { $0.name == "Authorization" })

        let without = FakeWorld(["AWS_CONFIG_FILE": "/c"], files: files)
        let error = await #expect(throws: AWSError.self) { try await without.chain(profile: "env").credentials() }
        #expect(error?.message.contains("credential_source = Environment") == true)
    }

    @Test(
        "STS's refusals say what to do, and nothing of what it said",
        arguments: [
            ("AccessDenied", 403, AWSError.Code.refused, "trust policy"), ("ExpiredToken", 400, .refused, "renew"),
            ("ExpiredTokenException", 400, .refused, "renew"), ("InvalidIdentityToken", 400, .refused, "issuer"),
            ("SignatureDoesNotMatch", 403, .refused, "clock"), ("InvalidClientTokenId", 403, .refused, "access key"),
            ("RegionDisabledException", 403, .refused, "region"), ("IDPCommunicationError", 400, .unavailable, "STS"),
            ("Throttling", 400, .unavailable, "STS"), ("", 500, .unavailable, "500"), ("<i/>", 400, .refused, "400"),
        ])
    func refusals(said: String, status: Int, code: AWSError.Code, hint: String) async throws {
        let body =
            "<ErrorResponse><Error><Type>Sender</Type><Code>\(said)</Code><Message>hidden</Message></Error></ErrorResponse>"
        let world = FakeWorld(Self.keys) { _ in .text(body, status: status) }
        let chain = try world.chain(roleARN: "arn:aws:iam::1:role/r")
        let error = await #expect(throws: AWSError.self) { try await chain.credentials() }
        #expect(error?.code == code)
        #expect(
            error?.message.contains(hint) == true && error?.message.contains("hidden") == false,
            "\(String(describing: error))")
        #expect(error?.message.contains("arn:aws:iam::1:role/r") == true)
    }

    @Test("an answer that isn't STS's is said to be none", arguments: ["", "<html></html>", "{}", "<a>"])
    func malformed(body: String) async throws {
        let chain = try FakeWorld(Self.keys) { _ in .text(body) }.chain(roleARN: "arn:aws:iam::1:role/r")
        let error = await #expect(throws: AWSError.self) { try await chain.credentials() }
        #expect(error?.code == .malformedAnswer)
    }

    @Test(
        "the endpoint is the region's, or what the environment says",
        arguments: [
            ("cn-north-1", [:], "https://sts.cn-north-1.amazonaws.com.cn/"),
            ("us-gov-west-1", [:], "https://sts.us-gov-west-1.amazonaws.com/"),
            ("eu-west-1", ["AWS_ENDPOINT_URL": "http://127.0.0.1:5000"], "http://127.0.0.1:5000/"),
            (
                "eu-west-1", ["AWS_ENDPOINT_URL": "http://a", "AWS_ENDPOINT_URL_STS": "https://b/sts/"],
                "https://b/sts/"
            ),
        ] as [(String, [String: String], String)])
    func endpoints(region: String, variables: [String: String], url: String) async throws {
        let world = FakeWorld(Self.keys.merging(variables) { $1 }) { _ in .role("AssumeRole", id: "AS") }
        let chain = try AWSCredentialChain(
            region: region, roleARN: "arn:aws:iam::1:role/r", transport: world, surroundings: world.surroundings)
        _ = try await chain.credentials()
        #expect(world.requests.map(\.url) == [url])
    }

    @Test("what can't be a region, a role or an endpoint is refused before anybody is asked")
    func refused() {
        let world = FakeWorld()
        #expect(throws: AWSError.self) { try world.chain(roleARN: "role/r") }
        #expect(throws: AWSError.self) { try FakeWorld(["AWS_ENDPOINT_URL": "nowhere"]).chain() }
        #expect(throws: AWSError.self) {
            try AWSCredentialChain(region: "a.b", transport: world, surroundings: world.surroundings)
        }
    }

    @Test(
        "a token's file that is missing, empty, too large or not text is named",
        arguments: [nil, "", "\n", "a\nb", "long"])
    func tokenFiles(content: String?) async throws {
        var files: [String: String] = [:]
        files["/token"] = content == "long" ? String(repeating: "a", count: 20_001) : content
        let world = FakeWorld(Self.web, files: files)
        let error = await #expect(throws: AWSError.self) { try await world.chain().credentials() }
        #expect(error?.code == .configuration && error?.message.contains("/token") == true)
        #expect(world.requests.isEmpty)
    }
}
