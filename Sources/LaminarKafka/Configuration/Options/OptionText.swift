extension StringProtocol {
    /// Without white space at both ends.
    var trimmed: String {
        var (start, end) = (startIndex, endIndex)
        while start < end, self[start].isWhitespace { start = index(after: start) }
        while start < end {
            // One step at a time: a generic dropLast() counts from the beginning.
            let before = index(before: end)
            guard self[before].isWhitespace else { break }
            end = before
        }
        return String(self[start..<end])
    }

    /// At most 80 characters, fit for a message: control characters as `?`.
    var shortened: String {
        let text = prefix(80).map { character -> Character in
            character.unicodeScalars.contains { $0.properties.generalCategory == .control } ? "?" : character
        }
        return String(text) + (dropFirst(80).isEmpty ? "" : "…")
    }
}
