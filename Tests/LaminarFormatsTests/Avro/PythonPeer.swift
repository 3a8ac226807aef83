import Foundation
import Testing

/// Python's Avro libraries, from the environment that `make setup-peers` makes (`$LAMINAR_PYTHON`, or `.cache/venv`).
enum PythonPeer {
    /// Runs a script with a text as its input; what it prints.
    static func run(_ script: String, input: String) throws -> String {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../..")
            .standardizedFileURL
        let interpreter =
            ProcessInfo.processInfo.environment["LAMINAR_PYTHON"]
            ?? folder.appending(path: ".cache/venv/bin/python").path(percentEncoded: false)
        let place = FileManager.default.temporaryDirectory.appending(path: "laminar-avro-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: place) }
        // Files and no pipes: neither side waits for the other to read.
        let (given, printed, complaints) = (
            place.appending(path: "in"), place.appending(path: "out"), place.appending(path: "err")
        )
        try Data(input.utf8).write(to: given)
        for file in [printed, complaints] { try Data().write(to: file) }
        let process = Process()
        process.executableURL = URL(filePath: interpreter)
        process.arguments = ["-c", script]
        process.standardInput = try FileHandle(forReadingFrom: given)
        process.standardOutput = try FileHandle(forWritingTo: printed)
        process.standardError = try FileHandle(forWritingTo: complaints)
        try process.run()
        process.waitUntilExit()
        let complaint = String(decoding: try Data(contentsOf: complaints).suffix(2000), as: UTF8.self)
        try #require(process.terminationStatus == 0, "\(complaint)")
        return String(decoding: try Data(contentsOf: printed), as: UTF8.self)
    }

    /// Values in the form of the golden vectors.
    static let tagging = """
        import sys, json, io, datetime, decimal, uuid, random, math
        import fastavro, fastavro.schema, fastavro.utils
        import avro.schema, avro.io
        def tag(v):
            if isinstance(v, bytes): return {"$bytes": v.hex()}
            if isinstance(v, decimal.Decimal): return {"$decimal": format(v, "f")}
            if isinstance(v, uuid.UUID): return {"$uuid": str(v)}
            if isinstance(v, datetime.datetime): return {"$timestamp": v.astimezone(datetime.timezone.utc).isoformat().replace("+00:00", "Z")}
            if isinstance(v, datetime.date): return {"$date": v.isoformat()}
            if isinstance(v, datetime.time): return {"$time": v.isoformat()}
            if isinstance(v, float) and not math.isfinite(v): return "NaN" if v != v else ("Infinity" if v > 0 else "-Infinity")
            if isinstance(v, dict): return {k: tag(x) for k, x in v.items()}
            if isinstance(v, (list, tuple)): return [tag(x) for x in v]
            return v

        """
}
