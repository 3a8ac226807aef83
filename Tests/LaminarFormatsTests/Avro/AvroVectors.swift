import Foundation
import Testing

@testable import LaminarFormats

/// One golden payload.
struct AvroVector: CustomTestStringConvertible {
    let name: String
    let schema: PublishedSchema
    let readerSchema: String?
    /// Without the registry's frame.
    let body: [UInt8]
    let expected: JSONTree
    let isGlue: Bool

    var testDescription: String { name }

    static func load(_ file: String) throws -> [AvroVector] {
        let text = try String(decoding: Vectors.data(file), as: UTF8.self)
        let vectors = try JSONTree(text, byteLimit: 1 << 26).elements ?? []
        return vectors.compactMap { vector in
            guard let format = vector["format"]?.string, format == "avro" || format == "glue_avro",
                let name = vector["name"]?.string, let schema = vector["schema"]?.string
            else { return nil }
            var references: [PublishedSchema.Reference] = []
            for reference in vector["references"]?.elements ?? [] {
                guard let name = reference["name"]?.string, let text = reference["schema"]?.string else { continue }
                references.append(PublishedSchema.Reference(name: name, text: text))
            }
            let body: [UInt8]
            if let text = vector["body_hex"]?.string {
                body = Vectors.bytes(text)
            } else {
                body = Array(payload(vector).dropFirst(5))
            }
            return AvroVector(
                name: name, schema: PublishedSchema(.avro, schema, references: references),
                readerSchema: vector["reader_schema"]?.string, body: body, expected: vector["expected"] ?? .null,
                isGlue: format == "glue_avro")
        }
    }

    private static func payload(_ vector: JSONTree) -> [UInt8] {
        if let text = vector["payload_hex"]?.string { return Vectors.bytes(text) }
        guard let parts = vector["payload_repeat"] else { return [] }
        let unit = Vectors.bytes(parts["unit_hex"]?.string ?? "")
        var bytes = Vectors.bytes(parts["prefix_hex"]?.string ?? "")
        for _ in 0..<(parts["count"]?.integer ?? 0) { bytes += unit }
        return bytes + Vectors.bytes(parts["suffix_hex"]?.string ?? "")
    }
}

/// A datum decoded through the engine that a registry feeds.
struct AvroDecoding {
    let rows: [Row]
    let failure: DecodeFailure?

    init(
        _ body: [UInt8], _ schema: PublishedSchema, reader: String? = nil, columns: [ColumnSchema]? = nil,
        options: [String: String] = [:]
    ) throws {
        try self.init([body], schema, reader: reader, columns: columns, options: options)
    }

    init(
        _ bodies: [[UInt8]], _ schema: PublishedSchema, reader: String? = nil, columns: [ColumnSchema]? = nil,
        options: [String: String] = [:]
    ) throws {
        let readerSchema = reader.map { PublishedSchema(.avro, $0) }
        let format = AvroFormat(readerSchema: readerSchema)
        let table =
            try columns.map { try RowSchema($0) }
            ?? format.columns(of: readerSchema ?? schema, message: .first, options: [:])
        var decoder = try format.makeDecoder(schema: table, options: options)
        let needsWriter = decoder.needsWriter
        #expect(needsWriter)
        decoder.selectWriter(try decoder.addWriter(schema, message: .first))
        var failure: DecodeFailure?
        var next = 0
        let payloads = Payloads(bytes: bodies)
        while let bad = decoder.append(payloads.slices, from: next) {
            failure = decoder.failure
            next = bad + 1
        }
        self.failure = failure
        let batch = decoder.finish()
        rows = batch.indices.map { batch[$0] }
    }
}

/// Compares cells with what the vectors have.
enum AvroExpectation {
    /// A row of the schema's own columns.
    static func matches(_ row: Row, _ expected: JSONTree) -> Bool {
        if row.schema.columns.count == 1, row.schema.columns[0].name == "value", expected["value"] == nil {
            return matches(row.value(at: 0), expected)
        }
        guard let members = expected.members, members.count == row.schema.columns.count else { return false }
        return members.allSatisfy { matches(row[$0.name], $0.value) }
    }

    static func matches(_ value: Value, _ expected: JSONTree) -> Bool {
        switch (value, expected) {
        case (.null, .null): return true
        case (.boolean(let value), .boolean(let wanted)): return value == wanted
        case (.smallint(let value), .number): return Int64(value) == expected.integer
        case (.int(let value), .number): return Int64(value) == expected.integer
        case (.bigint(let value), .number): return value == expected.integer
        case (.real(let value), .number): return value == expected.double.map { Float($0) }
        case (.double(let value), .number): return value == expected.double
        case (.real(let value), .string(let text)): return isNotFinite(Double(value), text)
        case (.double(let value), .string(let text)): return isNotFinite(value, text)
        case (.text(let value), .string(let text)): return value == text
        case (.array(let values), .array(let wanted)):
            return values.count == wanted.count && zip(values, wanted).allSatisfy { matches($0, $1) }
        case (.structure(let values), .object(let wanted)), (.map(let values), .object(let wanted)):
            guard tagged(expected) == nil else { break }
            return values.count == wanted.count
                && values.allSatisfy { value in expected[value.name].map { matches(value.value, $0) } ?? false }
        case (.json(let text), _):
            guard let tree = try? JSONTree(text, depthLimit: 1000) else { return false }
            return matches(json: tree, expected)
        default: break
        }
        guard let (tag, text) = tagged(expected) else { return false }
        switch (tag, value) {
        case ("$bytes", .bytea(let bytes)): return bytes == Vectors.bytes(text)
        case ("$bytes", .interval(let interval)):
            let parts = Vectors.bytes(text).withUnsafeBytes { bytes in
                (0..<3).map { bytes.loadUnaligned(fromByteOffset: $0 * 4, as: UInt32.self) }
            }
            return interval
                == CalendarInterval(
                    months: Int32(parts[0]), days: Int32(parts[1]), microseconds: Int64(parts[2]) * 1000)
        case ("$decimal", .decimal(let decimal)): return decimal.description == text
        case ("$uuid", .uuid), ("$date", .date): return value.description == text
        case ("$time", .time): return TimeOfDay(text).map { Value.time($0) } == value
        case ("$timestamp", .timestamp), ("$local_timestamp", .timestamp):
            return Timestamp(text).map { Value.timestamp($0) } == value
        default: return false
        }
    }

    /// The JSON column's text.
    static func matches(json: JSONTree, _ expected: JSONTree) -> Bool {
        if let (tag, text) = tagged(expected) {
            switch tag {
            case "$bytes":
                // A duration is written as an interval.
                return json.string.flatMap { Data(base64Encoded: $0) }.map { Array($0) } == Vectors.bytes(text)
                    || json.string.flatMap { CalendarInterval($0) } != nil
            case "$decimal": return json.double != nil && json.text == text
            case "$time": return json.string.flatMap { TimeOfDay($0) } == TimeOfDay(text)
            case "$timestamp", "$local_timestamp": return json.string.flatMap { Timestamp($0) } == Timestamp(text)
            default: return json.string == text
            }
        }
        switch (json, expected) {
        case (.array(let values), .array(let wanted)):
            return values.count == wanted.count && zip(values, wanted).allSatisfy { matches(json: $0, $1) }
        case (.object(let members), .object(let wanted)):
            return members.count == wanted.count
                && members.allSatisfy { member in expected[member.name].map { matches(json: member.value, $0) } ?? false
                }
        case (.number(let value), .number(let wanted)):
            return value == wanted || Double(value) == Double(wanted)
                || Float(value).map { Double($0) } == Double(wanted)
        default: return json == expected
        }
    }

    private static func tagged(_ tree: JSONTree) -> (tag: String, text: String)? {
        guard let members = tree.members, members.count == 1, members[0].name.hasPrefix("$"),
            let text = members[0].value.string
        else { return nil }
        return (members[0].name, text)
    }

    private static func isNotFinite(_ value: Double, _ text: String) -> Bool {
        switch text {
        case "NaN": value.isNaN
        case "Infinity": value == .infinity
        case "-Infinity": value == -.infinity
        default: false
        }
    }
}
