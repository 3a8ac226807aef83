import Foundation

extension FormatOptions {
    /// What the format of that name is told, by the names that its own options have.
    ///
    /// - Parameter registry: where the format's schemas are had; Glue's payloads differ from Confluent's in more than the
    ///   frame.
    /// - Throws: ``ConfigurationError`` with code `unreadableFile` where a schema's file can't be read.
    func decoderOptions(_ registry: SchemaRegistryConfiguration?) throws(ConfigurationError) -> [String: String] {
        switch self {
        case .json(let json):
            return [
                "json.timestamp_format": json.timestamps.decoderName,
                "json.unstructured": json.isUnstructured ? "true" : "false",
                "json.confluent_schema_registry": registry != nil ? "true" : "false",
                "json.validate": json.validates ? "true" : "false",
            ]
        case .avro(let avro), .confluentAvro(let avro):
            var options = ["avro.framing": avro.framing.rawValue, "avro.decoder": avro.decoder.rawValue]
            options["avro.schema"] = try avro.schema?.text(option: "avro.schema")
            options["avro.reader_schema"] = try avro.readerSchema?.text(option: "avro.reader_schema")
            if case .glue = registry { options["schema_registry.type"] = "glue" }
            return options
        case .protobuf(let protobuf):
            var options = ["protobuf.decoder": protobuf.decoder.rawValue]
            options["protobuf.descriptor"] = protobuf.descriptor
            options["protobuf.schema"] = try protobuf.schema?.text(option: "protobuf.schema")
            options["protobuf.message"] = protobuf.message
            return options
        case .plugIn(let name, let options):
            return Dictionary(uniqueKeysWithValues: options.map { ("\(name).\($0.key)", $0.value) })
        case .raw, .rawString: return [:]
        }
    }
}

extension FormatOptions.SchemaText {
    /// 16 MiB: no schema of anybody's is longer, and a path may name anything.
    private static let mostBytes = 16 << 20

    /// The text, or what the file holds.
    func text(option: String) throws(ConfigurationError) -> String {
        switch self {
        case .text(let text): return text
        case .file(let path):
            try ClientProperties.requireReadable(path, option: option)
            guard let bytes = try? FileHandle(forReadingFrom: URL(filePath: path)).read(upToCount: Self.mostBytes + 1),
                bytes.count <= Self.mostBytes, let text = String(validating: bytes, as: UTF8.self)
            else {
                throw ConfigurationError(
                    code: .unreadableFile, option: option,
                    message: "'\(option)' names \(path), which isn't a text of at most 16 MiB.")
            }
            return text
        }
    }
}

extension FormatOptions.JSON.TimestampFormat {
    /// How the decoder names it.
    fileprivate var decoderName: String {
        switch self {
        case .automatic: "auto"
        case .rfc3339: "rfc3339"
        case .seconds: "unix_s"
        case .milliseconds: "unix_ms"
        case .microseconds: "unix_us"
        }
    }
}
