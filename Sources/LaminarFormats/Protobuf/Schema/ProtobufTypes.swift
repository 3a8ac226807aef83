/// The messages and enums of a schema with all of its imports, every name resolved: what plans are compiled from.
///
/// Messages and enums refer to each other by their places here, since they may be recursive.
final class ProtobufTypes: Sendable {
    let messages: [ProtobufMessage]
    let enums: [ProtobufEnum]
    let messagesByName: [String: Int]
    /// The messages of the schema's own file, in its order.
    let top: [Int]

    init(messages: [ProtobufMessage], enums: [ProtobufEnum], top: [Int]) {
        self.messages = messages
        self.enums = enums
        self.top = top
        messagesByName = Dictionary(messages.enumerated().map { ($1.fullName, $0) }) { first, _ in first }
    }

    /// The message of an Any's type URL, by what comes after the last slash.
    func message(typeURL: String) -> Int? {
        guard let slash = typeURL.lastIndex(of: "/") else { return nil }
        return messagesByName[String(typeURL[typeURL.index(after: slash)...])]
    }
}

/// A message.
struct ProtobufMessage: Sendable {
    /// With its package, without a leading dot.
    let fullName: String
    /// In the order of the text, extensions after them.
    var fields: [ProtobufField] = []
    /// In the order of the text, the hidden entries of maps too.
    var nested: [Int] = []
    let isMapEntry: Bool
    let known: KnownMessage?
    /// Whether it contains itself, directly or not.
    var isRecursive = false
    /// A field's place by its number.
    var numbers: [Int32: Int] = [:]

    func field(number: Int32) -> ProtobufField? { numbers[number].map { fields[$0] } }
}

/// A field or an extension.
struct ProtobufField: Sendable {
    let name: String
    /// `json_name`, or the name in lowerCamelCase; an extension's is its full name in brackets.
    let jsonName: String
    let number: Int32
    let kind: ProtoKind
    let isRepeated: Bool
    let isRequired: Bool
    /// Whether an absent value differs from a zero: messages, `optional`, members of a oneof, all of proto2.
    let hasPresence: Bool
    /// The place of its oneof in the message.
    let oneof: Int?
    /// Whether a writer packs it.
    let isPacked: Bool
    /// Of messages and groups, a place in ``ProtobufTypes/messages``; else -1.
    let message: Int
    /// Of enums, a place in ``ProtobufTypes/enums``; else -1.
    let enumeration: Int
    /// A default that was written (proto2).
    let defaultValue: ProtoField.Default?
    /// A string of proto3, which parsers refuse where it isn't UTF-8.
    let checksUTF8: Bool
    /// A repeated message that is a map's entry.
    let isMap: Bool
    let isExtension: Bool
}

/// An enum.
final class ProtobufEnum: Sendable {
    let fullName: String
    /// proto2: a number that isn't listed counts as an unknown field.
    let isClosed: Bool
    let names: [Int32: String]
    let numbers: [String: Int32]
    /// What an absent value means.
    let first: Int32

    init(_ declaration: ProtoEnum, fullName: String, isClosed: Bool) {
        self.fullName = fullName
        self.isClosed = isClosed
        names = Dictionary(declaration.cases.map { ($0.number, $0.name) }) { first, _ in first }
        numbers = Dictionary(declaration.cases.map { ($0.name, $0.number) }) { first, _ in first }
        first = declaration.cases.first?.number ?? 0
    }
}

/// Messages that mean more than their fields.
enum KnownMessage: String, Sendable {
    case timestamp = "google.protobuf.Timestamp"
    case duration = "google.protobuf.Duration"
    case any = "google.protobuf.Any"
    case structure = "google.protobuf.Struct"
    case value = "google.protobuf.Value"
    case list = "google.protobuf.ListValue"
    case fieldMask = "google.protobuf.FieldMask"
    case double = "google.protobuf.DoubleValue"
    case float = "google.protobuf.FloatValue"
    case int64 = "google.protobuf.Int64Value"
    case uint64 = "google.protobuf.UInt64Value"
    case int32 = "google.protobuf.Int32Value"
    case uint32 = "google.protobuf.UInt32Value"
    case bool = "google.protobuf.BoolValue"
    case string = "google.protobuf.StringValue"
    case bytes = "google.protobuf.BytesValue"
    case date = "google.type.Date"
    case timeOfDay = "google.type.TimeOfDay"
    case decimal = "confluent.type.Decimal"
    case textDecimal = "google.type.Decimal"

    /// A message around one scalar, so that it can be absent.
    var isWrapper: Bool {
        switch self {
        case .double, .float, .int64, .uint64, .int32, .uint32, .bool, .string, .bytes: true
        default: false
        }
    }

    /// Whether its JSON isn't an object of its fields.
    var hasOwnJSON: Bool { !(self == .date || self == .timeOfDay || self == .decimal || self == .textDecimal) }

    /// The fields that the meaning needs, by number; a message of that name with others is an ordinary one.
    private var shape: [(number: Int32, kind: ProtoKind, isRepeated: Bool)] {
        switch self {
        case .timestamp, .duration: [(1, .int64, false), (2, .int32, false)]
        case .any: [(1, .string, false), (2, .bytes, false)]
        case .structure, .list: [(1, .message, true)]
        case .value:
            [
                (1, .enumeration, false), (2, .double, false), (3, .string, false), (4, .bool, false),
                (5, .message, false), (6, .message, false),
            ]
        case .fieldMask: [(1, .string, true)]
        case .double: [(1, .double, false)]
        case .float: [(1, .float, false)]
        case .int64: [(1, .int64, false)]
        case .uint64: [(1, .uint64, false)]
        case .int32: [(1, .int32, false)]
        case .uint32: [(1, .uint32, false)]
        case .bool: [(1, .bool, false)]
        case .string, .textDecimal: [(1, .string, false)]
        case .bytes: [(1, .bytes, false)]
        case .date: [(1, .int32, false), (2, .int32, false), (3, .int32, false)]
        case .timeOfDay: [(1, .int32, false), (2, .int32, false), (3, .int32, false), (4, .int32, false)]
        case .decimal: [(1, .bytes, false), (2, .uint32, false), (3, .int32, false)]
        }
    }

    func fits(_ message: ProtoMessage) -> Bool {
        let shape = shape
        guard message.fields.count == shape.count else { return false }
        return shape.allSatisfy { wanted in
            message.fields.contains { field in
                field.number == wanted.number && (field.label == .repeated) == wanted.isRepeated
                    && (field.kind == wanted.kind
                        || field.kind == nil && field.typeName != nil
                            && (wanted.kind == .message || wanted.kind == .enumeration))
            }
        }
    }
}
