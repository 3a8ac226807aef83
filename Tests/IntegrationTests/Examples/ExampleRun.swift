import Foundation
import LaminarTesting
import Testing

/// An example program as a shell runs it, and the lines that it prints, in any order.
struct ExampleRun: Sendable, CustomTestStringConvertible {
    let name: String
    /// How many samples it makes by itself.
    let samples: Int
    private let lines: [String]

    init(_ name: String, samples: Int = 20, _ lines: [String] = []) {
        self.name = name
        self.samples = samples
        self.lines = lines
    }

    var testDescription: String { name }

    static let all = [
        ExampleRun("KafkaToValues", (0..<20).map { "\($0) event \($0)" }),
        ExampleRun("ImpulseToKafka", ["100 records written to output."]),
        ExampleRun("KafkaToKafka", (0..<20).map { "\($0) EVENT \($0)" }),
        ExampleRun("ExactlyOnceSQLite", samples: 200, ["200 rows of 200 orders"]),
        ExampleRun("ExactlyOncePostgres", samples: 200, ["200 rows of 200 orders"]),
        ExampleRun("AvroRegistry", ["1 10.5 no coupon", "2 20.5 SPRING"]),
        ExampleRun("SQLPipeline", ["customer-3 5 550.0", "customer-2 5 500.0", "customer-1 5 450.0"]),
        ExampleRun("DeadLetterReplay", (0..<20).map { "\($0) \($0).5" } + ["3 were dead letters first"]),
        ExampleRun(
            "OwnDriverExample", samples: 500,
            ["stopped with some orders stored and a batch in hand", "went on: 500 orders, each once"]),
    ]

    /// The program, which is built into the folder of the tests.
    func process(_ arguments: [String] = []) throws -> ExternalProcess {
        let folder = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()
        return try ExternalProcess(folder.appending(path: name).path, arguments)
    }

    /// Runs it to its end and compares.
    func check(_ arguments: [String] = []) async throws {
        let result = try await process(arguments).result(within: .seconds(120))
        #expect(result.status == 0, "\(result.errors)")
        #expect(result.output.split(separator: "\n").map(String.init).sorted() == lines.sorted(), "\(result.errors)")
    }
}
