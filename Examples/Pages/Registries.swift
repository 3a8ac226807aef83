// swift-format-ignore-file
import LaminarTesting

// What docs/registries.md shows.

func registry() throws -> String {
    let registry = try FakeSchemaRegistry()
    try registry.register(#"{"type":"record","name":"Order","fields":[{"name":"id","type":"long"}]}"#, under: "orders-value")
    registry.fail(next: 2, with: .text(503, ""))            // or .hangUp, .redirect(to:), .silence(then:)
    // schema_registry.endpoint = registry.url
    return registry.url
}
