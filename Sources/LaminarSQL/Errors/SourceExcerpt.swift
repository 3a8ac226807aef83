/// The line of a source text around a mistake, fit to be drawn in a terminal.
///
/// A long line is cut to a window around the mistake, with `…` where something is left out; control characters and
/// bytes that are no UTF-8 become `�`, tabs stay; the values of options whose keys look like secrets become `***`.
struct SourceExcerpt {
    /// What is drawn.
    let line: String
    /// How many characters of it stand before the mistake.
    let caretOffset: Int

    /// The most characters that are shown on either side of the mistake.
    static let reach = 60

    init(of text: String, around offset: Int) {
        var text = text
        self = text.withUTF8 { SourceExcerpt(bytes: $0, offset: min(max(0, offset), $0.count)) }
    }

    private init(bytes: UnsafeBufferPointer<UInt8>, offset: Int) {
        let newline = UInt8(ascii: "\n")
        // A character has four bytes at most, so this many bytes fill the window.
        let first = max(0, offset - SourceExcerpt.reach * 4 - 4)
        let last = min(bytes.count, offset + SourceExcerpt.reach * 4 + 4)
        var start = offset
        while start > first, bytes[start - 1] != newline { start -= 1 }
        let isCut = start == first && start > 0 && bytes[start - 1] != newline
        var end = offset
        while end < last, bytes[end] != newline { end += 1 }
        if end > start, bytes[end - 1] == UInt8(ascii: "\r") { end -= 1 }

        let before = SourceExcerpt.visible(bytes[start..<min(offset, end)])
        let after = SourceExcerpt.visible(bytes[min(offset, end)..<end])
        var shown: [Character] = []
        if before.count > SourceExcerpt.reach || isCut { shown.append("…") }
        shown += before.suffix(SourceExcerpt.reach)
        caretOffset = shown.count
        shown += after.prefix(SourceExcerpt.reach)
        if after.count > SourceExcerpt.reach { shown.append("…") }
        line = String(shown)
    }

    private static func visible(_ bytes: Slice<UnsafeBufferPointer<UInt8>>) -> [Character] {
        String(decoding: bytes, as: UTF8.self).map { character in
            let isControl = character.unicodeScalars.contains { $0.value < 32 || (127...159).contains($0.value) }
            return isControl && character != "\t" ? "\u{FFFD}" : character
        }
    }
}
