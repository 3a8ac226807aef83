import CLaminarSIMD

/// What became of a text on its way into a column.
enum TextAppending { case appended, notUTF8, tooLarge }

extension ColumnBuilder {
    /// Checked text as the next row: `count` bytes at `at`, which lie in the payload `start ..< end`.
    ///
    /// Hot-path file: raw memory. Nothing outside of the payload is read. Short text costs no branch on its length, since
    /// lengths that vary are guessed wrong more often than not: up to 32 bytes are moved in two vectors where the payload
    /// goes on for as many, up to 16 near its end in two words that end with the text. What a move writes past the text
    /// is room that the column has.
    @inline(__always)
    mutating func append(
        text at: UnsafePointer<UInt8>, _ count: Int, in start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>
    ) -> TextAppending {
        guard reserveBytes(count &+ 16) else { return .tooLarge }
        let target = values + used
        if count <= 32, end - at >= 32 {
            if laminar_move_ascii32(at, target, count) == 0, laminar_is_utf8(at, count) == 0 { return .notUTF8 }
        } else if count <= 16, at - start >= 8 {
            if laminar_move_ascii16(at, target, count) == 0, laminar_is_utf8(at, count) == 0 { return .notUTF8 }
        } else {
            target.copyMemory(from: at, byteCount: count)
            if !UTF8Check.isValid(at, count) { return .notUTF8 }
        }
        used &+= count
        endBytes()
        return .appended
    }
}
