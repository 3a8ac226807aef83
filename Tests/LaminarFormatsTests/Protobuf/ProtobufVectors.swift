import Foundation
import LaminarFormats
import Testing

/// Golden vectors: bytes that Confluent's and AWS's encoders wrote, with what Google's parsers read back.
struct ProtobufVector: Sendable, CustomTestStringConvertible {
    let name: String
    let schema: PublishedSchema
    let descriptor: PublishedSchema?
    let messageName: String
    let indexes: [Int]
    let gluePosition: Int?
    let body: [UInt8]
    let payload: [UInt8]
    /// As JSON text.
    let expected: String
    let kind: String

    var testDescription: String { name }

    init?(_ object: [String: Any]) {
        guard let name = object["name"] as? String, let schema = object["schema"] as? String else { return nil }
        self.name = name
        let references = (object["references"] as? [[String: Any]] ?? []).compactMap { reference in
            (reference["name"] as? String).flatMap { name in
                (reference["schema"] as? String).map { PublishedSchema.Reference(name: name, text: $0) }
            }
        }
        self.schema = PublishedSchema(.protobuf, schema, references: references)
        descriptor = (object["file_descriptor_proto_base64"] as? String).map {
            PublishedSchema(.protobuf, $0, references: references)
        }
        messageName = object["message_name"] as? String ?? ""
        indexes = object["message_indexes"] as? [Int] ?? [0]
        let glueBody = object["message_body_hex"] as? String
        let hex = object["body_hex"] as? String ?? ""
        body = Self.bytes(glueBody ?? hex)
        gluePosition = glueBody.flatMap { _ in Self.bytes(hex).first.map { Int($0) } }
        payload = Self.bytes(object["payload_hex"] as? String ?? "")
        kind = object["kind"] as? String ?? ""
        let data = try? JSONSerialization.data(withJSONObject: object["expected"] ?? [:], options: [.fragmentsAllowed])
        expected = String(decoding: data ?? Data(), as: UTF8.self)
    }

    static func bytes(_ hex: String) -> [UInt8] {
        let digits = Array(hex.utf8)
        return stride(from: 0, to: digits.count - 1, by: 2).compactMap {
            UInt8(String(decoding: digits[$0...$0 + 1], as: UTF8.self), radix: 16)
        }
    }

    static func load(_ file: String) throws -> [ProtobufVector] {
        let json = try JSONSerialization.jsonObject(with: Vectors.data(file))
        let all = json as? [[String: Any]] ?? []
        return all.filter { ($0["format"] as? String ?? "").contains("protobuf") }.compactMap(ProtobufVector.init)
    }
}

/// Equal as JSON values; numbers as doubles.
func isSameJSON(_ one: String, _ other: String) -> Bool {
    func object(_ text: String) -> NSObject? {
        (try? JSONSerialization.jsonObject(with: Data(text.utf8), options: [.fragmentsAllowed])) as? NSObject
    }
    guard let one = object(one), let other = object(other) else { return false }
    return one.isEqual(other)
}

/// Decodes bodies of one schema through a decoder that is told who wrote them.
func decodeProtobuf(
    _ bodies: [[UInt8]], _ schema: PublishedSchema, _ message: MessageChoice, _ columns: [ColumnSchema]
) throws -> Outcome {
    var decoder = try ProtobufFormat().makeDecoder(schema: RowSchema(columns), options: [:])
    decoder.selectWriter(try decoder.addWriter(schema, message: message))
    let payloads = Payloads(bytes: bodies)
    var outcome = Outcome()
    var next = 0
    while let bad = decoder.append(payloads.slices, from: next) {
        outcome.failures.append((bad, decoder.failure ?? DecodeFailure(.value, "no reason given")))
        next = bad + 1
    }
    let batch = decoder.finish()
    outcome.rows = batch.map(\.values)
    outcome.batch = batch
    return outcome
}

func decodeProtobuf(
    _ body: [UInt8], _ text: String, _ columns: [ColumnSchema], message: MessageChoice = .first
) throws -> Outcome {
    try decodeProtobuf([body], PublishedSchema(.protobuf, text), message, columns)
}
