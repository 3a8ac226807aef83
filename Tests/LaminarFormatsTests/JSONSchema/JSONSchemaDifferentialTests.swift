import Foundation
import LaminarFormats
import Testing

@Suite struct JSONSchemaDifferentialTests {
    @Test("generated records are judged as Python's jsonschema judges them") func differential() throws {
        var generator = JSONSchemaGenerator(random: .init(state: 20_260))
        var cases: [(schema: String, instance: String)] = []
        var ours: [Bool] = []
        for _ in 0..<1500 {
            let schema = generator.schema()
            let instances = (0..<8).map { _ in generator.value() }
            let verdicts = try JSONSchemaCase.verdicts(schema: PublishedSchema(.json, schema), instances: instances)
            ours += verdicts.map { $0 == nil }
            cases += instances.map { (schema, $0) }
        }
        let theirs = try PythonJudge.verdicts(cases)
        #expect(theirs.count == ours.count)
        var different: [String] = []
        for (index, verdicts) in zip(ours, theirs).enumerated() where verdicts.0 != verdicts.1 {
            different.append("ours \(verdicts.0), theirs \(verdicts.1): \(cases[index])")
        }
        #expect(
            different.isEmpty, "\(different.count) of \(cases.count):\n\(different.prefix(8).joined(separator: "\n"))")
        // The cases must tell something: both answers are common.
        let valid = ours.filter { $0 }.count
        #expect((cases.count / 5..<cases.count * 4 / 5).contains(valid), "\(valid) of \(cases.count) are valid")
    }
}
