import Foundation

/// pyarrow in a process of its own.
enum ArrowPeer {
    private static let project = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../..")
        .standardizedFileURL

    /// A file of the project.
    static func file(_ path: String) -> String { project.appending(path: path).path(percentEncoded: false) }

    /// A file that the build put beside the tests.
    static func product(_ name: String) -> String {
        URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent().appending(path: name)
            .path(percentEncoded: false)
    }

    /// Runs Python and gives its output, or what it complained of.
    static func run(_ arguments: [String]) throws -> (status: Int32, output: String) {
        let chosen = ProcessInfo.processInfo.environment["LAMINAR_PYTHON"]
        let process = Process()
        process.executableURL = URL(filePath: chosen ?? file(".cache/venv/bin/python"))
        process.arguments = arguments
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        let output = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: output, as: UTF8.self))
    }

    /// Reads an IPC stream with pyarrow and gives its schema and rows in the words of ``text(_:)``, a line each.
    static func read(_ stream: [UInt8]) throws -> (status: Int32, output: String) {
        let path = NSTemporaryDirectory() + "laminar-arrow-" + UUID().uuidString
        try Data(stream).write(to: URL(filePath: path))
        defer { try? FileManager.default.removeItem(atPath: path) }
        return try run(["-c", reader, path])
    }

    /// Numbers, and hexadecimal for everything that could need quoting; the same in Swift as in Python below.
    static let reader = #"""
        import pyarrow as pa, pyarrow.ipc, struct, sys

        def cell(column, row):
            if isinstance(column, pa.ExtensionArray):
                column = column.storage
            kind = column.type
            if not column[row].is_valid:
                return "null"
            if pa.types.is_boolean(kind):
                return "true" if column[row].as_py() else "false"
            if pa.types.is_floating(kind):
                return "f" + struct.pack(">d", column[row].as_py()).hex()
            if pa.types.is_decimal(kind):
                sign, digits, exponent = column[row].as_py().as_tuple()
                return str((-1) ** sign * int("".join(map(str, digits)))) + "e" + str(exponent)
            if pa.types.is_string(kind):
                return "x" + column[row].as_py().encode().hex()
            if pa.types.is_binary(kind) or pa.types.is_fixed_size_binary(kind):
                return "x" + column[row].as_py().hex()
            if pa.types.is_timestamp(kind) or pa.types.is_time(kind) or pa.types.is_date(kind):
                return str(column[row].value)
            if pa.types.is_interval(kind):
                months, days, nanoseconds = column[row].as_py()
                return f"{months}m{days}d{nanoseconds}n"
            if pa.types.is_map(kind):
                start, end = column.offsets[row].as_py(), column.offsets[row + 1].as_py()
                return "<" + ",".join(cell(column.keys, i) + ":" + cell(column.items, i) for i in range(start, end)) + ">"
            if pa.types.is_list(kind):
                start, end = column.offsets[row].as_py(), column.offsets[row + 1].as_py()
                return "[" + ",".join(cell(column.values, i) for i in range(start, end)) + "]"
            if pa.types.is_struct(kind):
                return "{" + ",".join(cell(column.field(i), row) for i in range(kind.num_fields)) + "}"
            return str(column[row].as_py())

        with pa.OSFile(sys.argv[1]) as file:
            reader = pa.ipc.open_stream(file)
            print("; ".join(f"{field.name} {field.type}{'' if field.nullable else ' not null'}" for field in reader.schema))
            for batch in reader:
                batch.validate(full=True)
                print("batch", batch.num_rows)
                for row in range(batch.num_rows):
                    print(" ".join(cell(column, row) for column in batch.columns))
            rest = file.read()
            print("end", len(rest))
        """#
}
