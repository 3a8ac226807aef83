import Foundation
import LaminarKafka
import LaminarTesting
import Testing

@Suite("Records with AWS Glue's frames, written and read by a codec that nobody here wrote", .timeLimit(.minutes(5)))
struct GlueWireTests {
    /// One for all cases: credentials are the process's.
    private static let moto = Task { try await MotoFixture.start() }

    @Test(
        "tables take their columns from Glue, and sinks register theirs: Avro and JSON, plain and packed",
        arguments: ["glue_avro", "glue_avro_zlib", "glue_json", "glue_json_zlib"])
    func bothWays(format: String) async throws {
        let moto = try await Self.moto.value
        setenv("AWS_ACCESS_KEY_ID", moto.accessKeyID, 1)
        setenv("AWS_SECRET_ACCESS_KEY", moto.secretAccessKey, 1)
        let kafka = try await KafkaFixture.shared
        let isJSON = format.hasPrefix("glue_json")
        let options = """
            format = '\(isJSON ? "json" : "avro")', 'schema_registry.type' = 'glue',
            'schema_registry.region' = 'eu-central-1', 'schema_registry.registry_name' = 'orders',
            'schema_registry.endpoint' = '\(moto.endpoint)'
            """
        try await WireRoundTrip(
            peer: WireOrders(
                format: format, kafka: kafka, registry: moto.endpoint,
                settings: ["key=\(moto.accessKeyID)", "secret=\(moto.secretAccessKey)"]),
            source: options + (isJSON ? ", 'json.validate' = 'true'" : ""),
            sink: options + """
                , 'schema_registry.auto_register' = 'true',
                'schema_registry.compression' = '\(format.hasSuffix("_zlib") ? "zlib" : "none")'
                """
        ).check()
    }
}
