import Foundation
import LaminarTesting
import Testing

/// The built `laminar`, as a shell runs it.
@Suite struct ExecutableTests {
    private static let executable: String = {
        let tests = URL(filePath: CommandLine.arguments[0])
        return tests.deletingLastPathComponent().appending(path: "laminar").path
    }()

    /// Runs a line of shell in which `laminar` is the built one, with a catalog of its own.
    private static func shell(
        _ line: String, in folder: String, environment: [String: String] = [:]
    ) async throws -> ExternalProcess.Result {
        let process = try ExternalProcess(
            "sh", ["-c", "laminar() { \"\(executable)\" \"$@\"; }; cd '\(folder)'; \(line)"], environment: environment)
        return try await process.result(within: .seconds(60))
    }

    private static func withFolder(_ body: (String) async throws -> Void) async throws {
        let folder = NSTemporaryDirectory() + "laminar-executable-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try await body(folder)
    }

    @Test("lines become records, with keys, and come back as rows")
    func produceAndConsume() async throws {
        let broker = try EmbeddedBroker()
        try broker.createTopic("orders", partitions: 1)
        try await Self.withFolder { folder in
            let script = """
                CREATE CONNECTION shop TO kafka (bootstrap_servers = '\(broker.bootstrapServers)', topic = 'orders',
                    type = 'source', format = 'raw_string');
                CREATE TABLE orders (key BYTEA, value TEXT) WITH (connector = 'shop', include_metadata = 'true');
                """
            try script.write(toFile: folder + "/shop.sql", atomically: true, encoding: .utf8)
            let setUp = try await Self.shell("laminar sql < shop.sql", in: folder)
            #expect(setUp.status == 0, "\(setUp.errors)")
            let written = try await Self.shell(
                "printf 'a\\tone\\nno key\\n\\tthree' | laminar produce shop --keyed", in: folder)
            #expect(written.status == 0, "\(written.errors)")
            #expect(written.output.isEmpty)
            #expect(written.errors.contains("3 records written to topic orders."))
            let read = try await Self.shell("laminar consume orders --format csv", in: folder)
            #expect(read.output == "key,value\n\\x61,one\n,no key\n\\x,three\n", "\(read.errors)")
        }
        await broker.close()
    }

    @Test("a reader that goes away ends it quietly")
    func brokenPipe() async throws {
        let broker = try EmbeddedBroker()
        try await broker.produce((0..<20_000).map { TestRecord(value: "{\"id\": \($0)}") }, to: "orders")
        try await Self.withFolder { folder in
            let script = Run.script.replacing("localhost:9092", with: broker.bootstrapServers)
            try script.write(toFile: folder + "/shop.sql", atomically: true, encoding: .utf8)
            let run = try await Self.shell(
                "laminar sql -f shop.sql 2>/dev/null; { laminar consume orders --format json; echo $? > code; } | head -n 1",
                in: folder)
            #expect(run.output.split(separator: "\n").count == 1)
            #expect(run.errors.isEmpty)
            #expect(try String(contentsOfFile: folder + "/code", encoding: .utf8) == "0\n")
        }
        await broker.close()
    }

    @Test("an interrupt ends following cleanly")
    func interrupt() async throws {
        let broker = try EmbeddedBroker()
        try await broker.produce([TestRecord(value: "{\"id\": 1}")], to: "orders")
        try await Self.withFolder { folder in
            let script = Run.script.replacing("localhost:9092", with: broker.bootstrapServers)
            try script.write(toFile: folder + "/shop.sql", atomically: true, encoding: .utf8)
            // The first row comes through the pipe; then the interrupt is sent.
            let run = try await Self.shell(
                """
                laminar sql -f shop.sql 2>/dev/null; mkfifo rows
                "\(Self.executable)" consume orders --follow --format json > rows & consumer=$!
                read row < rows; kill -INT $consumer; wait $consumer; echo "$row $?"
                """, in: folder)
            #expect(run.output == "{\"id\":1} 0\n", "\(run.errors)")
        }
        await broker.close()
    }

    @Test("colour and widths are a terminal's only, so a pipe gets plain text")
    func plain() async throws {
        try await Self.withFolder { folder in
            let run = try await Self.shell("laminar sql 'SHOW TABLES' 2>&1; laminar nothing 2>&1", in: folder)
            #expect(!run.output.contains("\u{1b}"))
            #expect(run.status == 2)
        }
    }
}
