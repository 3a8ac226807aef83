/// A field that is collected over a message and written when the message ends: as JSON, or as the text of a field mask.
final class ProtobufCell {
    enum Outcome { case written, absent, refused(ProtobufFault.Reason) }

    private let types: ProtobufTypes
    private let message: Int
    private let field: Int
    /// One value of a repeated field at a time.
    private let isElement: Bool
    /// Without JSON's quotes.
    private let isText: Bool
    /// What a map's entry without value means.
    private let zeroIsWritten: Bool
    private var tree: ProtobufTree

    init(_ types: ProtobufTypes, message: Int, field: Int, isElement: Bool, isText: Bool, zeroIsWritten: Bool) {
        self.types = types
        self.message = message
        self.field = field
        self.isElement = isElement
        self.isText = isText
        self.zeroIsWritten = zeroIsWritten
        tree = ProtobufTree(message)
    }

    func reset() { if !tree.values.isEmpty { tree = ProtobufTree(message) } }

    /// One occurrence of the field.
    func read(_ tag: UInt32, _ at: ProtobufWire.Place, _ end: ProtobufWire.Place, _ depth: Int, _ wire: ProtobufWire)
        -> ProtobufWire.Place?
    {
        let after = ProtobufTreeReader(types: types, wire: wire).field(tree, tag, at, end, depth: depth)
        // The tree's reader has noted the field's own name; the column's comes on top of it.
        if after == nil, !wire.fault.pointee.path.isEmpty { wire.fault.pointee.path.removeLast() }
        return after
    }

    /// Appends what has been collected.
    func write(to builder: UnsafeMutablePointer<ColumnBuilder>) -> Outcome {
        let declared = types.messages[message].fields[field]
        var json = ProtobufJSON(types)
        if let value = tree.values[field] {
            if isElement, case .list(let list) = value, let last = list.last {
                json.write(last, declared)
            } else {
                json.write(value, declared)
            }
        } else if declared.isRepeated {
            json.write(declared.isMap ? .map(keys: [], values: [], places: [:]) : .list([]), declared)
        } else if declared.hasPresence, !zeroIsWritten {
            return .absent
        } else {
            json.write(types.zero(declared), declared)
        }
        if let problem = json.problem { return .refused(problem) }
        let isAppended = json.bytes.withUnsafeBytes { bytes in
            // A field mask's paths are identifiers with dots and commas: nothing in them is escaped.
            isText && bytes.count >= 2
                ? builder.pointee.append(bytes: UnsafeRawBufferPointer(rebasing: bytes[1..<bytes.count - 1]))
                : builder.pointee.append(bytes: bytes)
        }
        return isAppended ? .written : .refused(.tooLarge)
    }
}
