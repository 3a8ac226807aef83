import LaminarCore
import Testing

@Suite struct SecretTests {
    @Test("a secret is redacted however it is printed") func redaction() {
        let secret = Secret("hunter2")
        var dumped = ""
        dump(secret, to: &dumped)
        for text in ["\(secret)", String(reflecting: secret), String(describing: Optional(secret)), dumped] {
            #expect(!text.contains("hunter2"))
        }
        #expect(secret.withUnredacted { $0 } == "hunter2")
    }

    @Test("references are replaced anywhere, any number of times") func resolution() async throws {
        let provider = ClosureSecretProvider { name in Secret("<\(name)>") }
        let template = try SecretTemplate(parsing: "a${secret:x}b${secret:y}$${secret:z}")
        #expect(template.names == ["x", "y"])
        let value = try await template.resolve(with: provider)
        #expect(value.withUnredacted { $0 } == "a<x>b<y>${secret:z}")
    }

    @Test("a missing secret's error names only its name") func missing() async throws {
        let template = try SecretTemplate(parsing: "${secret:nowhere}")
        let error = await #expect(throws: SecretError.self) {
            try await template.resolve(with: SecretProviderChain([]))
        }
        #expect(error?.code == .missing)
        #expect(error?.message.contains("nowhere") == true)
    }

    @Test(arguments: ["${secret:", "${secret:x", "${secret:}"])
    func malformed(text: String) {
        #expect(throws: SecretError.self) { try SecretTemplate(parsing: text) }
    }

    @Test("environment names may be shouted") func environment() async throws {
        let provider = EnvironmentSecretProvider(variables: ["KAFKA_PASSWORD": "p"])
        #expect(try await provider.secret(named: "kafka-password") == Secret("p"))
        #expect(try await provider.secret(named: "other") == nil)
    }
}
