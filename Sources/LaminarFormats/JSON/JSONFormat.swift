/// The format `json`: one JSON object a payload, its fields matched to columns by name.
///
/// | option | default | |
/// |---|---|---|
/// | `json.unstructured` | `false` | `true`: the whole payload, any JSON value, goes into the one column of type JSON |
/// | `json.confluent_schema_registry` | `false` | `true`: payloads name their writer's schema, which the decoder must be told (`needsWriter`) |
/// | `json.validate` | `false` | `true`: a record that doesn't satisfy its writer's JSON Schema is a bad one |
/// | `json.timestamp_format` | `auto` | `auto` (strings; numbers are milliseconds), `rfc3339` (strings only), `unix_s`, `unix_ms`, `unix_us` (numbers only) |
///
/// Fields match columns by exact name, then ignoring case; the last of duplicated keys wins; unknown fields are checked
/// and ignored. `docs/formats.md` has the rules for each type.
public struct JSONFormat: RecordFormat {
    /// `json`.
    public let name = "json"

    /// The built-in format.
    public init() {}

    /// Compiles the plan.
    public func makeDecoder(schema: RowSchema, options: [String: String]) throws(FormatError) -> BatchDecoder {
        let options = try JSONOptions(ownOptions(options, known: JSONOptions.names), schema: schema)
        return BatchDecoder(schema: schema, decodesTombstones: false) { rows in
            let engine = JSONEngine(
                rows: rows, isUnstructured: options.isUnstructured, timestamps: options.timestamps)
            return options.usesRegistry ? JSONRegistryEngine(engine, validates: options.validates) : engine
        }
    }

    /// An object with a member for each column, or the one column itself.
    public func makeEncoder(schema: RowSchema, options: [String: String]) throws(FormatError) -> any RecordEncoder {
        let options = try JSONOptions(ownOptions(options, known: JSONOptions.names), schema: schema)
        return JSONRecordEncoder(timestamps: options.timestamps, isUnstructured: options.isUnstructured)
    }
}

/// The format's options, checked.
struct JSONOptions {
    static let names = ["unstructured", "timestamp_format", "confluent_schema_registry", "validate"]

    let isUnstructured: Bool
    let usesRegistry: Bool
    let validates: Bool
    let timestamps: JSONTimes.Format

    init(_ own: [String: String], schema: RowSchema) throws(FormatError) {
        isUnstructured = try Self.flag(own, "unstructured")
        usesRegistry = try Self.flag(own, "confluent_schema_registry")
        validates = try Self.flag(own, "validate")
        if validates, !usesRegistry {
            throw FormatError(
                .option,
                "The option json.validate needs json.confluent_schema_registry, which has the schemas: add that, or leave "
                    + "json.validate out.")
        }
        if let text = own["timestamp_format"] {
            guard let known = JSONTimes.Format(rawValue: text.lowercased()) else {
                let list = JSONTimes.Format.allCases.map(\.rawValue).joined(separator: ", ")
                throw FormatError(.option, "The option json.timestamp_format is one of \(list), not \(text).")
            }
            timestamps = known
        } else {
            timestamps = .auto
        }
        if isUnstructured {
            let columns = schema.columns.filter { $0.metadata == nil }
            guard columns.count == 1, columns[0].type == .json else {
                throw FormatError(
                    .column,
                    "With json.unstructured the table has one column of the payload, of type JSON: value JSON.")
            }
        }
    }

    private static func flag(_ options: [String: String], _ key: String) throws(FormatError) -> Bool {
        switch options[key]?.lowercased() {
        case nil, "false": return false
        case "true": return true
        default: throw FormatError(.option, "The option json.\(key) is true or false.")
        }
    }
}

/// Runs the plan over a batch.
final class JSONEngine: BatchEngine {
    let rows: RowStore
    private(set) var failure: DecodeFailure?
    private let isUnstructured: Bool
    private let plan: UnsafeMutablePointer<JSONObjectPlan>
    private let fault: UnsafeMutablePointer<JSONFault>
    private let times: UnsafeMutablePointer<JSONTimes>
    private let scratch = JSONScratch()
    private var record = 0

    init(rows: RowStore, isUnstructured: Bool, timestamps: JSONTimes.Format) {
        self.rows = rows
        self.isUnstructured = isUnstructured
        plan = .allocate(capacity: 1)
        let builders = rows.builders
        plan.initialize(
            to: JSONObjectPlan(
                names: rows.columns.map(\.name), isNullable: rows.columns.map(\.isNullable),
                targets: rows.columns.enumerated().map { JSONTarget($1.type, builders + $0) },
                types: rows.columns.map(\.type)))
        fault = .allocate(capacity: 1)
        fault.initialize(to: JSONFault())
        times = .allocate(capacity: 1)
        times.initialize(to: JSONTimes(timestamps))
    }

    deinit {
        plan.deinitialize(count: 1)
        plan.deallocate()
        fault.deinitialize(count: 1)
        fault.deallocate()
        times.deinitialize(count: 1)
        times.deallocate()
    }

    func append(_ payloads: UnsafeBufferPointer<PayloadSlice>, from start: Int) -> Int? {
        for index in start..<payloads.count {
            let payload = payloads[index]
            guard let bytes = payload.start else {
                failure = DecodeFailure(.tombstone, "The payload is null, which the json format has no row for.")
                return index
            }
            record &+= 1
            let scanner = JSONScanner(
                start: bytes.assumingMemoryBound(to: UInt8.self), count: payload.count, fault: fault)
            let isRead = isUnstructured ? unstructured(scanner) : object(scanner)
            if !isRead {
                failure = fault.pointee.failure
                rows.undoRow()
                return index
            }
        }
        return nil
    }

    @inline(__always)
    private func object(_ scanner: JSONScanner) -> Bool {
        let open = scanner.space(scanner.start)
        guard open < scanner.end, open.pointee == 0x7B else { return refuse(scanner, open) }
        let reader = JSONColumnReader(scanner: scanner, scratch: scratch, times: times, record: record)
        var seen = 0
        guard let after = reader.fields(open + 1, plan, row: rows.count, depth: 1, seen: &seen) else { return false }
        if after != scanner.end, scanner.space(after) != scanner.end { return scanner.fail(.trailing, after) != nil }
        if seen == rows.columns.count {
            rows.endCompleteRow()
            return true
        }
        return endRow(scanner, open)
    }

    @inline(never)
    private func endRow(_ scanner: JSONScanner, _ open: UnsafePointer<UInt8>) -> Bool {
        guard let column = rows.endRow() else { return true }
        let type = rows.columns.first { $0.name == column }?.type ?? .json
        _ = scanner.fail(.notNull, open, type)
        return scanner.within(column) != nil
    }

    @inline(never)
    private func refuse(_ scanner: JSONScanner, _ at: UnsafePointer<UInt8>) -> Bool {
        // A valid value that isn't an object gets the clearer sentence.
        guard let after = scanner.skip(at, 0) else { return false }
        if scanner.space(after) != scanner.end { return scanner.fail(.trailing, after) != nil }
        return scanner.fail(.mismatch, at, .structure([])) != nil
    }

    private func unstructured(_ scanner: JSONScanner) -> Bool {
        let start = scanner.space(scanner.start)
        guard let after = scanner.skip(start, 0) else { return false }
        if scanner.space(after) != scanner.end { return scanner.fail(.trailing, after) != nil }
        let text = UnsafeRawBufferPointer(start: start, count: after - start)
        guard rows.builders.pointee.append(bytes: text) else { return scanner.fail(.tooLarge, start) != nil }
        rows.endCompleteRow()
        return true
    }
}
