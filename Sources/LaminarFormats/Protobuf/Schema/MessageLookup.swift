// Which message of a schema a payload is.
extension ProtobufTypes {
    /// The place of the chosen message.
    ///
    /// - Throws: ``FormatError`` with code `schema` where there is none.
    func message(_ choice: MessageChoice) throws(FormatError) -> Int {
        switch choice {
        case .first:
            guard let first = top.first else {
                throw FormatError(.schema, "The Protobuf schema declares no message.")
            }
            return first
        case .name(let name):
            let plain = name.hasPrefix(".") ? String(name.dropFirst()) : name
            if let found = messagesByName[plain] { return found }
            // A name without its package, where that is no other's.
            let ending = messages.indices.filter { messages[$0].fullName.hasSuffix("." + plain) }
            if ending.count == 1 { return ending[0] }
            let known = top.prefix(10).map { messages[$0].fullName }.joined(separator: ", ")
            throw FormatError(.schema, "The Protobuf schema has no message \(name): it has \(known).")
        case .indexes(let path): return try message(at: path)
        case .sortedPosition(let position):
            let sorted = sortedNames
            guard sorted.indices.contains(position) else {
                throw FormatError(
                    .schema, "The Protobuf schema has \(sorted.count) messages, so there is none at \(position).")
            }
            return sorted[position]
        }
    }

    /// Descriptors count the hidden entries of maps; Confluent's Java client, which knows the text only, doesn't. A path
    /// that would end at such an entry can only be the latter's.
    private func message(at path: [Int]) throws(FormatError) -> Int {
        var level = top
        var found: Int?
        for index in path {
            guard level.indices.contains(index) else {
                throw FormatError(
                    .schema, "The payload's message index \(path) is beyond the messages of its Protobuf schema.")
            }
            var chosen = level[index]
            if messages[chosen].isMapEntry {
                let written = level.filter { !messages[$0].isMapEntry }
                if written.indices.contains(index) { chosen = written[index] }
            }
            found = chosen
            level = messages[chosen].nested
        }
        guard let found else { throw FormatError(.schema, "The payload has an empty message index.") }
        return found
    }

    /// All messages of the file in the order of their full names ("AWS Glue": `MessageIndexFinder`).
    private var sortedNames: [Int] {
        var all: [Int] = []
        var rest = top
        while let next = rest.popLast() {
            all.append(next)
            rest += messages[next].nested
        }
        return all.sorted { messages[$0].fullName.utf8.lexicographicallyPrecedes(messages[$1].fullName.utf8) }
    }

    /// All names that frames have for a message.
    func identity(of message: Int) -> MessageIdentity {
        MessageIdentity(
            fullName: messages[message].fullName, indexes: path(to: message, among: top) ?? [],
            sortedPosition: sortedNames.firstIndex(of: message) ?? 0)
    }

    private func path(to message: Int, among level: [Int]) -> [Int]? {
        if let index = level.firstIndex(of: message) { return [index] }
        for (index, candidate) in level.enumerated()
        where messages[message].fullName.hasPrefix(messages[candidate].fullName + ".") {
            if let rest = path(to: message, among: messages[candidate].nested) { return [index] + rest }
        }
        return nil
    }
}
