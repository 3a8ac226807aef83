import CLaminarSIMD
import Testing

@testable import LaminarFormats

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

@Suite struct UTF8CheckTests {
    /// The first disagreement with Swift's own validation, as hexadecimal.
    private func disagreement(_ bytes: UnsafeBufferPointer<UInt8>) -> String? {
        guard let start = bytes.baseAddress else { return nil }
        let expected = String(validating: bytes, as: UTF8.self) != nil
        let vectors = laminar_is_utf8(start, bytes.count) != 0
        let scalar = laminar_is_utf8_scalar(start, bytes.count) != 0
        let check = UTF8Check.isValid(start, bytes.count)
        if vectors == expected, scalar == expected, check == expected { return nil }
        let hex = bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(separator: " ")
        return "\(hex): expected \(expected), vectors \(vectors), scalar \(scalar), check \(check)"
    }

    @Test("every pair of bytes, within a vector and across its border, is judged as Swift judges it")
    func pairs() {
        var first: String?
        for length in [2, 17, 33] {
            withUnsafeTemporaryAllocation(of: UInt8.self, capacity: length) { buffer in
                buffer.initialize(repeating: 0x61)
                for place in [0, 6, 7, 13, 14, 15, 16] where place < length - 1 {
                    for pair in 0..<65536 where pair & 0x8080 != 0 && first == nil {
                        buffer[place] = UInt8(pair >> 8)
                        buffer[place + 1] = UInt8(pair & 0xFF)
                        first = disagreement(UnsafeBufferPointer(buffer))
                    }
                    buffer[place] = 0x61
                    buffer[place + 1] = 0x61
                }
            }
        }
        #expect(first == nil)
    }

    @Test("every three bytes after a lead byte across the border of two vectors")
    func triples() {
        var first: String?
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 18) { buffer in
            buffer.initialize(repeating: 0x61)
            for lead in 0xC0..<256 where first == nil {
                buffer[14] = UInt8(lead)
                for rest in stride(from: 0, to: 65536, by: 1) where rest & 0x0F0F == 0 || rest & 0x8080 == 0x8080 {
                    buffer[15] = UInt8(rest >> 8)
                    buffer[16] = UInt8(rest & 0xFF)
                    if let found = disagreement(UnsafeBufferPointer(buffer)) { first = first ?? found }
                }
            }
        }
        #expect(first == nil)
    }

    /// First and last of each row of the standard's table 3-7, and their neighbours outside.
    static let edges: [UInt8] = [
        0x00, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC1, 0xC2, 0xDF, 0xE0, 0xE1, 0xEC, 0xED, 0xEE, 0xEF,
        0xF0,
        0xF1, 0xF3, 0xF4, 0xF5, 0xFF,
    ]

    @Test("four bytes at the borders of the standard's table, at every place of a vector and at every end")
    func quadruples() {
        var first: String?
        for (length, place) in (0...16).map({ (40, $0) }) + (0...30).map({ ($0 + 4, $0) }) {
            withUnsafeTemporaryAllocation(of: UInt8.self, capacity: length) { buffer in
                buffer.initialize(repeating: 0x62)
                for a in Self.edges where a >= 0xE0 && first == nil {
                    buffer[place] = a
                    for b in Self.edges {
                        buffer[place + 1] = b
                        for c in Self.edges where c & 0xC0 == 0x80 || b & 0xC0 == 0x80 {
                            buffer[place + 2] = c
                            for d in [0x00, 0x7F, 0x80, 0xBF, 0xC2, 0xF0] as [UInt8] {
                                buffer[place + 3] = d
                                if let found = disagreement(UnsafeBufferPointer(buffer)) { first = first ?? found }
                            }
                        }
                    }
                }
            }
        }
        #expect(first == nil)
    }

    /// Characters of one to four bytes.
    static let pieces: [[UInt8]] = [
        [0x61], [0x20], [0xC3, 0xBC], [0xE2, 0x82, 0xAC], [0xE3, 0x81, 0x82], [0xF0, 0x9F, 0x98, 0x80],
        [0xED, 0x9F, 0xBF], [0xEE, 0x80, 0x80],
        [0xF4, 0x8F, 0xBF, 0xBF], [0xDF, 0xBF], [0xEF, 0xBF, 0xBF], [0xF0, 0x90, 0x80, 0x80],
    ]

    @Test("a million random texts, whole, cut and with one byte changed", arguments: [1, 2, 3, 4] as [UInt64])
    func randomTexts(seed: UInt64) {
        var random = Steps(seed)
        var first: String?
        var valid = 0
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 128) { buffer in
            for _ in 0..<250_000 where first == nil {
                let wanted = Int(random.next() % 72)
                var count = 0
                while count < wanted {
                    let choice = random.next()
                    let piece = Self.pieces[choice % 3 == 0 ? Int(choice >> 8) % Self.pieces.count : 0]
                    for byte in piece {
                        buffer[count] = byte
                        count += 1
                    }
                }
                let change = random.next()
                switch change % 3 {
                case 0: if count > 0 { buffer[Int(change >> 16) % count] = UInt8(truncatingIfNeeded: change >> 8) }
                case 1: count -= min(count, Int(change >> 8) % 4)
                default: valid += 1
                }
                first = disagreement(UnsafeBufferPointer(rebasing: buffer[..<count]))
            }
        }
        #expect(first == nil)
        #expect(valid > 80_000)
    }

    @Test("nothing before or after the bytes is read: both neighbours are forbidden pages")
    func staysInside() throws {
        let page = Int(sysconf(Int32(_SC_PAGESIZE)))
        let memory = try #require(mmap(nil, 3 * page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0))
        defer { munmap(memory, 3 * page) }
        let middle = memory + page
        try #require(mprotect(middle, page, PROT_READ | PROT_WRITE) == 0)
        let bytes = middle.bindMemory(to: UInt8.self, capacity: page)
        for fill in [0x61, 0xBF] as [UInt8] {
            bytes.update(repeating: fill, count: page)
            for count in 0...80 {
                for start in [bytes, bytes + page - count] {
                    #expect(UTF8Check.isValid(start, count) == (fill == 0x61 || count == 0))
                    #expect((laminar_is_utf8(start, count) != 0) == (fill == 0x61 || count == 0))
                    #expect((laminar_is_utf8_scalar(start, count) != 0) == (fill == 0x61 || count == 0))
                }
            }
        }
    }

    /// A small generator with a seed, so that a failure comes again.
    struct Steps {
        private var state: UInt64
        init(_ seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }
        mutating func next() -> UInt64 {
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            return state
        }
    }
}
