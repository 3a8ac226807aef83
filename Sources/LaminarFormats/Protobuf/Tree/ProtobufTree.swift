/// A message with all of its fields, as values: the slow way, for JSON columns.
final class ProtobufTree {
    /// A place in ``ProtobufTypes/messages``.
    let type: Int
    /// By the field's place in the message.
    var values: [Int: ProtobufNode] = [:]

    init(_ type: Int) { self.type = type }
}

/// A field's value.
enum ProtobufNode {
    case integer(Int64)
    case unsigned(UInt64)
    case double(Double)
    case float(Float)
    case bool(Bool)
    case text(String)
    case bytes([UInt8])
    case number(Int32)
    case message(ProtobufTree)
    case list([ProtobufNode])
    /// In the order of the first occurrence of each key.
    case map(keys: [ProtobufNode], values: [ProtobufNode], places: [String: Int])
}

/// Reads messages into trees, as Google's parsers do: the last of singular scalars counts, messages are merged, members of
/// a oneof replace each other, unknown fields are read over, strings of proto3 are checked.
struct ProtobufTreeReader {
    typealias Place = ProtobufWire.Place

    let types: ProtobufTypes
    let wire: ProtobufWire

    /// A message's content; where `group` isn't 0, up to its end tag.
    func fields(_ tree: ProtobufTree, _ from: Place, _ end: Place, depth: Int, group: UInt32 = 0) -> Place? {
        var at = from
        while at < end {
            var tag: UInt32 = 0
            guard let next = wire.longTag(at, end, &tag) else { return nil }
            if tag < 8 { return wire.fail(.tag, at) }
            if tag & 7 == 4, group != 0 { return tag &>> 3 == group ? next : wire.fail(.groupEnd, at) }
            guard let after = field(tree, tag, next, end, depth: depth) else { return nil }
            at = after
        }
        return group == 0 ? at : wire.fail(.truncated, end)
    }

    /// One occurrence of a field.
    func field(_ tree: ProtobufTree, _ tag: UInt32, _ at: Place, _ end: Place, depth: Int) -> Place? {
        let message = types.messages[tree.type]
        guard let index = message.numbers[Int32(bitPattern: tag &>> 3)] else { return wire.skip(tag, at, end, depth) }
        let field = message.fields[index]
        if field.isRepeated, field.kind.isPackable, tag & 7 == 2 {
            guard let after = packed(tree, index, field, at, end) else { return wire.within(field.name) }
            return after
        }
        guard tag & 7 == field.kind.wireType else { return wire.skip(tag, at, end, depth) }
        let after =
            field.isMap
            ? entry(tree, index, field, at, end, depth: depth)
            : field.kind.isMessage
                ? inner(tree, index, field, at, end, depth: depth) : scalar(tree, index, field, at, end)
        return after ?? wire.within(field.name)
    }

    private func replaceOneof(_ tree: ProtobufTree, _ index: Int, _ field: ProtobufField) {
        guard let oneof = field.oneof else { return }
        for (other, candidate) in types.messages[tree.type].fields.enumerated()
        where candidate.oneof == oneof && other != index { tree.values[other] = nil }
    }

    private func append(_ node: ProtobufNode, _ tree: ProtobufTree, _ index: Int) {
        // Taken out first, so that the list is grown where it is.
        if case .list(var list)? = tree.values.removeValue(forKey: index) {
            list.append(node)
            tree.values[index] = .list(list)
        } else {
            tree.values[index] = .list([node])
        }
    }

    // MARK: Scalars

    private func scalar(
        _ tree: ProtobufTree, _ index: Int, _ field: ProtobufField, _ at: Place, _ end: Place
    ) -> Place? {
        var node: ProtobufNode?
        guard let after = value(field, at, end, &node) else { return nil }
        guard let node else { return after }
        if field.isRepeated {
            append(node, tree, index)
        } else {
            replaceOneof(tree, index, field)
            tree.values[index] = node
        }
        return after
    }

    private func packed(
        _ tree: ProtobufTree, _ index: Int, _ field: ProtobufField, _ from: Place, _ end: Place
    ) -> Place? {
        var after = from
        guard var at = wire.length(from, end, &after) else { return nil }
        while at < after {
            var node: ProtobufNode?
            guard let next = value(field, at, after, &node) else { return nil }
            if let node { append(node, tree, index) }
            at = next
        }
        return after
    }

    /// One scalar; no node for a number that a closed enum doesn't have.
    private func value(_ field: ProtobufField, _ at: Place, _ end: Place, _ node: inout ProtobufNode?) -> Place? {
        switch field.kind {
        case .string, .bytes:
            var after = at
            guard let content = wire.length(at, end, &after) else { return nil }
            let bytes = UnsafeBufferPointer(start: content, count: after - content)
            if field.kind == .bytes {
                node = .bytes(Array(bytes))
            } else {
                guard UTF8Check.isValid(content, bytes.count) else { return wire.fail(.utf8, content) }
                node = .text(String(decoding: bytes, as: UTF8.self))
            }
            return after
        case .double:
            guard end - at >= 8 else { return wire.fail(.truncated, end) }
            node = .double(Double(bitPattern: ProtobufWire.word(at)))
            return at + 8
        case .float:
            guard end - at >= 4 else { return wire.fail(.truncated, end) }
            node = .float(Float(bitPattern: UnsafeRawPointer(at).loadUnaligned(as: UInt32.self)))
            return at + 4
        default:
            var value: Int64 = 0
            var isLarge = false
            let reader = ProtobufReader(wire: wire)
            guard let after = reader.integer(field.kind, at, end, &value, &isLarge) else { return nil }
            switch field.kind {
            case .bool: node = .bool(value != 0)
            case .uint64, .fixed64: node = .unsigned(UInt64(bitPattern: value))
            case .enumeration:
                let number = Int32(truncatingIfNeeded: value)
                let enumeration = types.enums[field.enumeration]
                node = enumeration.isClosed && enumeration.names[number] == nil ? nil : .number(number)
            default: node = .integer(value)
            }
            return after
        }
    }

    // MARK: Messages

    private func inner(
        _ tree: ProtobufTree, _ index: Int, _ field: ProtobufField, _ at: Place, _ end: Place, depth: Int
    ) -> Place? {
        if depth >= ProtobufFault.depthLimit { return wire.fail(.depth, at) }
        var content = at
        var after = end
        let group = field.kind == .group ? UInt32(bitPattern: field.number) : 0
        if group == 0 {
            guard let start = wire.length(at, end, &after) else { return nil }
            content = start
        }
        let target: ProtobufTree
        if field.isRepeated {
            target = ProtobufTree(field.message)
            append(.message(target), tree, index)
        } else {
            replaceOneof(tree, index, field)
            if case .message(let before)? = tree.values[index] {
                target = before
            } else {
                target = ProtobufTree(field.message)
                tree.values[index] = .message(target)
            }
        }
        return fields(target, content, after, depth: depth + 1, group: group)
    }

    private func entry(
        _ tree: ProtobufTree, _ index: Int, _ field: ProtobufField, _ at: Place, _ end: Place, depth: Int
    ) -> Place? {
        if depth >= ProtobufFault.depthLimit { return wire.fail(.depth, at) }
        var after = at
        guard let content = wire.length(at, end, &after) else { return nil }
        let entry = ProtobufTree(field.message)
        guard fields(entry, content, after, depth: depth + 1) != nil else { return nil }
        let declared = types.messages[field.message]
        guard let keyField = declared.field(number: 1), let valueField = declared.field(number: 2) else { return after }
        let key = declared.numbers[1].flatMap { entry.values[$0] } ?? types.zero(keyField)
        let value = declared.numbers[2].flatMap { entry.values[$0] } ?? types.zero(valueField)
        var keys: [ProtobufNode] = []
        var values: [ProtobufNode] = []
        var places: [String: Int] = [:]
        if case .map(let oldKeys, let oldValues, let oldPlaces)? = tree.values.removeValue(forKey: index) {
            (keys, values, places) = (oldKeys, oldValues, oldPlaces)
        }
        let text = Self.keyText(key)
        if let place = places[text] {
            values[place] = value
        } else {
            places[text] = keys.count
            keys.append(key)
            values.append(value)
        }
        tree.values[index] = .map(keys: keys, values: values, places: places)
        return after
    }

    static func keyText(_ key: ProtobufNode) -> String {
        switch key {
        case .integer(let value): String(value)
        case .unsigned(let value): String(value)
        case .bool(let value): value ? "true" : "false"
        case .text(let value): value
        default: ""
        }
    }
}

extension ProtobufTypes {
    /// What an absent field means.
    func zero(_ field: ProtobufField) -> ProtobufNode {
        switch field.kind {
        case .double: .double(0)
        case .float: .float(0)
        case .uint64, .fixed64: .unsigned(0)
        case .bool: .bool(false)
        case .string: .text("")
        case .bytes: .bytes([])
        case .enumeration: .number(enums[field.enumeration].first)
        case .message, .group: .message(ProtobufTree(field.message))
        default: .integer(0)
        }
    }
}
