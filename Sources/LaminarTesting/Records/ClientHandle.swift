import CRdKafka
import Foundation

/// A librdkafka client of the tests' own: created from properties, destroyed once.
///
/// The library under test has clients of its own; this one stays apart, so that a fixture never proves the library by
/// the library.
final class ClientHandle: Sendable {
    /// Made in `init`, destroyed in `deinit`; librdkafka's calls on it are thread-safe.
    nonisolated(unsafe) let pointer: OpaquePointer

    /// - Throws: ``FixtureError`` with code `start` when librdkafka refuses a property.
    init(
        _ kind: rd_kafka_type_t, properties: [String: String],
        configure: (OpaquePointer) -> Void = { _ in }
    ) throws(FixtureError) {
        guard let configuration = rd_kafka_conf_new() else {
            throw FixtureError(code: .start, message: "librdkafka could not make a configuration.")
        }
        var text = [CChar](repeating: 0, count: 512)
        // Lost brokers and the like are what tests provoke; they come back as results, not as lines on stderr.
        let quiet = ["log_level": "0"]
        for (name, value) in quiet.merging(properties, uniquingKeysWith: { $1 }).sorted(by: { $0.key < $1.key }) {
            guard rd_kafka_conf_set(configuration, name, value, &text, text.count) == RD_KAFKA_CONF_OK else {
                rd_kafka_conf_destroy(configuration)
                throw FixtureError(code: .start, message: "librdkafka refuses \(name): \(Self.text(text)).")
            }
        }
        configure(configuration)
        guard let pointer = rd_kafka_new(kind, configuration, &text, text.count) else {
            rd_kafka_conf_destroy(configuration)
            throw FixtureError(code: .start, message: "librdkafka made no client: \(Self.text(text)).")
        }
        self.pointer = pointer
    }

    deinit {
        rd_kafka_destroy(pointer)
    }

    /// What librdkafka wrote into an error buffer.
    static func text(_ buffer: [CChar]) -> String {
        String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// librdkafka's sentence for an error.
    static func text(_ error: rd_kafka_resp_err_t) -> String {
        String(cString: rd_kafka_err2str(error))
    }
}
