/// The line of a source text around a mistake, fit to be drawn in a terminal.
///
/// A long line is cut to a window around the mistake, with `…` where something is left out; control characters and
/// bytes that are no UTF-8 become `�`, tabs stay; the values of options whose keys look like secrets become `***`.
struct SourceExcerpt: Sendable {
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
        // A scalar has four bytes at most, so this many bytes fill the window.
        let first = max(0, offset - SourceExcerpt.reach * 8)
        let last = min(bytes.count, offset + SourceExcerpt.reach * 8)
        var start = offset
        while start > first, bytes[start - 1] != Ascii.newline { start -= 1 }
        let isCut = start == first && start > 0 && bytes[start - 1] != Ascii.newline
        while isCut, start < offset, bytes[start] & 0xC0 == 0x80 { start += 1 }
        var end = offset
        while end < last, bytes[end] != Ascii.newline { end += 1 }
        if end > offset, bytes[end - 1] == UInt8(ascii: "\r") { end -= 1 }

        let hidden = SecretRanges(in: bytes, overlapping: start..<end).ranges
        let before = SourceExcerpt.visible(bytes, start..<offset, hidden: hidden)
        let after = SourceExcerpt.visible(bytes, offset..<end, hidden: hidden)
        var shown: [Character] = []
        if before.count > SourceExcerpt.reach || isCut { shown.append("…") }
        shown += before.suffix(SourceExcerpt.reach)
        caretOffset = shown.count
        shown += after.prefix(SourceExcerpt.reach)
        if after.count > SourceExcerpt.reach || end == last && last < bytes.count && bytes[end] != Ascii.newline {
            shown.append("…")
        }
        line = String(shown)
    }

    /// The characters of a range, with `***` for what is hidden.
    private static func visible(
        _ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, hidden: [Range<Int>]
    ) -> [Character] {
        var shown: [Character] = []
        var next = range.lowerBound
        for secret in hidden where secret.overlaps(range) {
            shown += printable(bytes[next..<max(next, secret.lowerBound)])
            shown += Array("***")
            next = min(secret.upperBound, range.upperBound)
        }
        return shown + printable(bytes[next..<range.upperBound])
    }

    private static func printable(_ bytes: Slice<UnsafeBufferPointer<UInt8>>) -> [Character] {
        String(decoding: bytes, as: UTF8.self).map { character in
            let isControl = character.unicodeScalars.contains { $0.value < 32 || (127...159).contains($0.value) }
            return isControl && character != "\t" ? "\u{FFFD}" : character
        }
    }
}
