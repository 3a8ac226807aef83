internal import CRdKafka

/// Whether the librdkafka that is loaded can do SCRAM with every Kafka.
///
/// Before 2.6.1 it sends a wrong nonce in SCRAM's last message (its change 4895). Kafka tolerated that until the fix of
/// CVE-2024-56128: 3.8.1, 3.9.0 and 4.x refuse it, and 3.9.1 tolerates it.
enum ScramSupport {
    static var isDoubtful: Bool { isDoubtful(version: rd_kafka_version()) }

    static func isDoubtful(version: Int32) -> Bool { version < 0x0206_01ff }

    /// The cause that isn't the password's, and its cure.
    static var warning: String {
        "Or it is right: librdkafka \(String(cString: rd_kafka_version_str())) is loaded, and before 2.6.1 its SCRAM is "
            + "refused by Kafka 3.8.1, 3.9.0 and 4.x whatever the password; install librdkafka 2.6.1 or newer, or use "
            + "PLAIN over TLS"
    }
}
