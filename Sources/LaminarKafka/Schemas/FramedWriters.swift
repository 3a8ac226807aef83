import LaminarFormats
import LaminarRegistry

/// Takes registry frames off a batch's payloads, and knows which of a decoder's plans is for whom.
///
/// Hot-path file: a run of records of one writer costs one look at the table, and the writer of the run before not even that.
/// Used by one decode thread.
final class FramedWriters {
    /// How a writer's payloads are decoded.
    enum Plan {
        /// By this plan of the decoder's.
        case number(Int)
        /// Not at all.
        case refused(DecodeFailure)
        /// Not yet.
        case away(SchemaKey)
        /// The source was closed.
        case closed
    }

    private let reader: FrameReader
    private let schemas: WriterSchemas
    private let language: PublishedSchema.Language
    private let readsHeaders: Bool
    private var numbers: [WriterMark: Int] = [:]
    private var refusals: [WriterMark: DecodeFailure] = [:]
    private var last: (writer: WriterMark, number: Int)?
    private var headers: [PayloadSlice] = []

    /// Where a value's schema stands that isn't named before the payload.
    static let header: StaticString = "__value_schema_id"

    /// Schemas that can't be resolved are kept up to this number.
    private static let mostRefusals = 1000

    init(_ schemas: WriterSchemas, language: PublishedSchema.Language) {
        self.schemas = schemas
        self.language = language
        reader = FrameReader(schemas.framing, language: language)
        readsHeaders = schemas.framing == .confluent
    }

    /// Looks at the records' headers, where they may name schemas.
    func begin(_ batch: MessageBatch) {
        if readsHeaders { batch.lastHeaders(named: Self.header, into: &headers) }
    }

    /// The run of one writer that begins at `start`: its payloads become bodies, until the next call.
    func nextRun(
        of payloads: UnsafeMutableBufferPointer<PayloadSlice>, from start: Int, to end: Int
    ) -> FrameReader.Run {
        let part = UnsafeMutableBufferPointer(start: payloads.baseAddress, count: end)
        guard !headers.isEmpty else { return reader.nextRun(of: part, from: start) }
        return headers.withUnsafeBufferPointer { reader.nextRun(of: part, from: start, headers: $0) }
    }

    /// The decoder's plan for a writer; made where it is new. Blocks for a moment where the registry must be asked.
    func plan(for framed: WriterMark, _ decoder: inout BatchDecoder) -> Plan {
        // Else every list of indexes that somebody makes up would be another writer.
        let writer = decoder.heedsMessage ? framed : framed.withoutMessage
        if let last, last.writer == writer { return .number(last.number) }
        if let number = numbers[writer] {
            last = (writer, number)
            return .number(number)
        }
        if let failure = refusals[writer] { return .refused(failure) }
        switch schemas.schema(for: writer.schema) {
        case .schema(let schema): return add(writer, schema, &decoder)
        case .refused(let failure): return .refused(failure)
        case .away: return .away(writer.schema)
        case .closed: return .closed
        }
    }

    private func add(_ writer: WriterMark, _ schema: PublishedSchema, _ decoder: inout BatchDecoder) -> Plan {
        do throws(FormatError) {
            guard schema.language == language else {
                throw FormatError(
                    .schema, "the schema is in \(schema.language.rawValue), and the format reads \(language.rawValue)")
            }
            let number = try decoder.addWriter(schema, message: writer.message)
            numbers[writer] = number
            last = (writer, number)
            return .number(number)
        } catch {
            let failure = DecodeFailure(.schema, "\(writer.schema): \(error.message)")
            if refusals.count >= Self.mostRefusals { refusals.removeAll() }
            refusals[writer] = failure
            return .refused(failure)
        }
    }
}

extension ColumnDecoder {
    /// A decoder of a format, with frames taken off where the format's payloads have them.
    ///
    /// - Throws: `FormatError`; ``ConfigurationError`` where a registry is needed and there is none.
    convenience init(
        _ format: any RecordFormat, schema: RowSchema, options: [String: String], _ schemas: WriterSchemas?
    ) throws {
        let decoder = try format.makeDecoder(schema: schema, options: options)
        guard decoder.needsWriter else {
            self.init(decoder)
            return
        }
        guard let schemas, let language = (format as? any SchemaFormat)?.schemaLanguage else {
            throw ConfigurationError(
                code: .missingOption, option: "schema_registry.endpoint",
                message: "Payloads of the format \(format.name) name a registry's schema: set the configuration's "
                    + "'schemaRegistry' ('schema_registry.endpoint').")
        }
        self.init(decoder, writers: FramedWriters(schemas, language: language))
    }
}
