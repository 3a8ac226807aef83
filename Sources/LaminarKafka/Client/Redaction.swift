import LaminarCore

/// Takes a client's secrets out of librdkafka's log lines.
///
/// librdkafka redacts passwords and keys itself, but shows the user's name, which may be a secret too (an API key). This
/// doesn't rely on either. Secrets of less than four characters stay: they would be found in every other word.
struct Redaction: Sendable {
    private let secrets: [Secret]

    /// Of nothing.
    init() { secrets = [] }

    /// Of every property that may carry a secret.
    init(_ properties: ClientProperties) {
        secrets = properties.entries.filter(\.isSecret).map(\.value)
            .filter { $0.withUnredacted { $0.utf8.count >= 4 } }
    }

    func applied(to line: String) -> String {
        secrets.reduce(line) { line, secret in
            secret.withUnredacted { text in
                guard line.contains(text) else { return line }
                return line.split(separator: text, omittingEmptySubsequences: false).joined(separator: "<redacted>")
            }
        }
    }
}
