#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Where descriptions of messages come from: texts, descriptors, files.
package enum ProtobufSources {
    /// What a `.proto` text, or a FileDescriptorProto in base64, imports, but for the files that everybody has; nothing
    /// where it can't be read, which whoever compiles it says.
    package static func imports(of text: String) -> [String] {
        guard let file = try? file(text, path: "schema.proto") else { return [] }
        return file.imports.filter { WellKnownFiles.text($0) == nil }
    }

    /// A published schema with its references, each of them a `.proto` text or a FileDescriptorProto in base64.
    static func types(_ schema: PublishedSchema) throws(FormatError) -> ProtobufTypes {
        guard schema.language == .protobuf else {
            throw FormatError(
                .schema,
                "A Protobuf schema is expected, not \(schema.language.rawValue): the topic holds another format.")
        }
        let main = try file(schema.text, path: "schema.proto")
        var references: [String: String] = [:]
        for reference in schema.references { references[reference.name] = reference.text }
        return try ProtobufLinker.link(main) { path throws(FormatError) in
            if let text = references[path] {
                var file = try file(text, path: path)
                file.path = path
                return file
            }
            return try wellKnown(path)
        }
    }

    /// A `.proto` text by itself.
    static func types(text: String) throws(FormatError) -> ProtobufTypes {
        try types(PublishedSchema(.protobuf, text))
    }

    /// A FileDescriptorSet's bytes, with a message of it chosen from all of its files.
    static func types(descriptorSet bytes: [UInt8], path: String) throws(FormatError) -> ProtobufTypes {
        let files = try DescriptorReader.files(inSet: bytes, path: path)
        // Files come after those that they import: the last one is what protoc was called for.
        guard let last = files.last else { throw FormatError(.schema, "\(path): the descriptor set is empty.") }
        var main = last
        // Every other file of the set is there too, so that messages are found by name wherever they are.
        for file in files.dropLast() where !main.imports.contains(file.path) { main.imports.append(file.path) }
        let byPath = Dictionary(files.map { ($0.path, $0) }) { first, _ in first }
        return try ProtobufLinker.link(main) { path throws(FormatError) in
            if let file = byPath[path] { return file }
            return try wellKnown(path)
        }
    }

    /// A file on disk: a descriptor set, or a `.proto` text whose imports lie beside it or under one of the folders above.
    static func types(textFile path: String) throws(FormatError) -> ProtobufTypes {
        let main = try file(text(readAt: path), path: String(path.split(separator: "/").last ?? ""))
        var folders: [Substring] = []
        var folder = path.lastIndex(of: "/").map { path[..<$0] } ?? "."
        while folders.count < 32 {
            folders.append(folder)
            guard let slash = folder.lastIndex(of: "/") else { break }
            folder = folder[..<slash]
        }
        return try ProtobufLinker.link(main) { name throws(FormatError) in
            if let known = try wellKnown(name) { return known }
            guard !name.hasPrefix("/"), !name.split(separator: "/").contains("..") else { return nil }
            for folder in folders {
                let candidate = folder + "/" + name
                if FileManager.default.fileExists(atPath: candidate) {
                    return try file(text(readAt: candidate), path: name)
                }
            }
            return nil
        }
    }

    // MARK: Parts

    static func bytes(readAt path: String, option: String) throws(FormatError) -> [UInt8] {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw FormatError(
                .option, "The file \(path) of the option \(option) can't be read: check its path and rights.")
        }
        return [UInt8](data)
    }

    private static func text(readAt path: String) throws(FormatError) -> String {
        String(decoding: try bytes(readAt: path, option: "protobuf.schema"), as: UTF8.self)
    }

    private static func wellKnown(_ path: String) throws(FormatError) -> ProtoFile? {
        guard let text = WellKnownFiles.text(path) else { return nil }
        return try ProtoParser.parse(text, path: path)
    }

    /// A text is told from base64 by what every file with a declaration has and base64 never.
    private static func file(_ text: String, path: String) throws(FormatError) -> ProtoFile {
        if !text.utf8.contains(where: { $0 == 0x7B || $0 == 0x3B || $0 == 0x20 }), let bytes = base64(text) {
            return try DescriptorReader.file(bytes, path: path)
        }
        return try ProtoParser.parse(text, path: path)
    }

    private static func base64(_ text: String) -> [UInt8]? {
        var plain = text.utf8.filter { $0 > 0x20 }
        while plain.last == 0x3D { plain.removeLast() }
        if plain.isEmpty { return nil }
        return plain.withUnsafeBufferPointer { bytes in
            bytes.baseAddress.flatMap { Base64Text.decode($0, bytes.count) }
        }
    }
}
