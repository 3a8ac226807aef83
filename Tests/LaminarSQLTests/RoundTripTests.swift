import LaminarSQL
import Testing

@Suite struct RoundTripTests {
    @Test("whatever tree is printed parses back to the same tree", arguments: 0..<8)
    func randomTrees(seed: Int) {
        var random = RandomTree(seed: UInt64(seed))
        var failures = 0
        for number in 0..<500 where failures < 3 {
            let tree = random.statement()
            let text = tree.sql()
            do {
                let parsed = try SQL.parse(text).map(\.statement)
                guard parsed != [tree] else { continue }
                Issue.record("tree \(number) of seed \(seed) changes: \(text)\nbecomes \(parsed.map { $0.sql() })")
            } catch {
                Issue.record("tree \(number) of seed \(seed) isn't accepted: \(text)\n\(error)")
            }
            failures += 1
        }
    }
}
