// Which field a column means, and how the two go together.
extension ProtobufMessage {
    /// By exact name, then by its JSON name, then ignoring case; nil where there is none, or several that differ in case.
    func field(named name: String) -> Int? {
        if let exact = fields.firstIndex(where: { $0.name == name }) { return exact }
        if let json = fields.firstIndex(where: { $0.jsonName == name }) { return json }
        let folded = name.lowercased()
        let matches = fields.indices.filter {
            fields[$0].name.lowercased() == folded || fields[$0].jsonName.lowercased() == folded
        }
        return matches.count == 1 ? matches[0] : nil
    }
}

extension ProtobufStore {
    /// How a scalar of a kind is stored in a column of a type; nil where it can't be.
    init?(_ kind: ProtoKind, _ type: ColumnType) {
        switch (kind, type) {
        case (.double, .double), (.float, .double): self = .double
        case (.double, .real), (.float, .real): self = .real
        case (.bool, .boolean): self = .boolean
        case (.string, .text): self = .text
        case (.string, .bytea), (.bytes, .bytea): self = .bytea
        case (.string, .uuid), (.string, .decimal), (.string, .date), (.string, .time), (.string, .timestamp),
            (.string, .interval):
            self = .parsed
        case (.enumeration, .text): self = .name
        case (.double, _), (.float, _), (.bool, _), (.string, _), (.bytes, _), (.message, _), (.group, _): return nil
        case (_, .bigint): self = .bigint
        case (_, .int): self = .int
        case (_, .smallint): self = .smallint
        case (_, .decimal): self = .decimal
        case (.int32, .double), (.uint32, .double), (.sint32, .double), (.fixed32, .double), (.sfixed32, .double):
            self = .double
        default: return nil
        }
    }
}

extension ProtobufTypes {
    /// A field's kind as an error's sentence names it.
    func describe(_ field: ProtobufField) -> String {
        let base =
            field.message >= 0
            ? messages[field.message].fullName
            : field.enumeration >= 0 ? enums[field.enumeration].fullName : "\(field.kind)"
        return field.isMap ? "a map" : field.isRepeated ? "repeated \(base)" : base
    }
}
