import Foundation
import LaminarKafka
import LaminarTesting

/// Apache Flink in a process of its own, in which exported scripts run.
///
///     guard let flink = try await FlinkPeer.offered(promise: "…") else { return }
///     try await flink.begin(script)
///     let rows = try await flink.rows("SELECT * FROM orders")
///
/// `make test-flink` installs it and names the folder of its connectors in `$LAMINAR_FLINK`; without, the promise is noted
/// as not exercised. One test at a time: each begins with a catalog of its own.
actor FlinkPeer {
    /// Why Flink refused something.
    struct Refusal: Error, CustomStringConvertible { let description: String }

    private let process: ExternalProcess
    private static let shared = Shared()

    private init(connectors: String) throws(FixtureError) {
        let folder = URL(filePath: #filePath).deletingLastPathComponent()
        let project = folder.appending(path: "../../..").standardizedFileURL
        // Not made standard as a whole: that follows the link to the Python which knows nothing of the environment.
        let python = project.appending(path: ".cache/flink/bin/python")
        process = try ExternalProcess(
            python.path(percentEncoded: false),
            ["-u", folder.appending(path: "flink_session.py").path(percentEncoded: false), connectors])
    }

    /// The one that tests share, nil where it isn't wanted.
    static func offered(promise: String) async throws -> FlinkPeer? {
        guard let connectors = ProcessInfo.processInfo.environment["LAMINAR_FLINK"], !connectors.isEmpty else {
            UnexercisedPromises.note("\(promise) (needs Apache Flink: make test-flink)")
            return nil
        }
        return try await shared.peer(connectors)
    }

    /// Runs the statements of a script in an empty catalog; its tables end where their topics do.
    func begin(_ script: String, mode: String = "batch") async throws {
        let bounded = script.replacing(
            "  'scan.startup.mode'", with: "  'scan.bounded.mode' = 'latest-offset',\n  'scan.startup.mode'")
        _ = try await ask(Self.statements(mode == "batch" ? bounded : script), mode: mode, isNew: true)
    }

    /// The rows of a query, each as a line of JSON.
    func rows(_ query: String, mode: String = "batch", limit: Int? = nil) async throws -> [String] {
        let rows = try await ask([query], mode: mode, limit: limit)["rows"] as? [Any] ?? []
        return try rows.map { try Self.line($0) }
    }

    static func line(_ value: Any) throws -> String {
        let data = try JSONSerialization.data(withJSONObject: value, options: [.sortedKeys, .withoutEscapingSlashes])
        return String(decoding: data, as: UTF8.self)
    }

    private func ask(
        _ statements: [String], mode: String, isNew: Bool = false, limit: Int? = nil
    ) async throws -> [String: Any] {
        var request: [String: Any] = ["sql": statements, "mode": mode, "new": isNew]
        if let limit { request["limit"] = limit }
        try await process.send(Self.line(request))
        var answer = ""
        while let text = try await process.nextLine(within: .seconds(240)) {
            guard text.hasPrefix("{\"rows\"") || text.hasPrefix("{\"error\"") else { continue }
            answer = text
            break
        }
        guard !answer.isEmpty else {
            throw FixtureError(code: .start, message: "Flink is gone: \(process.errorsSoFar.suffix(2000))")
        }
        let object = try JSONSerialization.jsonObject(with: Data(answer.utf8)) as? [String: Any] ?? [:]
        if let error = object["error"] as? String {
            throw Refusal(description: "\(error)\n\(object["text"] ?? "")\n\(statements.joined(separator: ";\n"))")
        }
        return object
    }

    /// What a client would send: comments are taken out, each statement ends with a semicolon at a line's end.
    static func statements(_ script: String) -> [String] {
        script.components(separatedBy: ";\n").map { statement in
            statement.split(separator: "\n").filter { !$0.hasPrefix("--") }.joined(separator: "\n")
        }.filter { !$0.isEmpty }
    }

    private actor Shared {
        private var started: Task<FlinkPeer, any Error>?

        func peer(_ connectors: String) async throws -> FlinkPeer {
            let task = started ?? Task { try FlinkPeer(connectors: connectors) }
            started = task
            return try await task.value
        }
    }
}
