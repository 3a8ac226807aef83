import Foundation

@testable import LaminarFormats

/// One entry of the golden vectors: what a Kafka record's value is, and what must be read from it.
struct GoldenVector: Sendable {
    let file: String
    let name: String
    let format: String
    let schema: String
    let readerSchema: String?
    let references: [Reference]
    let payload: [UInt8]
    let headers: [(name: String, value: [UInt8])]
    /// Nil where the payload must be refused.
    let expected: JSONTree?
    /// Whether a refusal is ours to choose.
    let isOptional: Bool
    let messageName: String?

    struct Reference: Sendable {
        let name: String
        let subject: String
        let version: Int
        let text: String
    }

    /// The files that hold payloads, of the folder in `$LAMINAR_VECTORS`, else of the tests' own.
    static func loadAll() throws -> [GoldenVector] {
        let folder =
            ProcessInfo.processInfo.environment["LAMINAR_VECTORS"].map { URL(filePath: $0) }
            ?? URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../../Vectors")
        let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
            .filter { $0.pathExtension == "json" }.sorted { $0.path() < $1.path() }
        return try files.flatMap { file -> [GoldenVector] in
            let text = try String(decoding: Data(contentsOf: file), as: UTF8.self)
            let entries = try JSONTree(text, byteLimit: 1 << 28).elements ?? []
            return entries.compactMap { GoldenVector($0, file: file.lastPathComponent) }
        }
    }

    private init?(_ entry: JSONTree, file: String) {
        guard let name = entry["name"]?.string, let format = entry["format"]?.string,
            let schema = entry["schema"]?.string, let payload = Self.payload(entry)
        else { return nil }
        self.file = file
        self.name = name
        self.format = format
        self.schema = schema
        self.payload = payload
        readerSchema = entry["reader_schema"]?.string
        references = (entry["references"]?.elements ?? []).compactMap { reference in
            guard let name = reference["name"]?.string, let text = reference["schema"]?.string else { return nil }
            return Reference(
                name: name, subject: reference["subject"]?.string ?? name,
                version: Int(reference["version"]?.integer ?? 1), text: text)
        }
        headers = (entry["headers"]?.members ?? []).compactMap { member in
            member.value.string.map { (member.name, Self.bytes($0)) }
        }
        let isRefused = entry["strictness"] != nil || entry["expected"]?.string == "error" && entry["kind"] != nil
        expected = isRefused ? nil : entry["expected"]
        isOptional = entry["strictness"]?.string == "should"
        messageName = entry["message_name"]?.string
    }

    /// Whose registry the frame is of.
    var isGlue: Bool { format.hasPrefix("glue_") }

    /// `avro`, `protobuf` or `json`.
    var language: String { isGlue ? String(format.dropFirst(5)) : format }

    private static func payload(_ entry: JSONTree) -> [UInt8]? {
        if let text = entry["payload_hex"]?.string { return bytes(text) }
        guard let parts = entry["payload_repeat"] else { return nil }
        let unit = bytes(parts["unit_hex"]?.string ?? "")
        var payload = bytes(parts["prefix_hex"]?.string ?? "")
        for _ in 0..<(parts["count"]?.integer ?? 0) { payload += unit }
        return payload + bytes(parts["suffix_hex"]?.string ?? "")
    }

    static func bytes(_ hex: String) -> [UInt8] {
        let digits = Array(hex.utf8)
        func digit(_ byte: UInt8) -> UInt8 { byte < 58 ? byte - 48 : (byte | 0x20) - 87 }
        return stride(from: 0, to: digits.count - 1, by: 2).map { digit(digits[$0]) << 4 | digit(digits[$0 + 1]) }
    }
}
