/// What an option's value may be, and its one normal form: the form that SHOW CREATE prints and that two definitions are
/// compared by.
enum OptionKind: Sendable {
    case text
    case boolean
    case integer(ClosedRange<Int64>)
    case milliseconds(ClosedRange<Int64>)
    case bytes(ClosedRange<Int64>)
    /// Above zero, with a fraction.
    case rate
    case duration
    /// One of these, whatever its case; synonyms lead to one of them.
    case choice([String], synonyms: [String: String] = [:])
    case format
    case brokers
    case topic
    case topics
    case pattern
    case start
    case timestamp
    case url
    case urls
    case path
    /// A schema's text, or the path of a file.
    case schema
    /// PEM text, or the path of a file.
    case pem(isPrivate: Bool)
    /// May refer to a secret, and may be written out.
    case credential
    /// A secret: written out only where nothing is kept on disk.
    case secret

    /// Whether `${secret:name}` may stand in the value. Everything else is needed before a client connects.
    var takesSecrets: Bool {
        switch self {
        case .credential, .secret, .pem: true
        default: false
        }
    }

    /// Whether a value that is written out must never be shown.
    var isSecret: Bool {
        switch self {
        case .secret, .pem(isPrivate: true): true
        default: false
        }
    }

    /// What the reference prints as the type.
    var summary: String {
        switch self {
        case .text: "text"
        case .boolean: "`true`, `false`"
        case .integer(let range):
            range.upperBound == .max ? "integer, at least \(range.lowerBound)" : "integer, \(Self.words(range))"
        case .milliseconds(let range): "milliseconds, \(Self.words(range))"
        case .bytes(let range): "bytes, \(Self.words(range)); `KiB`, `MiB`, `GiB` are understood"
        case .rate: "number above 0, at most 1,000,000,000"
        case .duration: "duration: `10ms`, `1 second`"
        case .choice(let names, _): names.map { "`\($0)`" }.joined(separator: ", ")
        case .format: "`json`, `avro`, `confluent_avro`, `protobuf`, `raw`, `raw_string`, or a registered name"
        case .brokers: "`host:port` or `[v6]:port`, separated by commas"
        case .topic: "a topic's name"
        case .topics: "topics' names, separated by commas"
        case .pattern: "POSIX extended regular expression"
        case .start: "`earliest`, `latest`, `timestamp`, `group`, or `0:42,1:7`"
        case .timestamp: "RFC 3339 (no zone = UTC) or epoch milliseconds"
        case .url: "http or https URL"
        case .urls: "http or https URLs, separated by commas"
        case .path: "path of a file"
        case .schema: "text, or path of a file"
        case .pem: "path of a file, or PEM text; `${secret:name}` allowed"
        case .credential: "text; `${secret:name}` allowed"
        case .secret: "`${secret:name}`; written out only in an in-memory database"
        }
    }

    private static func words(_ range: ClosedRange<Int64>) -> String {
        "\(grouped(range.lowerBound)) to \(grouped(range.upperBound))"
    }

    /// Digits in groups of three.
    static func grouped(_ number: Int64) -> String {
        let digits = Array(String(number.magnitude))
        let text = digits.enumerated().reduce(into: "") { text, item in
            if item.offset > 0, (digits.count - item.offset) % 3 == 0 { text.append(",") }
            text.append(item.element)
        }
        return number < 0 ? "-" + text : text
    }
}
