import Foundation

/// Google's own implementations as other programs: protobuf for Python in the project's environment, and `protoc`.
enum ProtobufPeer {
    struct Failed: Error, CustomStringConvertible { let description: String }

    private static var project: URL {
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "../../..").standardizedFileURL
    }

    /// Runs a script; what it prints.
    static func python(_ script: String, input: String = "") throws -> String {
        let chosen = ProcessInfo.processInfo.environment["LAMINAR_PYTHON"]
        let path = chosen ?? project.appending(path: ".cache/venv/bin/python").path(percentEncoded: false)
        return try run(path, ["-c", script], input: input)
    }

    static func run(_ path: String, _ arguments: [String], input: String = "") throws -> String {
        guard FileManager.default.isExecutableFile(atPath: path) else {
            throw Failed(description: "There is no \(path): run make setup-peers.")
        }
        let folder = FileManager.default.temporaryDirectory.appending(path: "laminar-protobuf-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        // Files instead of pipes: nobody waits for the other to read.
        let files = ["in", "out", "err"].map { folder.appending(path: $0) }
        try Data(input.utf8).write(to: files[0])
        for file in files[1...] { try Data().write(to: file) }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = arguments
        process.standardInput = try FileHandle(forReadingFrom: files[0])
        process.standardOutput = try FileHandle(forWritingTo: files[1])
        process.standardError = try FileHandle(forWritingTo: files[2])
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            let errors = String(decoding: try Data(contentsOf: files[2]), as: UTF8.self)
            throw Failed(description: "\(path) ended with \(process.terminationStatus): \(errors.suffix(2000))")
        }
        return String(decoding: try Data(contentsOf: files[1]), as: UTF8.self)
    }

    /// A FileDescriptorSet of one file, compiled by `protoc`.
    static func descriptorSet(_ text: String, named name: String, others: [String: String] = [:]) throws -> [UInt8] {
        let folder = FileManager.default.temporaryDirectory.appending(path: "laminar-protoc-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        for (path, content) in others.merging([name: text], uniquingKeysWith: { first, _ in first }) {
            try Data(content.utf8).write(to: folder.appending(path: path))
        }
        let set = folder.appending(path: "set").path(percentEncoded: false)
        let protoc = ["/usr/bin/protoc", "/usr/local/bin/protoc", "/opt/homebrew/bin/protoc"].first {
            FileManager.default.isExecutableFile(atPath: $0)
        }
        _ = try run(
            protoc ?? "/usr/bin/protoc",
            ["-I", folder.path(percentEncoded: false), "--include_imports", "--descriptor_set_out", set, name])
        return [UInt8](try Data(contentsOf: URL(fileURLWithPath: set)))
    }
}
