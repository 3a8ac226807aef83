package import LaminarCore

/// What a client is created with: the properties of one `rd_kafka_conf_t`, secrets put in.
///
///     let properties = try await configuration.clientProperties(secrets: .standard)
///     properties.forEach { name, value in rd_kafka_conf_set(conf, name, value, …) }
///
/// The last value that was set for a name counts. The description shows a property that may carry a secret as
/// `<redacted>`.
package struct ClientProperties: Sendable {
    package struct Entry: Sendable {
        package let name: String
        package let value: Secret
        package let isSecret: Bool
    }

    package private(set) var entries: [Entry] = []
    /// Who the client says it is; nil where nobody asks.
    package var identity: ClientIdentity?

    package init() {}

    /// Sets a property, instead of the value that it had.
    package mutating func set(_ name: String, _ value: String) {
        set(Entry(name: name, value: Secret(value), isSecret: false))
    }

    /// Sets a property that is never shown.
    package mutating func set(_ name: String, secret: Secret) {
        set(Entry(name: name, value: secret, isSecret: true))
    }

    private mutating func set(_ entry: Entry) {
        if let index = entries.firstIndex(where: { $0.name == entry.name }) {
            entries[index] = entry
        } else {
            entries.append(entry)
        }
    }

    /// Takes over what others have instead.
    mutating func adopt(_ changes: ClientProperties) {
        for entry in changes.entries { set(entry) }
    }

    /// Takes a property out.
    package mutating func remove(_ name: String) {
        entries.removeAll { $0.name == name }
    }

    /// The value of a property that isn't secret; nil where it isn't set.
    package subscript(name: String) -> String? {
        guard let entry = entries.first(where: { $0.name == name }), !entry.isSecret else { return nil }
        return entry.value.withUnredacted { $0 }
    }

    /// Lends every name and value, in the order in which they were set first.
    package func forEach<Failure: Error>(_ body: (_ name: String, _ value: String) throws(Failure) -> Void)
        throws(Failure)
    {
        for entry in entries {
            try entry.value.withUnredacted { (value: String) throws(Failure) in try body(entry.name, value) }
        }
    }
}

extension ClientProperties: CustomStringConvertible, CustomReflectable {
    /// `name=value` lines, secrets redacted.
    package var description: String {
        entries.map { "\($0.name)=\($0.isSecret ? $0.value.description : $0.value.withUnredacted { $0 })" }
            .joined(separator: "\n")
    }
    /// A mirror without children.
    package var customMirror: Mirror { Mirror(self, children: []) }
}
