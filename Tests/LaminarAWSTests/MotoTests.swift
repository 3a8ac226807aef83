import Foundation
import LaminarAWS
import LaminarCore
import LaminarHTTP
import LaminarTesting
import Testing

/// Against servers that nobody here wrote, in processes of their own.
@Suite struct MotoTests {
    private static let region = "eu-west-1"

    @Test("AWS's own check of signatures takes ours: a user's, a role's, a role's of a role; and refuses a wrong key")
    func signatures() async throws {
        let moto = try await MotoFixture.start()
        defer { moto.stop() }
        let client = try HTTPClient()
        defer { client.close() }
        let variables = Self.variables(of: moto)
        let user = try Self.chain(variables, client)
        #expect(try await Self.caller(user, moto, client).contains(":user/laminar"))

        let role = try Self.chain(variables, client, role: moto.roleARN)
        let credentials = try await role.credentials()
        #expect(credentials.accessKeyID.hasPrefix("ASIA") && credentials.sessionToken != nil)
        let left = try #require(credentials.expiration) - Date().timeIntervalSince1970
        #expect((3500...3700).contains(left))
        #expect(try await Self.caller(role, moto, client).contains(":assumed-role/laminar/laminar-"))

        let config = try Self.file(
            """
            [profile hub]
            role_arn = \(moto.roleARN)
            credential_source = Environment
            role_session_name = first
            [profile prod]
            role_arn = \(moto.roleARN)
            source_profile = hub
            role_session_name = second
            external_id = a b&c/é
            duration_seconds = 900
            """)
        defer { try? FileManager.default.removeItem(atPath: config) }
        let chained = try Self.chain(
            variables.merging(["AWS_CONFIG_FILE": config, "AWS_PROFILE": "prod"]) { $1 }, client, profile: "prod")
        #expect(try await Self.caller(chained, moto, client).contains(":assumed-role/laminar/second"))

        let wrong = try Self.chain(
            variables.merging(["AWS_SECRET_ACCESS_KEY": "wrong"]) { $1 }, client, role: moto.roleARN)
        let error = await #expect(throws: AWSError.self) { try await wrong.credentials() }
        #expect(
            error?.code == .refused && error?.message.contains("SignatureDoesNotMatch") == true,
            "\(String(describing: error))")
        let unknown = try Self.chain(
            variables.merging(["AWS_ACCESS_KEY_ID": "AKIAUNKNOWN"]) { $1 }, client, role: moto.roleARN)
        let other = await #expect(throws: AWSError.self) { try await unknown.credentials() }
        #expect(other?.message.contains("InvalidClientTokenId") == true, "\(String(describing: other))")
    }

    /// With a body, for moto hashes the query in place of an empty one, and refuses botocore's own signature then.
    @Test("queries and runs of spaces are signed as the receiving side reads them")
    func canonical() async throws {
        let moto = try await MotoFixture.start()
        defer { moto.stop() }
        let client = try HTTPClient()
        defer { client.close() }
        let signer = AWSRequestSigner(credentials: try Self.chain(Self.variables(of: moto), client))
        let request = HTTPRequest(
            .post, "\(moto.endpoint)/?Version=2011-06-15&Action=GetCallerIdentity&b=a%20b%2Fc&a=~",
            headers: [("X-Amz-Meta", "a   b"), ("Content-Type", "application/octet-stream")], body: [0x78])
        let response = try await client.send(signer.sign(request, service: "sts", region: Self.region))
        #expect(response.status == 200, "\(String(decoding: response.body, as: UTF8.self))")
    }

    @Test("a token in a file becomes a role whose signatures are good")
    func webIdentity() async throws {
        let moto = try await MotoFixture.start(checkingSignatures: false)
        defer { moto.stop() }
        let client = try HTTPClient()
        defer { client.close() }
        let token = try Self.file("header.payload.signature\n")
        defer { try? FileManager.default.removeItem(atPath: token) }
        let chain = try Self.chain(
            [
                "AWS_ENDPOINT_URL_STS": moto.endpoint, "AWS_ROLE_ARN": moto.roleARN, "AWS_ROLE_SESSION_NAME": "pod",
                "AWS_WEB_IDENTITY_TOKEN_FILE": token,
            ], client)
        #expect(try await chain.credentials().accessKeyID.hasPrefix("ASIA"))
        #expect(try await Self.caller(chain, moto, client).contains(":assumed-role/laminar/pod"))
    }

    @Test("an instance's credentials come from its metadata service")
    func instance() async throws {
        let moto = try await MotoFixture.start()
        defer { moto.stop() }
        let client = try HTTPClient()
        defer { client.close() }
        let chain = try Self.chain(["AWS_EC2_METADATA_SERVICE_ENDPOINT": moto.endpoint], client)
        let credentials = try await chain.credentials()
        #expect(credentials.accessKeyID == "test-key")
        #expect(credentials.secretText == "test-secret-key" && credentials.tokenText == "test-session-token")
        #expect(try #require(credentials.expiration) > Date().timeIntervalSince1970)
    }

    @Test("a container's credentials come from its agent, for its token only")
    func container() async throws {
        let answer =
            #"{"RoleArn":"r","AccessKeyId":"ASIACONTAINER","SecretAccessKey":"s","Token":"t","Expiration":"2999-01-01T00:00:00Z"}"#
        let container = try await ContainerCredentialsFixture.start(token: "Bearer right", answer: answer)
        let client = try HTTPClient()
        defer { client.close() }
        var variables = [
            "AWS_CONTAINER_CREDENTIALS_FULL_URI": container.url, "AWS_CONTAINER_AUTHORIZATION_TOKEN": "Bearer right",
        ]
        #expect(try await Self.chain(variables, client).credentials().accessKeyID == "ASIACONTAINER")
        variables["AWS_CONTAINER_AUTHORIZATION_TOKEN"] = "Bearer wrong"
        let refused = try Self.chain(variables, client)
        let error = await #expect(throws: AWSError.self) { try await refused.credentials() }
        #expect(error?.code == .refused && error?.message.contains("Bearer") == false)
    }

    @Test("an STS that isn't there is unavailable")
    func nobody() async throws {
        let moto = try await MotoFixture.start()
        let client = try HTTPClient()
        defer { client.close() }
        let chain = try Self.chain(Self.variables(of: moto), client, role: moto.roleARN)
        moto.stop()
        let error = await #expect(throws: AWSError.self) { try await chain.credentials() }
        #expect(error?.isTransient == true, "\(String(describing: error))")
    }

    private static func variables(of moto: MotoFixture) -> [String: String] {
        [
            "AWS_ACCESS_KEY_ID": moto.accessKeyID, "AWS_SECRET_ACCESS_KEY": moto.secretAccessKey,
            "AWS_ENDPOINT_URL": moto.endpoint,
        ]
    }

    private static func chain(
        _ variables: [String: String], _ client: HTTPClient, profile: String? = nil, role: String? = nil
    ) throws -> AWSCredentialChain {
        try AWSCredentialChain(
            region: region, profile: profile, roleARN: role, transport: client,
            surroundings: AWSSurroundings(variables: variables))
    }

    /// Who moto takes us for.
    private static func caller(
        _ chain: AWSCredentialChain, _ moto: MotoFixture, _ client: HTTPClient
    ) async throws -> String {
        let request = HTTPRequest(
            .post, moto.endpoint + "/",
            headers: [("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")],
            body: Array("Action=GetCallerIdentity&Version=2011-06-15".utf8))
        let signer = AWSRequestSigner(credentials: chain)
        let response = try await client.send(signer.sign(request, service: "sts", region: region))
        #expect(response.status == 200, "\(moto.log.suffix(600))")
        return String(decoding: response.body, as: UTF8.self)
    }

    private static func file(_ text: String) throws -> String {
        let path = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString).path
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        return path
    }
}
