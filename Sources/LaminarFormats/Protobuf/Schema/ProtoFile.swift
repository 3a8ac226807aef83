/// A `.proto` file as it was written or described, its names not yet resolved: what the parser and the reader of
/// descriptors both make, and the linker takes.
struct ProtoFile: Sendable, Hashable {
    enum Syntax: String, Sendable { case proto2, proto3 }

    /// As imports have it.
    var path: String
    var package = ""
    var syntax = Syntax.proto2
    var imports: [String] = []
    var messages: [ProtoMessage] = []
    var enums: [ProtoEnum] = []
    var extensions: [ProtoField] = []

    init(path: String) { self.path = path }
}

/// A message, with what is declared inside of it; the hidden messages of maps are among `messages`.
struct ProtoMessage: Sendable, Hashable {
    var name: String
    var fields: [ProtoField] = []
    var messages: [ProtoMessage] = []
    var enums: [ProtoEnum] = []
    /// Those that were written, not those that `optional` makes.
    var oneofs: [String] = []
    var extensions: [ProtoField] = []
    var isMapEntry = false

    init(name: String) { self.name = name }
}

/// One field or extension.
struct ProtoField: Sendable, Hashable {
    enum Label: Int32, Sendable { case optional = 1, required, repeated }

    /// A default that was written: bytes for `string` and `bytes`, the text of a number or a name for others.
    enum Default: Sendable, Hashable { case text(String), bytes([UInt8]) }

    var name: String
    var number: Int32
    var label = Label.optional
    /// nil until it is known whether `typeName` is a message or an enum.
    var kind: ProtoKind?
    var typeName: String?
    /// The place of its oneof.
    var oneof: Int?
    /// `optional` in proto3.
    var isProto3Optional = false
    var defaultValue: Default?
    var isPacked: Bool?
    var jsonName: String?
    /// Of an extension: the message that it extends.
    var extendee: String?
    /// `line:column`, where there is a text.
    var place = ""

    init(name: String, number: Int32) {
        self.name = name
        self.number = number
    }
}

/// An enum.
struct ProtoEnum: Sendable, Hashable {
    struct Case: Sendable, Hashable {
        var name: String
        var number: Int32
    }

    var name: String
    var cases: [Case] = []
    /// Several names may have one number.
    var allowsAlias = false

    init(name: String) { self.name = name }
}

/// The types of fields, numbered as in FieldDescriptorProto.Type.
enum ProtoKind: Int32, Sendable {
    case double = 1, float, int64, uint64, int32, fixed64, fixed32, bool, string, group, message, bytes, uint32
    case enumeration, sfixed32, sfixed64, sint32, sint64

    /// The scalar of that name in a `.proto` file.
    init?(keyword: String) {
        switch keyword {
        case "double": self = .double
        case "float": self = .float
        case "int64": self = .int64
        case "uint64": self = .uint64
        case "int32": self = .int32
        case "fixed64": self = .fixed64
        case "fixed32": self = .fixed32
        case "bool": self = .bool
        case "string": self = .string
        case "bytes": self = .bytes
        case "uint32": self = .uint32
        case "sfixed32": self = .sfixed32
        case "sfixed64": self = .sfixed64
        case "sint32": self = .sint32
        case "sint64": self = .sint64
        default: return nil
        }
    }

    /// The wire type of one value: 0 varint, 1 eight bytes, 2 length-delimited, 3 group, 5 four bytes.
    var wireType: UInt32 {
        switch self {
        case .double, .fixed64, .sfixed64: 1
        case .float, .fixed32, .sfixed32: 5
        case .string, .bytes, .message: 2
        case .group: 3
        case .int64, .uint64, .int32, .bool, .uint32, .enumeration, .sint32, .sint64: 0
        }
    }

    /// Whether many of them can come in one length-delimited run.
    var isPackable: Bool { wireType != 2 && wireType != 3 }

    var isMessage: Bool { self == .message || self == .group }
}
