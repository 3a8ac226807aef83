#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Writes rows as a schema's data.
///
/// - Note: Format: Apache Avro 1.12 specification, "Binary Encoding".
struct AvroRecordEncoder: RecordEncoder {
    /// What surrounds a datum.
    enum Framing: Sendable {
        /// Nothing; a top-level `bytes` goes without its length where `isBare`.
        case none(isBare: Bool)
        /// The bytes before it.
        case prefix([UInt8])
        /// A container file with the schema's text.
        case container([UInt8])
    }

    private let schema: AvroSchema
    private let framing: Framing
    /// The top record's, or of the one column `value`.
    private let top: AvroEncoding
    private let isRecord: Bool
    private var datum: [UInt8] = []

    init(_ columns: RowSchema, _ schema: AvroSchema, framing: Framing) throws(FormatError) {
        self.schema = schema
        self.framing = framing
        let finder = AvroEncodingFinder(schema: schema)
        let names = columns.columns.map(\.name)
        let types = columns.columns.map(\.type)
        let root = schema[schema.root]
        isRecord = root.kind == .record && !AvroTop.isWhole(names, types, root, root)
        if isRecord {
            top = try finder.record(schema.root, names: names, types: types)
        } else {
            guard names.count == 1, names[0].lowercased() == AvroTop.column else {
                throw FormatError(
                    .column,
                    "The Avro schema's top is no record but \(AvroSchema.article(schema.describe(schema.root))): a table for "
                        + "it has one column, named \(AvroTop.column).")
            }
            top = try finder.value(schema.root, types[0], path: names[0])
        }
    }

    mutating func encode(_ row: Row, into payload: inout EncodedPayload) throws(EncodeFailure) {
        switch framing {
        case .none(let isBare):
            if isBare, schema[schema.root].kind == .bytes, row.schema.columns[0].type == .bytea {
                let column = row.batch.columns[0]
                guard !column.isNull(row.index) else { throw Self.missing(AvroTop.column) }
                payload.bytes.append(contentsOf: column.bytes(row.index))
                return
            }
            try write(row, into: &payload.bytes)
        case .prefix(let bytes):
            payload.bytes.append(contentsOf: bytes)
            try write(row, into: &payload.bytes)
        case .container(let text):
            datum.removeAll(keepingCapacity: true)
            try write(row, into: &datum)
            let sync = (0..<16).map { _ in UInt8.random(in: 0...255) }
            AvroContainerFile.write(datum, schema: text, sync: sync, into: &payload.bytes)
        }
    }

    private func write(_ row: Row, into bytes: inout [UInt8]) throws(EncodeFailure) {
        if isRecord {
            guard case .record(let members) = top else { return }
            try record(members, row.batch.columns, row.index, into: &bytes, depth: 0)
        } else {
            try value(top, row.batch.columns[0], row.index, AvroTop.column, into: &bytes, depth: 0)
        }
    }

    private func record(
        _ members: [AvroEncoding.Member], _ columns: [Column], _ row: Int, into bytes: inout [UInt8], depth: Int
    ) throws(EncodeFailure) {
        for member in members {
            if let place = member.column {
                try value(member.encoding, columns[place], row, member.name, into: &bytes, depth: depth)
            } else if case .constant(let constant) = member.encoding {
                bytes.append(contentsOf: constant)
            }
        }
    }

    private func value(
        _ encoding: AvroEncoding, _ column: Column, _ row: Int, _ name: String, into bytes: inout [UInt8], depth: Int
    ) throws(EncodeFailure) {
        guard case .choice(let value, let null, let inner) = encoding else { return }
        if column.isNull(row) {
            guard let null else { throw Self.missing(name) }
            bytes.append(contentsOf: null)
            return
        }
        bytes.append(contentsOf: value)
        do throws(EncodeFailure) {
            try plain(inner, column, row, into: &bytes, depth: depth + 1)
        } catch {
            let path =
                error.path.isEmpty ? name : error.path.hasPrefix("[") ? name + error.path : "\(name).\(error.path)"
            throw EncodeFailure(error.code, error.message, path: path)
        }
    }

    private static func missing(_ name: String) -> EncodeFailure {
        EncodeFailure(.missing, "the value is NULL, and the Avro schema has no null there", path: name)
    }

    private static func range(_ message: String) -> EncodeFailure { EncodeFailure(.range, message) }

    private func plain(
        _ encoding: AvroEncoding, _ column: Column, _ row: Int, into bytes: inout [UInt8], depth: Int
    ) throws(EncodeFailure) {
        switch encoding {
        case .choice, .constant: break
        case .nothing: throw Self.range("the Avro schema's type is null, and the value isn't")
        case .boolean: bytes.append(column.bit(row) ? 1 : 0)
        case .int:
            guard let value = Self.integer(column, row), Int32(exactly: value) != nil else {
                throw Self.range("the number doesn't fit into the Avro schema's int")
            }
            AvroWriter.long(value, into: &bytes)
        case .long: AvroWriter.long(Self.integer(column, row) ?? 0, into: &bytes)
        case .float: AvroWriter.float(Float(Self.number(column, row)), into: &bytes)
        case .double: AvroWriter.double(Self.number(column, row), into: &bytes)
        case .micros: AvroWriter.long(column.fixed(row, as: Int64.self), into: &bytes)
        case .millis:
            AvroWriter.long(Timestamp(microseconds: column.fixed(row, as: Int64.self)).milliseconds, into: &bytes)
        case .timeMillis: AvroWriter.long(column.fixed(row, as: Int64.self) / 1000, into: &bytes)
        case .nanos:
            let (value, overflow) = column.fixed(row, as: Int64.self).multipliedReportingOverflow(by: 1000)
            if overflow { throw Self.range("the timestamp doesn't fit into 64 bits of nanoseconds") }
            AvroWriter.long(value, into: &bytes)
        case .text, .bytes, .json: AvroWriter.bytes(column.bytes(row), into: &bytes)
        case .fixed(let size):
            let value = column.bytes(row)
            guard value.count == size else {
                throw Self.range("the value has \(value.count) bytes, and the Avro schema's fixed has \(size)")
            }
            bytes.append(contentsOf: value)
        case .symbols(let symbols):
            guard let place = symbols[String(decoding: column.bytes(row), as: UTF8.self)] else {
                throw Self.range("the text isn't one of the symbols of the Avro schema's enum")
            }
            AvroWriter.long(Int64(place), into: &bytes)
        case .decimal(let scale, let precision, let size):
            try decimal(column, row, scale: scale, precision: precision, size: size, into: &bytes)
        case .uuidText: AvroWriter.bytes(column.uuid(row).uuidString.lowercased().utf8, into: &bytes)
        case .uuidBytes: withUnsafeBytes(of: column.uuid(row).uuid) { bytes.append(contentsOf: $0) }
        case .interval: try interval(column.fixed(row, as: CalendarInterval.self), into: &bytes)
        case .jsonContent:
            let text = String(decoding: column.bytes(row), as: UTF8.self)
            if let content = (try? JSONTree(text))?.string {
                AvroWriter.bytes(content.utf8, into: &bytes)
            } else {
                AvroWriter.bytes(text.utf8, into: &bytes)
            }
        case .tree(let type): try tree(column, row, type, into: &bytes)
        case .array(let element):
            try items(column, row, into: &bytes) { item, bytes throws(EncodeFailure) in
                try value(element, column.children[0], item, "[]", into: &bytes, depth: depth)
            }
        case .map(let element):
            try items(column, row, into: &bytes) { item, bytes throws(EncodeFailure) in
                AvroWriter.bytes(column.children[0].bytes(item), into: &bytes)
                try value(element, column.children[1], item, "[]", into: &bytes, depth: depth)
            }
        case .record(let members): try record(members, column.children, row, into: &bytes, depth: depth)
        }
    }

    private func items(
        _ column: Column, _ row: Int, into bytes: inout [UInt8],
        _ item: (Int, inout [UInt8]) throws(EncodeFailure) -> Void
    ) throws(EncodeFailure) {
        let range = column.range(row)
        if !range.isEmpty { AvroWriter.long(Int64(range.count), into: &bytes) }
        for index in range { try item(index, &bytes) }
        bytes.append(0)
    }

    /// A JSON value by the schema: a union of several types, a recursive record.
    private func tree(
        _ column: Column, _ row: Int, _ type: AvroSchema.ID, into bytes: inout [UInt8]
    ) throws(EncodeFailure) {
        do {
            let tree = try JSONTree(String(decoding: column.bytes(row), as: UTF8.self))
            try AvroTreeEncoder(schema: schema).encode(tree, type, into: &bytes, depth: 0)
        } catch let error as EncodeFailure {
            throw error
        } catch {
            throw EncodeFailure(.value, "the JSON can't be read")
        }
    }

    private static func integer(_ column: Column, _ row: Int) -> Int64? {
        switch column.type {
        case .smallint: Int64(column.fixed(row, as: Int16.self))
        case .int, .date: Int64(column.fixed(row, as: Int32.self))
        case .bigint, .time, .timestamp: column.fixed(row, as: Int64.self)
        default: nil
        }
    }

    private static func number(_ column: Column, _ row: Int) -> Double {
        switch column.type {
        case .real: Double(column.fixed(row, as: Float.self))
        case .double: column.fixed(row, as: Double.self)
        default: Double(integer(column, row) ?? 0)
        }
    }

    private func decimal(
        _ column: Column, _ row: Int, scale: Int, precision: Int, size: Int?, into bytes: inout [UInt8]
    ) throws(EncodeFailure) {
        var unscaled = Int128(0)
        var written = 0
        if case .decimal(_, let columnScale) = column.type {
            unscaled = column.fixed(row, as: Int128.self)
            written = columnScale
        } else {
            unscaled = Int128(Self.integer(column, row) ?? 0)
        }
        guard let value = AvroDecimal.rescaled(unscaled, from: written, to: scale),
            precision > 38 || value.magnitude < UInt128(ExactDecimal.power(precision))
        else { throw Self.range("the number has more digits than the Avro schema's decimal keeps") }
        let digits = AvroDecimal.bytes(value)
        guard let size else { return AvroWriter.bytes(digits, into: &bytes) }
        guard digits.count <= size else { throw Self.range("the number doesn't fit into the Avro schema's fixed") }
        bytes.append(contentsOf: repeatElement(value < 0 ? 0xFF : 0, count: size - digits.count))
        bytes.append(contentsOf: digits)
    }

    private func interval(_ value: CalendarInterval, into bytes: inout [UInt8]) throws(EncodeFailure) {
        guard value.months >= 0, value.days >= 0, value.microseconds >= 0, value.microseconds % 1000 == 0,
            let millis = UInt32(exactly: value.microseconds / 1000)
        else {
            throw Self.range("Avro's duration has no negative parts, no microseconds and at most 49 days of time")
        }
        for part in [UInt32(value.months), UInt32(value.days), millis] {
            withUnsafeBytes(of: part.littleEndian) { bytes.append(contentsOf: $0) }
        }
    }
}
