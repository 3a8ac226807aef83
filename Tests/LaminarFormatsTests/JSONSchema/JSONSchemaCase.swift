import Foundation
import LaminarFormats
import Testing

/// Records against their writer's schema.
enum JSONSchemaCase {
    static let options = [
        "json.confluent_schema_registry": "true", "json.validate": "true", "json.unstructured": "true",
    ]

    /// Why each body is a bad record; nil where it is none.
    static func verdicts(schema: PublishedSchema, instances: [String]) throws -> [DecodeFailure?] {
        try verdicts(schema: schema, instances: Payloads(instances))
    }

    static func verdicts(schema: PublishedSchema, instances: Payloads) throws -> [DecodeFailure?] {
        var decoder = try JSONFormat().makeDecoder(
            schema: RowSchema([ColumnSchema("value", .json)]), options: options)
        decoder.selectWriter(try decoder.addWriter(schema, message: .first))
        var verdicts = [DecodeFailure?](repeating: nil, count: instances.slices.count)
        var next = 0
        while let bad = decoder.append(instances.slices, from: next) {
            verdicts[bad] = decoder.failure
            next = bad + 1
        }
        return verdicts
    }
}

/// Python's jsonschema as the judge: one process for all cases.
enum PythonJudge {
    private static let script = #"""
        import sys, json, re, decimal, warnings
        from decimal import Decimal
        warnings.simplefilter("ignore")
        import jsonschema
        from jsonschema import validators
        decimal.getcontext().prec = 600
        def number(text):
            value = Decimal(text)
            return int(value) if value == value.to_integral_value() else value
        for line in open(sys.argv[1], encoding="utf-8"):
            schema, instance = line.rstrip("\n").split("\t")
            schema = json.loads(schema, parse_float=number)
            instance = json.loads(instance, parse_float=number)
            print("1" if validators.validator_for(schema)(schema).is_valid(instance) else "0")
        """#

    /// Whether each instance satisfies its schema.
    static func verdicts(_ cases: [(schema: String, instance: String)]) throws -> [Bool] {
        let file = FileManager.default.temporaryDirectory.appending(path: "laminar-\(UUID().uuidString).tsv")
        let lines = cases.map { "\($0.schema)\t\($0.instance)\n" }.joined()
        try Data(lines.utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let project = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "../../..")
        let python =
            ProcessInfo.processInfo.environment["LAMINAR_PYTHON"]
            ?? project.standardizedFileURL.appending(path: ".cache/venv/bin/python").path
        let process = Process()
        process.executableURL = URL(fileURLWithPath: python)
        process.arguments = ["-c", script, file.path]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let data = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0, "run make setup-peers")
        return String(decoding: data, as: UTF8.self).split(separator: "\n").map { $0 == "1" }
    }
}
