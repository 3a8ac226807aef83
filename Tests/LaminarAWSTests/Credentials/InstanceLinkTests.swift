import LaminarAWS
import LaminarCore
import LaminarHTTP
import Testing

@Suite struct InstanceLinkTests {
    @Test(
        "a session's token is fetched and shown; the endpoint is what the environment says",
        arguments: [
            ([:], "http://169.254.169.254"),
            (["AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE": "IPv6"], "http://[fd00:ec2::254]"),
            (["AWS_EC2_METADATA_SERVICE_ENDPOINT": "http://127.0.0.1:1338/"], "http://127.0.0.1:1338"),
        ] as [([String: String], String)])
    func session(variables: [String: String], endpoint: String) async throws {
        let world = FakeWorld(variables) { request throws(HTTPError) in
            if request.method == .put { return .text("a session") }
            return request.url.hasSuffix("/") ? .text("my+role\nother\n") : .issued(id: "AKI")
        }
        let credentials = try await world.chain().credentials()
        #expect(credentials.accessKeyID == "AKI" && credentials.tokenText == "t")
        #expect(credentials.expiration == 1_704_088_800)
        let roles = endpoint + "/latest/meta-data/iam/security-credentials/"
        #expect(world.requests.map(\.url) == [endpoint + "/latest/api/token", roles, roles + "my%2Brole"])
        #expect(world.requests.map(\.method) == [.put, .get, .get])
        #expect(world.requests[0].headers.map(\.name) == ["X-aws-ec2-metadata-token-ttl-seconds"])
        #expect(
            world.requests[1...].allSatisfy {
                $0.headers.map(\.name) == ["X-aws-ec2-metadata-token"] && $0.headers.first?.value == "a session"
            })
    }

    @Test("a service of version 1 only is never used", arguments: [403, 404, 405])
    func versionOne(status: Int) async throws {
        let world = FakeWorld { request in request.method == .put ? .text("", status: status) : .issued(id: "AKI") }
        let error = await #expect(throws: AWSError.self) { try await world.chain().credentials() }
        #expect(error?.code == .noCredentials && error?.message.contains("version 2") == true)
        #expect(world.requests.count == 1)
    }

    @Test("switched off, it isn't asked")
    func disabled() async throws {
        let world = FakeWorld(["AWS_EC2_METADATA_DISABLED": "TRUE"])
        let error = await #expect(throws: AWSError.self) { try await world.chain().credentials() }
        #expect(error?.message.contains("AWS_EC2_METADATA_DISABLED") == true)
        #expect(world.requests.isEmpty)
    }

    @Test("an instance without a role has no credentials", arguments: [(404, "x"), (200, ""), (200, "\n")])
    func noRole(status: Int, body: String) async throws {
        let world = FakeWorld { request in request.method == .put ? .text("t") : .text(body, status: status) }
        let error = await #expect(throws: AWSError.self) { try await world.chain().credentials() }
        #expect(error?.code == .noCredentials && error?.message.contains("no role") == true)
    }

    @Test("a service that fails, or has none now, is unavailable")
    func failing() async throws {
        let worlds = [
            FakeWorld { _ in .text("", status: 500) },
            FakeWorld { request in request.method == .put ? .text("t") : .text("", status: 503) },
            FakeWorld { request in
                if request.method == .put { return .text("t") }
                return request.url.hasSuffix("/")
                    ? .text("r") : .issued(id: "AKI", code: "AssumeRoleUnauthorizedAccess")
            },
        ]
        for world in worlds {
            let error = await #expect(throws: AWSError.self) { try await world.chain().credentials() }
            #expect(error?.code == .unavailable)
        }
    }
}
