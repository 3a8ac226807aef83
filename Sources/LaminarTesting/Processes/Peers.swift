import Foundation

/// Programs that nobody here wrote, which write and read the wire for the tests: Python with confluent-kafka, and kcat.
///
///     let writer = try Peers.python(script, ["--topic", topic, kafka.bootstrapServers])
///     try await writer.success()
///
/// `make setup-peers` installs them: Python's packages into `.cache/venv`, kcat by apt.
public enum Peers {
    /// Starts Python on a script's text, in the project's virtual environment.
    ///
    /// - Throws: ``FixtureError`` with code `unavailable` where the environment isn't there.
    public static func python(_ script: String, _ arguments: [String] = []) throws(FixtureError) -> ExternalProcess {
        try ExternalProcess(pythonInterpreter(), ["-u", "-c", script] + arguments)
    }

    /// Starts Python on a script's file.
    ///
    /// - Throws: ``FixtureError`` with code `unavailable` where the environment isn't there.
    public static func python(file: String, _ arguments: [String] = []) throws(FixtureError) -> ExternalProcess {
        try ExternalProcess(pythonInterpreter(), ["-u", file] + arguments)
    }

    /// Starts kcat.
    ///
    /// - Throws: ``FixtureError`` with code `unavailable` where it isn't installed.
    public static func kcat(_ arguments: [String]) throws(FixtureError) -> ExternalProcess {
        for path in ["/usr/bin/kcat", "/usr/local/bin/kcat", "/opt/homebrew/bin/kcat"]
        where FileManager.default.isExecutableFile(atPath: path) {
            return try ExternalProcess(path, arguments)
        }
        throw FixtureError(code: .unavailable, message: "kcat isn't installed: run make setup-peers.")
    }

    /// The path of the environment's Python: `$LAMINAR_PYTHON`, else `.cache/venv/bin/python`.
    ///
    /// - Throws: ``FixtureError`` with code `unavailable` where neither is there.
    public static func pythonInterpreter() throws(FixtureError) -> String {
        let chosen = ProcessInfo.processInfo.environment["LAMINAR_PYTHON"]
        let path = chosen ?? ProjectFolder.path(".cache/venv/bin/python")
        guard FileManager.default.isExecutableFile(atPath: path) else {
            throw FixtureError(
                code: .unavailable,
                message: "There is no Python at \(path): run make setup-peers, or set LAMINAR_PYTHON.")
        }
        return path
    }
}

/// The folder that this package's source stands in, for the scripts that come with it.
enum ProjectFolder {
    /// The path of something in it.
    static func path(_ relative: String) -> String {
        URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../..").standardizedFileURL
            .appending(path: relative).path(percentEncoded: false)
    }
}
