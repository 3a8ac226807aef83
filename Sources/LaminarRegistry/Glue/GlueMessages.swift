/// The objects of AWS Glue's schema registry API ("AWS Glue Web API Reference"), as far as they are needed.
enum GlueMessages {
    struct SchemaID: Encodable {
        var SchemaName: String
        var RegistryName: String
    }

    struct RegistryID: Encodable {
        var RegistryName: String
    }

    struct GetVersion: Encodable {
        var SchemaVersionId: String?
        var SchemaId: SchemaID?
        var SchemaVersionNumber: VersionNumber?
    }

    struct VersionNumber: Encodable {
        var LatestVersion = true
    }

    struct Version: Decodable {
        var SchemaVersionId: String?
        var SchemaDefinition: String?
        var DataFormat: String?
        var VersionNumber: Int?
        var Status: String?
    }

    struct ByDefinition: Encodable {
        var SchemaId: SchemaID
        var SchemaDefinition: String
    }

    struct Create: Encodable {
        var RegistryId: RegistryID
        var SchemaName: String
        var DataFormat: String
        var Compatibility: String
        var SchemaDefinition: String
    }

    struct Created: Decodable {
        var SchemaVersionId: String?
        var SchemaVersionStatus: String?
    }

    /// Errors are JSON with `__type`, or XML before Glue itself is reached.
    struct Fault: Decodable {
        var __type: String?
        var Message: String?
        var message: String?
    }
}
