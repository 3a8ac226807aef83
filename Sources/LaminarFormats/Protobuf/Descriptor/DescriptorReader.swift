/// Reads FileDescriptorSets, as `protoc --include_imports -o` writes them, and single FileDescriptorProtos, as registries
/// give them in base64.
///
/// - Note: Format: google/protobuf/descriptor.proto; the numbers here are its fields'. Read with libprotobuf-c.
enum DescriptorReader {
    private enum Message: Int { case set, file, message, field, oneof, enumeration, enumValue, fieldOptions, options }

    private static let layout = CMessageLayout([
        [.init(1, .message(Message.file.rawValue), isRepeated: true)],
        [
            .init(1, .bytes), .init(2, .bytes), .init(3, .bytes, isRepeated: true),
            .init(4, .message(Message.message.rawValue), isRepeated: true),
            .init(5, .message(Message.enumeration.rawValue), isRepeated: true),
            .init(7, .message(Message.field.rawValue), isRepeated: true), .init(12, .bytes),
        ],
        [
            .init(1, .bytes), .init(2, .message(Message.field.rawValue), isRepeated: true),
            .init(3, .message(Message.message.rawValue), isRepeated: true),
            .init(4, .message(Message.enumeration.rawValue), isRepeated: true),
            .init(6, .message(Message.field.rawValue), isRepeated: true), .init(7, .message(Message.options.rawValue)),
            .init(8, .message(Message.oneof.rawValue), isRepeated: true),
        ],
        [
            .init(1, .bytes), .init(2, .bytes), .init(3, .int32), .init(4, .int32), .init(5, .int32), .init(6, .bytes),
            .init(7, .bytes), .init(8, .message(Message.fieldOptions.rawValue)), .init(9, .int32), .init(10, .bytes),
            .init(17, .bool),
        ],
        [.init(1, .bytes)],
        [
            .init(1, .bytes), .init(2, .message(Message.enumValue.rawValue), isRepeated: true),
            .init(3, .message(Message.options.rawValue)),
        ],
        [.init(1, .bytes), .init(2, .int32)],
        [.init(2, .bool)],
        // MessageOptions.map_entry and EnumOptions.allow_alias.
        [.init(7, .bool), .init(2, .bool)],
    ])

    /// A larger one is refused.
    static let sizeLimit = 64 << 20

    /// The files of a descriptor set.
    ///
    /// - Throws: ``FormatError`` with code `schema` where the bytes aren't one.
    static func files(inSet bytes: [UInt8], path: String) throws(FormatError) -> [ProtoFile] {
        let result = try unpack(.set, bytes, path) { $0.messages(1).map(file) }
        guard !result.isEmpty else {
            throw FormatError(.schema, "\(path): there is no file in this FileDescriptorSet.")
        }
        return try result.map { file throws(FormatError) in try checked(file, path) }
    }

    /// The file of a FileDescriptorProto.
    ///
    /// - Throws: ``FormatError`` with code `schema` where the bytes aren't one.
    static func file(_ bytes: [UInt8], path: String) throws(FormatError) -> ProtoFile {
        try checked(unpack(.file, bytes, path, file), path)
    }

    private static func unpack<Result>(
        _ message: Message, _ bytes: [UInt8], _ path: String, _ body: (CMessage) -> Result
    ) throws(FormatError) -> Result {
        guard bytes.count <= sizeLimit else { throw FormatError(.schema, "\(path): a descriptor has at most 64 MiB.") }
        let result = bytes.withUnsafeBufferPointer { layout.unpack(message.rawValue, $0, depthLimit: 40, body) }
        guard let result else {
            throw FormatError(
                .schema,
                "\(path): these bytes are no Protobuf descriptor: make it with protoc --include_imports --descriptor_set_out."
            )
        }
        return result
    }

    /// What a file says by `syntax` is known only after it is read.
    private static func checked(
        _ read: (file: ProtoFile, syntax: String), _ path: String
    ) throws(FormatError) -> ProtoFile {
        switch read.syntax {
        case "", "proto2", "proto3": return read.file
        default:
            throw FormatError(
                .schema, "\(path): \(read.file.path) is written in editions, which this version doesn't support.")
        }
    }

    // MARK: From libprotobuf-c's structures

    private static func file(_ message: CMessage) -> (file: ProtoFile, syntax: String) {
        var file = ProtoFile(path: message.text(1))
        file.package = message.text(2)
        file.imports = (0..<message.count(3)).map { message.text(3, $0) }
        let syntax = message.text(12)
        file.syntax = syntax == "proto3" ? .proto3 : .proto2
        file.messages = message.messages(4).map(self.message)
        file.enums = message.messages(5).map(enumeration)
        file.extensions = message.messages(7).map { field($0) }
        return (file, syntax)
    }

    private static func message(_ message: CMessage) -> ProtoMessage {
        var result = ProtoMessage(name: message.text(1))
        result.fields = message.messages(2).map { field($0) }
        result.messages = message.messages(3).map(self.message)
        result.enums = message.messages(4).map(enumeration)
        result.extensions = message.messages(6).map { field($0) }
        result.isMapEntry = message.message(7)?.integer(7) == 1
        // `optional` in proto3 makes oneofs of its own, after those that were written.
        let synthetic = Set(message.messages(2).filter { $0.integer(17) == 1 }.map { Int($0.integer(9)) })
        result.oneofs = message.messages(8).enumerated().filter { !synthetic.contains($0.offset) }.map {
            $0.element.text(1)
        }
        return result
    }

    private static func field(_ message: CMessage) -> ProtoField {
        var field = ProtoField(name: message.text(1), number: Int32(truncatingIfNeeded: message.integer(3)))
        field.label = ProtoField.Label(rawValue: Int32(truncatingIfNeeded: message.integer(4))) ?? .optional
        field.kind = ProtoKind(rawValue: Int32(truncatingIfNeeded: message.integer(5)))
        field.isProto3Optional = message.integer(17) == 1
        if message.count(2) > 0 { field.extendee = message.text(2) }
        if message.count(6) > 0 { field.typeName = message.text(6) }
        if message.count(9) > 0, !field.isProto3Optional { field.oneof = Int(message.integer(9)) }
        if message.count(10) > 0 { field.jsonName = message.text(10) }
        if message.count(7) > 0 {
            switch field.kind {
            case .string: field.defaultValue = .bytes(message.bytes(7))
            case .bytes: field.defaultValue = ProtoLexer.unescape(message.bytes(7)[...]).map { .bytes($0) }
            default: field.defaultValue = .text(message.text(7))
            }
        }
        if let options = message.message(8), options.count(2) > 0 { field.isPacked = options.integer(2) != 0 }
        return field
    }

    private static func enumeration(_ message: CMessage) -> ProtoEnum {
        var result = ProtoEnum(name: message.text(1))
        result.cases = message.messages(2).map {
            ProtoEnum.Case(name: $0.text(1), number: Int32(truncatingIfNeeded: $0.integer(2)))
        }
        result.allowsAlias = message.message(3)?.integer(2) == 1
        return result
    }
}
