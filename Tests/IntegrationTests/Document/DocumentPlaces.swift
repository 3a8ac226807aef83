import LaminarTesting
import Testing

extension DocumentWorld {
    /// A block with this world's addresses, topics, groups, users and files in the place of the document's.
    func placed(_ block: ConnectorDocument.Block) throws -> String {
        var text = block.text
        for (written, meant) in places(under: block.heading) {
            #expect(text.contains(written), "\(written) isn't in the block of \(block.heading) any more")
            text = text.replacing(written, with: meant)
        }
        text = text.replacing("'localhost:9092'", with: "'\(kafka.bootstrapServers)'")
        text = text.replacing(#/\b(topic|topic_pattern|dlq_topic|group_id) = '([^']+)'/#) { match in
            "\(match.1) = '\(topic(String(match.2)))'"
        }
        return text.replacing(#/\btopics = '([^']+)'/#) { match in
            "topics = '\(match.1.split(separator: ",").map { topic(String($0)) }.joined(separator: ","))'"
        }
    }

    private func places(under heading: String) -> [(written: String, meant: String)] {
        let alice = ("'user'", "'\(KafkaFixture.User.alice.name)'")
        func sasl(_ kafka: KafkaFixture, _ authority: String) -> [(String, String)] {
            [
                ("'broker:9092'", "'\(kafka.bootstrapServers(.saslSSL))'"), alice,
                ("'auth.type' = 'sasl'", "'auth.type' = 'sasl', 'ssl.ca.location' = '\(authority)'"),
            ]
        }
        return switch heading {
        case "Connection Configuration":
            [("'broker1:9092,broker2:9092,broker3:9092'", "'\(kafka.bootstrapServers)'")]
        case "SASL/PLAIN": sasl(secured.kafka, secured.certificates.path("authority.crt"))
        case "SASL/SCRAM": sasl(older, older.certificates.authority)
        case "SSL/TLS":
            [
                ("'broker:9093'", "'\(secured.kafka.bootstrapServers(.ssl))'"),
                ("'/certs/ca-cert.pem'", "'\(secured.certificates.path("authority.crt"))'"),
                ("'/certs/client-cert.pem'", "'\(secured.certificates.path("client.crt"))'"),
                ("'/certs/client-key.pem'", "'\(secured.certificates.path("client.encrypted.key"))'"),
            ]
        case "Avro Format": [("'http://schema-registry:8081'", "'\(registry.url)'")]
        case "Confluent Schema Registry":
            [
                ("'http://confluent-sr:8081'", "'\(confluentRegistry.url)'"),
                ("topic = 'events'", "topic = 'framed-events'"),
            ]
        case "Dead Letter Queue", "Skip Bad Records": [("topic = 'events'", "topic = 'broken-events'")]
        default: []
        }
    }
}
