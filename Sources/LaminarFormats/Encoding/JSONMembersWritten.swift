/// The members of an object that a value wrote, by name: where a sink finds a record's key and timestamp.
package struct JSONMembersWritten {
    let tape: JSONTape

    /// Names in the order in which they were written; empty where the value isn't an object.
    package var names: [String] {
        var names: [String] = []
        forEach { names.append(tape.key(of: $0) ?? "") }
        return names
    }

    /// The member's text as a record's key: a string's characters, bytes as they are, numbers, booleans and times as JSON
    /// has them; nil for null and where there is no such member.
    ///
    /// - Parameter name: by exact name, then ignoring case.
    /// - Throws: ``EncodeFailure`` for an array or an object.
    package func keyBytes(_ name: String) throws(EncodeFailure) -> [UInt8]? {
        guard let index = index(of: name) else { return nil }
        let node = tape.nodes[index]
        switch node.kind {
        case .unset, .null: return nil
        case .literal, .string, .bytes: return Array(tape.text[node.start..<node.start + node.count])
        case .timestamp: return Array(tape.timestamp(of: node).description.utf8)
        case .array, .object:
            throw EncodeFailure(.type, "an array or an object can't be a record's key", path: name)
        }
    }

    /// The member as an instant: a date, RFC 3339, or a whole number of milliseconds; nil for null and where there is no such
    /// member.
    ///
    /// - Throws: ``EncodeFailure`` for anything else.
    package func timestamp(_ name: String) throws(EncodeFailure) -> Timestamp? {
        guard let index = index(of: name) else { return nil }
        let node = tape.nodes[index]
        let text = String(decoding: tape.text[node.start..<node.start + node.count], as: UTF8.self)
        switch node.kind {
        case .unset, .null: return nil
        case .timestamp: return tape.timestamp(of: node)
        case .string: if let timestamp = Timestamp(text) { return timestamp }
        case .literal: if let milliseconds = Int64(text) { return Timestamp(milliseconds: milliseconds) }
        case .bytes, .array, .object: break
        }
        throw EncodeFailure(
            .type, "a record's timestamp is a date, RFC 3339 or a whole number of milliseconds", path: name)
    }

    private func index(of name: String) -> Int? {
        var exact: Int?
        var folded: Int?
        forEach { index in
            guard let key = tape.key(of: index) else { return }
            if key == name { exact = index }
            if folded == nil, key.lowercased() == name.lowercased() { folded = index }
        }
        return exact ?? folded
    }

    private func forEach(_ body: (Int) -> Void) {
        guard tape.nodes[tape.root].kind == .object else { return }
        var child = tape.nodes[tape.root].firstChild
        while child >= 0 {
            body(child)
            child = tape.nodes[child].next
        }
    }
}
