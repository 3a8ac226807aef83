/// Writes trees as Protobuf's canonical JSON: names in lowerCamelCase or as `json_name` says, 64-bit numbers as strings,
/// bytes in base64, enums by name, the well-known types in their own forms; fields in the order of their numbers.
///
/// - Note: Protocol Buffers documentation, "ProtoJSON Format".
struct ProtobufJSON {
    let types: ProtobufTypes
    private(set) var bytes: [UInt8] = []
    /// Set where a value has no JSON: a timestamp out of its range, say, or a required field that is missing.
    private(set) var problem: ProtobufFault.Reason?

    init(_ types: ProtobufTypes) { self.types = types }

    private mutating func raw(_ text: String) { bytes.append(contentsOf: text.utf8) }

    private mutating func quoted(_ text: String) {
        var text = text
        text.withUTF8 { JSONQuoting.quote(UnsafeRawBufferPointer($0), into: &bytes) }
    }

    private mutating func number(_ text: String, _ value: Double) {
        // Minus zero keeps its point: as `-0` most readers would take it for a whole number, which has no sign there.
        if value.isFinite { return raw(text.hasSuffix(".0") && text != "-0.0" ? String(text.dropLast(2)) : text) }
        quoted(value.isNaN ? "NaN" : value < 0 ? "-Infinity" : "Infinity")
    }

    // MARK: Values

    mutating func write(_ node: ProtobufNode, _ field: ProtobufField, depth: Int = 0) {
        switch node {
        case .list(let elements):
            bytes.append(0x5B)
            for (index, element) in elements.enumerated() {
                if index > 0 { bytes.append(0x2C) }
                write(element, field, depth: depth)
            }
            bytes.append(0x5D)
        case .map(let keys, let values, _):
            guard let valueField = types.messages[field.message].field(number: 2) else { return raw("{}") }
            bytes.append(0x7B)
            for (index, key) in keys.enumerated() {
                if index > 0 { bytes.append(0x2C) }
                quoted(ProtobufTreeReader.keyText(key))
                bytes.append(0x3A)
                write(values[index], valueField, depth: depth)
            }
            bytes.append(0x7D)
        case .message(let tree): write(tree, depth: depth + 1)
        case .number(let number):
            let enumeration = types.enums[field.enumeration]
            if enumeration.fullName == "google.protobuf.NullValue" {
                raw("null")
            } else if let name = enumeration.names[number] {
                quoted(name)
            } else {
                raw(String(number))
            }
        case .integer(let value):
            let isWide = field.kind == .int64 || field.kind == .sint64 || field.kind == .sfixed64
            isWide ? quoted(String(value)) : raw(String(value))
        case .unsigned(let value): quoted(String(value))
        case .double(let value): number(value.description, value)
        case .float(let value): number(value.description, Double(value))
        case .bool(let value): raw(value ? "true" : "false")
        case .text(let value): quoted(value)
        case .bytes(let value): quoted(Base64Text.encode(value))
        }
    }

    /// A message's own JSON form.
    mutating func write(_ tree: ProtobufTree, depth: Int = 0) {
        guard depth <= ProtobufFault.depthLimit else {
            problem = .json
            return
        }
        let message = types.messages[tree.type]
        guard let known = message.known, known.hasOwnJSON else {
            bytes.append(0x7B)
            _ = members(of: tree, depth: depth, isFirst: true)
            bytes.append(0x7D)
            return
        }
        write(tree, message, known, depth: depth)
    }

    private mutating func members(of tree: ProtobufTree, depth: Int, isFirst: Bool) -> Bool {
        let fields = types.messages[tree.type].fields
        var isFirst = isFirst
        for field in fields where field.isRequired {
            if let index = types.messages[tree.type].numbers[field.number], tree.values[index] == nil {
                problem = .required
            }
        }
        for index in tree.values.keys.sorted(by: { fields[$0].number < fields[$1].number }) {
            guard let value = tree.values[index], !isImplicitZero(value, fields[index]) else { continue }
            if !isFirst { bytes.append(0x2C) }
            isFirst = false
            quoted(fields[index].jsonName)
            bytes.append(0x3A)
            write(value, fields[index], depth: depth)
        }
        return isFirst
    }

    /// A zero where absence can't be told from it is left out, as if it had not been written.
    private func isImplicitZero(_ node: ProtobufNode, _ field: ProtobufField) -> Bool {
        if field.hasPresence || field.isRepeated { return false }
        switch node {
        case .integer(let value): return value == 0
        case .unsigned(let value): return value == 0
        case .double(let value): return value == 0 && value.sign == .plus
        case .float(let value): return value == 0 && value.sign == .plus
        case .bool(let value): return !value
        case .text(let value): return value.isEmpty
        case .bytes(let value): return value.isEmpty
        case .number(let value): return value == 0
        case .message, .list, .map: return false
        }
    }

    // MARK: Well-known types

    private func value(_ tree: ProtobufTree, _ message: ProtobufMessage, _ number: Int32) -> ProtobufNode? {
        message.numbers[number].flatMap { tree.values[$0] }
    }

    private func integer(_ tree: ProtobufTree, _ message: ProtobufMessage, _ number: Int32) -> Int64 {
        if case .integer(let value)? = value(tree, message, number) { return value }
        return 0
    }

    private mutating func write(
        _ tree: ProtobufTree, _ message: ProtobufMessage, _ known: KnownMessage, depth: Int
    ) {
        switch known {
        case .timestamp: timestamp(integer(tree, message, 1), integer(tree, message, 2))
        case .duration: duration(integer(tree, message, 1), integer(tree, message, 2))
        case .fieldMask:
            var paths: [String] = []
            if case .list(let list)? = value(tree, message, 1) {
                for case .text(let path) in list { paths.append(ProtobufLinker.jsonName(path)) }
            }
            quoted(paths.joined(separator: ","))
        case .structure, .list:
            if let content = value(tree, message, 1), let field = message.field(number: 1) {
                write(content, field, depth: depth)
            } else {
                raw(known == .list ? "[]" : "{}")
            }
        case .value:
            guard let (index, content) = tree.values.first else { return raw("null") }
            if case .double(let number) = content, !number.isFinite { problem = .json }
            write(content, message.fields[index], depth: depth)
        case .any: any(tree, message, depth: depth)
        default:
            guard let field = message.field(number: 1) else { return raw("null") }
            write(value(tree, message, 1) ?? types.zero(field), field)
        }
    }

    /// Fractions in 0, 3, 6 or 9 digits.
    private static func fraction(_ nanos: UInt64) -> String {
        if nanos == 0 { return "" }
        if nanos % 1_000_000 == 0 { return "." + CivilTime.digits(Int(nanos / 1_000_000), 3) }
        if nanos % 1000 == 0 { return "." + CivilTime.digits(Int(nanos / 1000), 6) }
        return "." + CivilTime.digits(Int(nanos), 9)
    }

    private mutating func timestamp(_ seconds: Int64, _ nanos: Int64) {
        guard (-62_135_596_800...253_402_300_799).contains(seconds), (0..<1_000_000_000).contains(nanos) else {
            problem = .json
            return
        }
        var (days, rest) = seconds.quotientAndRemainder(dividingBy: 86_400)
        if rest < 0 { (days, rest) = (days - 1, rest + 86_400) }
        let clock = [rest / 3600, rest / 60 % 60, rest % 60].map { CivilTime.digits(Int($0), 2) }
        quoted(
            CivilTime.dateText(days: Int(days)) + "T" + clock.joined(separator: ":") + Self.fraction(nanos.magnitude)
                + "Z")
    }

    private mutating func duration(_ seconds: Int64, _ nanos: Int64) {
        guard seconds.magnitude <= 315_576_000_000, nanos.magnitude < 1_000_000_000,
            seconds == 0 || nanos == 0 || (seconds < 0) == (nanos < 0)
        else {
            problem = .json
            return
        }
        let sign = seconds < 0 || nanos < 0 ? "-" : ""
        quoted("\(sign)\(seconds.magnitude)\(Self.fraction(nanos.magnitude))s")
    }

    /// A message of the schema as its members beside `@type`; one that isn't in the schema as its bytes.
    private mutating func any(_ tree: ProtobufTree, _ message: ProtobufMessage, depth: Int) {
        var url = ""
        var content: [UInt8] = []
        if case .text(let text)? = value(tree, message, 1) { url = text }
        if case .bytes(let bytes)? = value(tree, message, 2) { content = bytes }
        if url.isEmpty { return raw("{}") }
        bytes.append(0x7B)
        quoted("@type")
        bytes.append(0x3A)
        quoted(url)
        if let type = types.message(typeURL: url), depth < ProtobufFault.depthLimit {
            let inner = ProtobufTree(type)
            var fault = ProtobufFault()
            let isRead = content.withUnsafeBufferPointer { buffer in
                withUnsafeMutablePointer(to: &fault) { fault in
                    let start = buffer.baseAddress ?? UnsafePointer(bitPattern: 16).unsafelyUnwrapped
                    let wire = ProtobufWire(start: start, count: buffer.count, fault: fault)
                    return ProtobufTreeReader(types: types, wire: wire).fields(
                        inner, start, start + buffer.count, depth: depth + 1) != nil
                }
            }
            if !isRead { problem = .json }
            let innerType = types.messages[type]
            if innerType.known?.hasOwnJSON == true {
                raw(",\"value\":")
                write(inner, depth: depth + 1)
            } else {
                _ = members(of: inner, depth: depth + 1, isFirst: false)
            }
        } else {
            raw(",\"value\":")
            quoted(Base64Text.encode(content))
        }
        bytes.append(0x7D)
    }
}
