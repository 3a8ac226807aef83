import Foundation
import LaminarTesting
import Testing

@testable import LaminarCLI

/// `laminar consume --format arrow`, read by pyarrow.
@Suite struct ConsumeArrowTests {
    private static let executable = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()
        .appending(path: "laminar").path

    /// Starts the command given after the database, reads its stream and prints its rows; with `interrupt`, sends a signal
    /// after the first batch. Prints whether the stream ends with its end marker, and the exit code.
    private static let reader = #"""
        import pyarrow as pa, pyarrow.ipc, os, signal, subprocess, sys

        class Kept:
            closed = False
            def __init__(self, file): self.file, self.last = file, b""
            def read(self, count=-1):
                data = self.file.read(count)
                self.last = (self.last + data)[-8:]
                return data
            def readable(self): return True
            def close(self): pass

        command = subprocess.Popen(sys.argv[2:], stdout=subprocess.PIPE)
        kept = Kept(command.stdout)
        reader = pa.ipc.open_stream(pa.PythonFile(kept, mode="r"))
        print(reader.schema.to_string().replace("\n", ", "))
        ids = []
        for batch in reader:
            batch.validate(full=True)
            ids += batch.column("id").to_pylist()
            if sys.argv[1] == "interrupt":
                command.send_signal(signal.SIGINT)
        kept.read()
        print(len(ids), sorted(ids) == sorted(set(ids)), min(ids, default=None), max(ids, default=None))
        print(kept.last == b"\xff\xff\xff\xff\0\0\0\0", command.wait())
        """#

    /// The reader's lines for a topic of that many orders.
    private func read(_ count: Int, _ mode: String, _ flags: [String]) async throws -> [String] {
        let broker = try EmbeddedBroker()
        try broker.createTopic("orders", partitions: 1)
        try await broker.produce((0..<count).map { TestRecord(value: "{\"id\": \($0)}") }, to: "orders")
        let folder = NSTemporaryDirectory() + "laminar-arrow-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let database = ["--database", folder + "/laminar.db"]
        let script = Run.script.replacing("localhost:9092", with: broker.bootstrapServers)
        try await ExternalProcess(Self.executable, database + ["sql", script]).success()
        let arguments = [mode, Self.executable] + database + ["consume", "orders", "--format", "arrow"] + flags
        let result = try await Peers.python(Self.reader, arguments).result(within: .seconds(60))
        #expect(result.status == 0, "\(result.errors)")
        await broker.close()
        return result.output.split(separator: "\n").map(String.init)
    }

    private static let schema = "id: int64 not null"

    @Test("a topic is a stream of its rows, with its end")
    func whole() async throws {
        #expect(try await read(5000, "", []) == [Self.schema, "5000 True 0 4999", "True 0"])
    }

    @Test("a limit cuts a batch and ends the stream", arguments: [1, 7, 64])
    func limit(limit: Int) async throws {
        let lines = try await read(100, "", ["--limit", "\(limit)"])
        #expect(lines == [Self.schema, "\(limit) True 0 \(limit - 1)", "True 0"])
    }

    @Test("an empty topic is a stream with a schema")
    func empty() async throws {
        #expect(try await read(0, "", []) == [Self.schema, "0 True None None", "True 0"])
    }

    @Test("an interrupt while following ends the stream, not only the process")
    func interrupt() async throws {
        #expect(try await read(10, "interrupt", ["--follow"]) == [Self.schema, "10 True 0 9", "True 0"])
    }

    @Test("a terminal gets a sentence instead of binary")
    func terminal() async throws {
        let (output, errors) = (CollectedOutput(), CollectedOutput())
        let code = await CommandLineTool(
            environment: [:], output: output, errors: errors, outputTerminal: Terminal(width: 80, colour: false),
            errorTerminal: .none
        ).run(["consume", "orders", "--format", "arrow"])
        #expect(code == .usage)
        #expect(output.bytes.isEmpty)
        #expect(errors.all.contains("a terminal can't show it"), "\(errors.all)")
    }
}
