import Testing

@testable import LaminarKafka

@Suite struct BrokerAddressTests {
    @Test(
        "an address is a host and a port",
        arguments: [
            ("localhost:9092", "localhost", 9092), ("192.0.2.1:1", "192.0.2.1", 1), ("[::1]:9092", "::1", 9092),
            ("[fe80::1%eth0]:65535", "fe80::1%eth0", 65535), ("kafka_1.internal:29092", "kafka_1.internal", 29092),
            (
                "b-1.msk-cluster.xxx.kafka.us-east-1.amazonaws.com:9098",
                "b-1.msk-cluster.xxx.kafka.us-east-1.amazonaws.com", 9098
            ),
        ])
    func right(text: String, host: String, port: Int) throws {
        let address = try BrokerAddress(parsing: text)
        #expect(address.host == host)
        #expect(address.port == port)
        #expect(address.description == text)
    }

    @Test(
        "what isn't an address is named",
        arguments: [
            "localhost", "localhost:", ":9092", "localhost:0", "localhost:65536", "localhost:9o92", "a b:1", "[::1]",
            "[::1]9092", "[localhost]:9092", "[::1:9092", "::1:9092", "SASL_SSL://a:9092", "a:+1", "a:1:2", "-a:1",
        ])
    func wrong(text: String) {
        let error = #expect(throws: ConfigurationError.self) { try BrokerAddress(parsing: text) }
        #expect(error?.option == "bootstrap_servers")
        #expect(error?.message.contains("'\(text)'") == true)
    }

    @Test("a list is trimmed and has no repetitions") func lists() throws {
        #expect(try BrokerAddress.list(parsing: " a:1 ,b:2,a:1").map(\.description) == ["a:1", "b:2"])
        #expect(throws: ConfigurationError.self) { try BrokerAddress.list(parsing: "a:1,") }
        #expect(throws: ConfigurationError.self) { try BrokerAddress.list(parsing: "") }
    }
}
