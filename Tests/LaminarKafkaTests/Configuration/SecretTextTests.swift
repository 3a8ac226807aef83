import LaminarCore
import Testing

@testable import LaminarKafka

@Suite struct SecretTextTests {
    @Test("a literal is redacted, a reference is shown") func descriptions() throws {
        #expect("\(SecretText(Secret("hunter2")))" == "<redacted>")
        #expect("\(SecretText(stringLiteral: "hunter2"))" == "<redacted>")
        #expect("\(SecretText.secret(named: "pw"))" == "${secret:pw}")
        var dumped = ""
        dump(KafkaSecurity.Authentication.plain(username: "u", password: "hunter2"), to: &dumped)
        #expect(!dumped.contains("hunter2"))
    }

    @Test("a reference is resolved, an escape is read") func resolving() async throws {
        let secrets = ClosureSecretProvider { _ in Secret("x") }
        func text(_ template: String) async throws -> String {
            try await SecretText(parsing: template).resolve(with: secrets).withUnredacted { $0 }
        }
        #expect(try await text("a ${secret:b} c") == "a x c")
        #expect(try await text("$${secret:b}") == "${secret:b}")
        #expect(try SecretText(parsing: "$${secret:b}").isLiteral)
        #expect(throws: SecretError.self) { try SecretText(parsing: "${secret:") }
    }
}
