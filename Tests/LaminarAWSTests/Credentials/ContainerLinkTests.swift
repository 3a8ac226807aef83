import LaminarAWS
import LaminarCore
import LaminarHTTP
import Testing

@Suite struct ContainerLinkTests {
    private static let full = "AWS_CONTAINER_CREDENTIALS_FULL_URI"

    @Test(
        "over plain HTTP only this machine and the agents are asked",
        arguments: [
            "http://127.0.0.1:51679/x", "http://127.255.0.9/x", "http://localhost/x", "http://[::1]:80/x",
            "http://169.254.170.2/x", "http://169.254.170.23/v1/credentials", "http://[fd00:ec2::23]/v1/credentials",
            "https://credentials.example/x",
        ])
    func allowed(url: String) async throws {
        let world = FakeWorld([Self.full: url]) { _ in .issued(id: "AKC") }
        #expect(try await world.chain().credentials().accessKeyID == "AKC")
        #expect(world.requests.map(\.url) == [url])
    }

    @Test(
        "anywhere else nobody is asked",
        arguments: [
            "http://example.com/x", "http://169.254.170.3/x", "http://127.0.0.1.example.com/x", "http://127.1/x",
            "http://127.0.0.1@example.com/x", "http://127.0.0.256/x", "http://[fd00:ec2::24]/x", "ftp://127.0.0.1/x",
            "/x",
            "http://localhost.example/x",
        ])
    func refused(url: String) async throws {
        let world = FakeWorld([Self.full: url]) { _ in .issued(id: "AKC") }
        let error = await #expect(throws: AWSError.self) { try await world.chain().credentials() }
        #expect(error?.code == .configuration)
        #expect(world.requests.isEmpty)
    }

    @Test("a relative path stays at the agent", arguments: ["@example.com/", "x", ".example.com/"])
    func relative(path: String) async throws {
        let world = FakeWorld(["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": path]) { _ in .issued(id: "AKC") }
        await #expect(throws: AWSError.self) { try await world.chain().credentials() }
        #expect(world.requests.isEmpty)
    }

    @Test("the token of the file counts before the variable's, and is read each time")
    func token() async throws {
        let variables = [
            Self.full: "http://127.0.0.1/x", "AWS_CONTAINER_AUTHORIZATION_TOKEN": "Basic variable",
            "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": "/token",
        ]
        let world = FakeWorld(variables, files: ["/token": "Bearer file\n"]) { _ in .issued(id: "AKC") }
        _ = try await world.chain().credentials()
        #expect(world.requests.first?.headers.last?.value == "Bearer file")
        let other = FakeWorld(variables.filter { !$0.key.hasSuffix("FILE") }) { _ in .issued(id: "AKC") }
        _ = try await other.chain().credentials()
        #expect(other.requests.first?.headers.last?.value == "Basic variable")
        let broken = FakeWorld(variables.merging(["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": "/none"]) { $1 })
        let error = await #expect(throws: AWSError.self) { try await broken.chain().credentials() }
        #expect(error?.message.contains("/none") == true)
    }

    @Test("a token can't bring a header along")
    func injection() async throws {
        let world = FakeWorld([
            Self.full: "http://127.0.0.1/x", "AWS_CONTAINER_AUTHORIZATION_TOKEN": "a\r\nHost: b",
        ])
        await #expect(throws: AWSError.self) { try await world.chain().credentials() }
        #expect(world.requests.isEmpty)
    }

    @Test(
        "refusals and nonsense are errors of their kind",
        arguments: [
            (401, "{}", AWSError.Code.refused), (404, "", .refused), (500, "", .unavailable), (429, "", .unavailable),
            (200, "", .malformedAnswer), (200, "{}", .malformedAnswer), (200, "[]", .malformedAnswer),
            (200, #"{"AccessKeyId":"a","SecretAccessKey":"hidden","Expiration":"soon"}"#, .malformedAnswer),
            (200, #"{"AccessKeyId":"a","SecretAccessKey":"hidden","Expiration":"2023-01-01T00:00:00Z"}"#, .unavailable),
            (200, String(repeating: "[", count: 60_000), .malformedAnswer),
        ])
    func answers(status: Int, body: String, code: AWSError.Code) async throws {
        let world = FakeWorld([Self.full: "http://127.0.0.1/x"]) { _ in .text(body, status: status) }
        let error = await #expect(throws: AWSError.self) { try await world.chain().credentials() }
        #expect(error?.code == code && error?.message.contains("hidden") == false, "\(String(describing: error))")
    }
}
