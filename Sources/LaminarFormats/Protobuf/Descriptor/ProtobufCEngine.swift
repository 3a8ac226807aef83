/// `protobuf.decoder = 'protobuf-c'`: decodes with libprotobuf-c into the same columns, to check the built-in decoder
/// against somebody else's.
///
/// Several times slower, and with the library's gaps: a message with a group, or with a known field of a wrong wire type, is
/// refused whole; of a oneof every member that was written is there. JSON columns aren't filled.
final class ProtobufCEngine: BatchEngine {
    let rows: RowStore
    private(set) var failure: DecodeFailure?
    private let types: ProtobufTypes
    private let layout: CMessageLayout
    private let message: Int
    private let fields: [ProtobufField?]

    init(rows: RowStore, types: ProtobufTypes, message: Int) throws(FormatError) {
        self.rows = rows
        self.types = types
        self.message = message
        // The built-in decoder's plan checks that columns and fields go together.
        let wanted = rows.columns.enumerated().map { place, column in
            ProtobufPlanCompiler.Wanted(
                name: column.name, type: column.type, isNullable: column.isNullable, builder: rows.builders + place)
        }
        let plan = try ProtobufPlanCompiler(types: types, isStrict: true).plan(message, wanted)
        plan.deinitialize(count: 1)
        plan.deallocate()
        if let json = rows.columns.first(where: { Self.holdsJSON($0.type) }) {
            throw FormatError(
                .column,
                "Column \(json.name): JSON isn't filled with protobuf.decoder = 'protobuf-c': leave the option out.")
        }
        fields = rows.columns.map { column in
            types.messages[message].field(named: column.name).map { types.messages[message].fields[$0] }
        }
        layout = CMessageLayout(
            types.messages.map { message in
                message.fields.compactMap { field in
                    Self.kind(field).map {
                        CMessageLayout.Field(UInt32(bitPattern: field.number), $0, isRepeated: field.isRepeated)
                    }
                }
            })
    }

    private static func holdsJSON(_ type: ColumnType) -> Bool {
        switch type {
        case .json: true
        case .array(let inner), .map(let inner): holdsJSON(inner)
        case .structure(let fields): fields.contains { holdsJSON($0.type) }
        default: false
        }
    }

    /// nil for groups, which the library doesn't know.
    private static func kind(_ field: ProtobufField) -> CMessageLayout.Kind? {
        switch field.kind {
        case .double: .double
        case .float: .float
        case .int64: .int64
        case .uint64: .uint64
        case .int32, .enumeration: .int32
        case .fixed64: .fixed64
        case .fixed32: .fixed32
        case .bool: .bool
        case .string, .bytes: .bytes
        case .message: .message(field.message)
        case .uint32: .uint32
        case .sfixed32: .sfixed32
        case .sfixed64: .sfixed64
        case .sint32: .sint32
        case .sint64: .sint64
        case .group: nil
        }
    }

    func append(_ payloads: UnsafeBufferPointer<PayloadSlice>, from start: Int) -> Int? {
        for index in start..<payloads.count {
            guard !payloads[index].isNull else {
                failure = DecodeFailure(.tombstone, "The payload is null, which the protobuf format has no row for.")
                return index
            }
            let bytes = payloads[index].bytes.assumingMemoryBound(to: UInt8.self)
            let outcome = layout.unpack(message, bytes) { append($0) }
            switch outcome {
            case .appended?: continue
            case .refused(let reason)?: failure = reason
            case nil: failure = DecodeFailure(.syntax, "libprotobuf-c can't read the message")
            }
            rows.undoRow()
            return index
        }
        return nil
    }

    private enum Outcome { case appended, refused(DecodeFailure) }

    private func append(_ unpacked: CMessage) -> Outcome {
        for (place, column) in rows.columns.enumerated() {
            var value = Value.null
            do throws(DecodeFailure) {
                if let field = fields[place] { value = try cell(field, column.type, of: unpacked) }
            } catch {
                return .refused(error.within(column.name))
            }
            if value.isNull, !column.isNullable {
                return .refused(
                    DecodeFailure(.missing, "the field is missing, and the column is NOT NULL", path: column.name))
            }
            if !rows.builders[place].append(value) {
                return .refused(
                    DecodeFailure(.range, "the value doesn't fit into \(column.type)", path: column.name))
            }
        }
        rows.endCompleteRow()
        return .appended
    }

    // MARK: Values

    private func cell(_ field: ProtobufField, _ type: ColumnType, of message: CMessage) throws(DecodeFailure) -> Value {
        let number = UInt32(bitPattern: field.number)
        let count = message.count(number)
        if field.isMap, case .map(let valueType) = type {
            var entries: [NamedValue] = []
            var places: [String: Int] = [:]
            let entry = types.messages[field.message]
            guard let key = entry.field(number: 1), let value = entry.field(number: 2) else { return .null }
            for each in message.messages(number) {
                let name = keyText(key, each)
                let held = NamedValue(name, try one(value, valueType, each, 0))
                if let place = places[name] {
                    entries[place] = held
                } else {
                    places[name] = entries.count
                    entries.append(held)
                }
            }
            return .map(entries)
        }
        if field.isRepeated, case .array(let element) = type {
            var elements: [Value] = []
            for index in 0..<count {
                let value = try one(field, element, message, index)
                if field.kind != .enumeration || !value.isNull { elements.append(value) }
            }
            return .array(elements)
        }
        if count == 0, field.hasPresence, field.defaultValue == nil { return .null }
        if count == 0, let value = ProtobufPlanCompiler.writtenDefault(field, type, types) { return value }
        if count == 0, ProtobufStore(field.kind, type) == .parsed { return .null }
        return try one(field, type, message, 0)
    }

    private func keyText(_ key: ProtobufField, _ entry: CMessage) -> String {
        switch key.kind {
        case .string: entry.text(1)
        case .bool: entry.integer(1) != 0 ? "true" : "false"
        case .uint64, .fixed64: String(UInt64(bitPattern: entry.integer(1)))
        default: String(entry.integer(1))
        }
    }

    private func one(
        _ field: ProtobufField, _ type: ColumnType, _ message: CMessage, _ index: Int
    ) throws(DecodeFailure) -> Value {
        let number = UInt32(bitPattern: field.number)
        switch field.kind {
        case .message:
            let inner = types.messages[field.message]
            let content = message.message(number, index)
            if case .structure(let fields) = type {
                guard let content else { return .null }
                var members: [NamedValue] = []
                for member in fields {
                    var value = Value.null
                    if let place = inner.field(named: member.name) {
                        value = try cell(inner.fields[place], member.type, of: content)
                    }
                    members.append(NamedValue(member.name, value))
                }
                return .structure(members)
            }
            guard let content, let known = inner.known else { return .null }
            if known.isWrapper || known == .textDecimal, let value = inner.field(number: 1) {
                return try cell(value, type, of: content)
            }
            return try self.known(known, content)
        case .string, .bytes: return try text(field, type, message.bytes(number, index))
        case .double: return real(Double(bitPattern: UInt64(bitPattern: message.integer(number, index))), type)
        case .float: return real(Double(bitPattern: UInt64(bitPattern: message.integer(number, index))), type)
        case .bool: return .boolean(message.integer(number, index) != 0)
        default:
            let value = message.integer(number, index)
            if field.kind == .enumeration {
                let enumeration = types.enums[field.enumeration]
                let name = enumeration.names[Int32(truncatingIfNeeded: value)]
                if name == nil, enumeration.isClosed { return .null }
                if type == .text { return .text(name ?? String(value)) }
            }
            let isUnsigned = field.kind == .uint64 || field.kind == .fixed64
            return try integer(isUnsigned ? Int128(UInt64(bitPattern: value)) : Int128(value), type)
        }
    }

    private func real(_ value: Double, _ type: ColumnType) -> Value {
        type == .real ? .real(Float(value)) : .double(value)
    }

    private func text(_ field: ProtobufField, _ type: ColumnType, _ bytes: [UInt8]) throws(DecodeFailure) -> Value {
        if type == .bytea { return .bytea(bytes) }
        guard bytes.withUnsafeBytes({ UTF8Check.isValid($0) }) else {
            throw DecodeFailure(.encoding, "the text isn't UTF-8")
        }
        var text = String(decoding: bytes, as: UTF8.self)
        if type == .text { return .text(text) }
        var builder = ColumnBuilder(type)
        guard TextCell.append(&text, to: &builder) == .appended else {
            throw DecodeFailure(.range, "the text isn't a value of \(type)")
        }
        return builder.finish().value(at: 0)
    }

    private func integer(_ value: Int128, _ type: ColumnType) throws(DecodeFailure) -> Value {
        let result: Value?
        switch type {
        case .smallint: result = Int16(exactly: value).map { .smallint($0) }
        case .int: result = Int32(exactly: value).map { .int($0) }
        case .bigint: result = Int64(exactly: value).map { .bigint($0) }
        case .double: result = .double(Double(value))
        case .decimal: result = .decimal(ExactDecimal(unscaled: value, scale: 0))
        default: result = nil
        }
        guard let result else { throw DecodeFailure(.range, "the value doesn't fit into \(type)") }
        return result
    }

    private func known(_ known: KnownMessage, _ content: CMessage) throws(DecodeFailure) -> Value {
        let (first, second, third, fourth) = (
            content.integer(1), content.integer(2), content.integer(3), content.integer(4)
        )
        switch known {
        case .timestamp where (0..<1_000_000_000).contains(second):
            let (whole, overflow) = first.multipliedReportingOverflow(by: 1_000_000)
            if !overflow { return .timestamp(Timestamp(microseconds: whole &+ second / 1000)) }
        case .duration where second.magnitude < 1_000_000_000:
            let (whole, overflow) = first.multipliedReportingOverflow(by: 1_000_000)
            if !overflow { return .interval(CalendarInterval(microseconds: whole &+ second / 1000)) }
        case .date:
            let text = [(first, 4), (second, 2), (third, 2)].map { CivilTime.digits(Int($0.0), $0.1) }
            if let date = CalendarDate(text.joined(separator: "-")) { return .date(date) }
        case .timeOfDay:
            let text = [first, second, third].map { CivilTime.digits(Int($0), 2) }.joined(separator: ":")
            if let time = TimeOfDay(text), fourth >= 0, fourth < 1_000_000_000 {
                return .time(TimeOfDay(microseconds: time.microseconds + fourth / 1000))
            }
        case .decimal where (0...38).contains(third):
            let bytes = content.bytes(1)
            let unscaled = bytes.withUnsafeBufferPointer { bytes in
                bytes.baseAddress.map { ProtobufReader.bigEndian($0, bytes.count) } ?? 0
            }
            if let unscaled { return .decimal(ExactDecimal(unscaled: unscaled, scale: Int(third))) }
        case .fieldMask:
            return .text(
                (0..<content.count(1)).map { ProtobufLinker.jsonName(content.text(1, $0)) }.joined(separator: ","))
        default: break
        }
        throw DecodeFailure(.range, "the message isn't a value of the column")
    }
}
