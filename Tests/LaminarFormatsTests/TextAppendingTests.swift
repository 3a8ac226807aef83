import Testing

@testable import LaminarFormats

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Text of every length at every place of a payload, with forbidden pages before and after the payload.
@Suite struct TextAppendingTests {
    /// A payload that isn't UTF-8 but for its text, at a page's start or end.
    private func everyPlace(
        _ body: (_ start: UnsafeMutablePointer<UInt8>, _ size: Int, _ text: Range<Int>) throws -> Void
    ) throws {
        let page = Int(sysconf(Int32(_SC_PAGESIZE)))
        let memory = try #require(mmap(nil, 3 * page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0))
        defer { munmap(memory, 3 * page) }
        let middle = memory + page
        try #require(mprotect(middle, page, PROT_READ | PROT_WRITE) == 0)
        let bytes = middle.bindMemory(to: UInt8.self, capacity: page)
        for size in 0...52 {
            for start in [bytes, bytes + page - size] {
                for count in 0...min(size, 35) {
                    for place in stride(from: 0, through: size - count, by: size < 20 ? 1 : 3) {
                        start.update(repeating: 0xFF, count: size)
                        for index in 0..<count { start[place + index] = 0x61 + UInt8(index % 26) }
                        try body(start, size, place..<place + count)
                    }
                }
            }
        }
    }

    @Test("it is the next row, and nothing outside of the payload is read") func ascii() throws {
        var builder = ColumnBuilder(.text)
        var expected: [[UInt8]] = []
        try everyPlace { start, size, text in
            #expect(builder.append(text: start + text.lowerBound, text.count, in: start, start + size) == .appended)
            expected.append(text.map { start[$0] })
        }
        let column = builder.finish()
        #expect(column.count == expected.count)
        #expect(expected.indices.allSatisfy { Array(column.bytes($0)) == expected[$0] })
    }

    @Test("a byte that makes it no UTF-8 is found wherever it is, and leaves no row") func invalid() throws {
        var builder = ColumnBuilder(.text)
        try everyPlace { start, size, text in
            for place in Set([text.lowerBound, (text.lowerBound + text.upperBound) / 2, text.upperBound - 1])
            where text.contains(place) {
                let byte = start[place]
                start[place] = 0x80
                #expect(builder.append(text: start + text.lowerBound, text.count, in: start, start + size) == .notUTF8)
                start[place] = byte
            }
        }
        #expect(builder.count == 0)
        #expect(builder.used == 0)
    }

    @Test("other letters than ASCII are kept") func others() throws {
        var builder = ColumnBuilder(.text)
        var expected: [[UInt8]] = []
        try everyPlace { start, size, text in
            guard text.count >= 3 else { return }
            let place = text.lowerBound + text.count / 2 - 1
            (start[place], start[place + 1], start[place + 2]) = (0xE2, 0x82, 0xAC)
            #expect(builder.append(text: start + text.lowerBound, text.count, in: start, start + size) == .appended)
            expected.append(text.map { start[$0] })
        }
        let column = builder.finish()
        #expect(expected.indices.allSatisfy { Array(column.bytes($0)) == expected[$0] })
    }
}
