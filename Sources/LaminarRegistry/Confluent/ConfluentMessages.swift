/// The objects of Confluent's REST API ("Schema Registry API Reference"), as far as they are needed.
enum ConfluentMessages {
    struct Reference: Codable, Hashable, Sendable {
        var name: String
        var subject: String
        var version: Int
    }

    struct Rule: Decodable, Sendable {
        var name: String?
        var type: String?
        var disabled: Bool?
    }

    struct RuleSet: Decodable, Sendable {
        var domainRules: [Rule]?
        var encodingRules: [Rule]?
        var migrationRules: [Rule]?

        /// The name of a rule that encrypts fields, or whole payloads.
        var encrypting: String? {
            let rules = (domainRules ?? []) + (encodingRules ?? []) + (migrationRules ?? [])
            let found = rules.first { $0.disabled != true && ($0.type ?? "").uppercased().hasPrefix("ENCRYPT") }
            return found.map { $0.name ?? "without a name" }
        }
    }

    /// A schema by id, by GUID, or by subject and version.
    struct Schema: Decodable, Sendable {
        var schema: String?
        var schemaType: String?
        var references: [Reference]?
        var ruleSet: RuleSet?
        var id: Int?
        var version: Int?
    }

    struct Registration: Encodable, Sendable {
        var schema: String
        /// Absent for Avro, as the oldest registries want it.
        var schemaType: String?
        var references: [Reference]?
    }

    struct Registered: Decodable, Sendable {
        var id: Int
    }

    struct Fault: Decodable, Sendable {
        var error_code: Int?
        var message: String?
    }
}
