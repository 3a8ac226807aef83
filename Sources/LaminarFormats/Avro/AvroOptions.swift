/// The options of `avro` and `confluent_avro`, checked.
struct AvroOptions {
    enum Framing: String, CaseIterable {
        case registry, raw, container
        case singleObject = "single_object"
    }

    enum Decoder: String, CaseIterable {
        case laminar, libavro
    }

    private static let names = ["schema", "reader_schema", "framing", "raw_datums", "decoder"]

    let framing: Framing
    let decoder: Decoder
    /// A top-level `bytes` has no length in front: Confluent's serializers leave it out, Glue's don't.
    let isBare: Bool
    private let schema: String?
    private let readerSchema: String?

    init(_ options: [String: String], format: String) throws(FormatError) {
        var own: [String: String] = [:]
        for (key, value) in options where key.hasPrefix("avro.") {
            let short = String(key.dropFirst(5))
            guard Self.names.contains(short) else {
                let list = Self.names.map { "avro.\($0)" }.joined(separator: ", ")
                throw FormatError(.option, "The \(format) format has no option \(key): it has \(list).")
            }
            own[short] = value
        }
        let isRaw = try Self.flag(own)
        let framing: Framing? = try Self.choice(own, "framing")
        if let framing, let isRaw, isRaw != (framing == .raw) {
            throw FormatError(
                .option,
                "avro.raw_datums = '\(isRaw)' and avro.framing = '\(framing.rawValue)' contradict each other: leave one "
                    + "of them out.")
        }
        self.framing = framing ?? (isRaw == true ? .raw : .registry)
        if format != AvroFormat.Name.avro.rawValue, self.framing != .registry {
            throw FormatError(
                .option, "The format \(format) has a registry's framing: for \(self.framing.rawValue) use format avro.")
        }
        decoder = try Self.choice(own, "decoder") ?? .laminar
        isBare = options["schema_registry.type"]?.lowercased() != "glue"
        schema = own["schema"]
        readerSchema = own["reader_schema"]
        if schema == nil, self.framing == .raw || self.framing == .singleObject {
            throw FormatError(
                .option,
                "avro.framing = '\(self.framing.rawValue)' needs the writer's schema: add avro.schema, its JSON text.")
        }
    }

    /// The writer's schema where the options have it.
    func published() -> PublishedSchema? { schema.map { PublishedSchema(.avro, $0) } }

    /// What writers' schemas are resolved to first, where the options say it.
    func reader() -> PublishedSchema? { readerSchema.map { PublishedSchema(.avro, $0) } }

    /// The same, compiled.
    func writer() throws(FormatError) -> AvroSchema? {
        guard let published = published() else { return nil }
        return try AvroSchema(published)
    }

    private static func flag(_ own: [String: String]) throws(FormatError) -> Bool? {
        switch own["raw_datums"]?.lowercased() {
        case nil: return nil
        case "true": return true
        case "false": return false
        default: throw FormatError(.option, "The option avro.raw_datums is true or false.")
        }
    }

    private static func choice<Choice: RawRepresentable & CaseIterable>(
        _ own: [String: String], _ key: String
    ) throws(FormatError) -> Choice? where Choice.RawValue == String {
        guard let text = own[key] else { return nil }
        if let choice = Choice(rawValue: text.lowercased()) { return choice }
        let list = Choice.allCases.map(\.rawValue).joined(separator: ", ")
        throw FormatError(.option, "The option avro.\(key) is one of \(list), not \(text).")
    }
}
