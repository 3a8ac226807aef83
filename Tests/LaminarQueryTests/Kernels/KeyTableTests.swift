import LaminarFormats
import Testing

@testable import LaminarQuery

@Suite("Keys are numbered in the order in which they come")
struct KeyTableTests {
    @Test("equal keys have one number, different ones their own, past every growth", arguments: [1, 3])
    func numbers(width: Int) {
        var table = KeyTable(width: width)
        var known: [[UInt64]: Int32] = [:]
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<20_000 {
            let key = (0..<width).map { _ in UInt64.random(in: 0..<40, using: &generator) &* 0x9E37_79B9 }
            let number = key.withUnsafeBufferPointer { table.number(of: $0.baseAddress.unsafelyUnwrapped) }
            if let expected = known[key] {
                #expect(number == expected)
            } else {
                #expect(number == Int32(known.count))
                known[key] = number
            }
        }
        #expect(table.count == known.count)
        table.removeAll()
        #expect(table.count == 0)
        let again = [UInt64](repeating: 7, count: width)
        #expect(again.withUnsafeBufferPointer { table.number(of: $0.baseAddress.unsafelyUnwrapped) } == 0)
    }

    @Test("texts keep their bytes, the empty one and those with a common beginning too")
    func texts() {
        var table = TextTable()
        var known: [String: Int32] = [:]
        for turn in 0..<3 {
            for number in 0..<5000 {
                var text = String(repeating: "a", count: number % 23) + (number % 2 == 0 ? "" : "\(number)")
                let found = text.withUTF8 { table.number(of: UnsafeRawBufferPointer($0)) }
                if let expected = known[text] { #expect(found == expected, "turn \(turn)") }
                known[text] = found
            }
        }
        #expect(table.count == known.count)
        for (text, number) in known { #expect(String(decoding: table.text(Int(number)), as: UTF8.self) == text) }
    }
}
