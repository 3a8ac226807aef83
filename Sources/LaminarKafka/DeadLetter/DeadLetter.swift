/// A record on its way to the dead letter topic: which one of its batch, and what is said of it.
struct DeadLetter: Sendable, Equatable {
    /// The record's index in its batch.
    let index: Int
    /// What is added behind the record's own headers, in order.
    let headers: [Header]

    struct Header: Sendable, Equatable {
        let name: String
        let value: String

        init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }
}

extension DeadLetter {
    /// The headers that Kafka Connect writes, so that what reads Connect's dead letters reads these.
    ///
    /// A record that was a dead letter before keeps its old headers in front: the last of a name is the newest.
    ///
    /// - Parameters:
    ///   - error: where the record lay and why it can't be decoded; nothing of its payload is in it.
    ///   - source: the connection's name, or the group's id.
    ///   - member: the member of this process, from 0.
    /// - Note: Source: KIP-298 "Error Handling in Connect", `errors.deadletterqueue.context.headers.enable`.
    static func headers(for error: DecodeError, source: String, member: Int) -> [Header] {
        let prefix = "__connect.errors."
        return [
            Header(prefix + "topic", error.topic),
            Header(prefix + "partition", String(error.partition)),
            Header(prefix + "offset", String(error.offset)),
            Header(prefix + "connector.name", source),
            Header(prefix + "task.id", String(member)),
            Header(prefix + "stage", "VALUE_CONVERTER"),
            Header(prefix + "class.name", "laminar.\(error.format)"),
            Header(prefix + "exception.class.name", "LaminarKafka.DecodeError"),
            Header(prefix + "exception.message", error.failure.description),
        ]
    }
}
