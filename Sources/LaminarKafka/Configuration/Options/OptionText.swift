extension StringProtocol {
    /// Without white space at both ends.
    var trimmed: String {
        var slice = self[...]
        while let first = slice.first, first.isWhitespace { slice = slice.dropFirst() }
        while let last = slice.last, last.isWhitespace { slice = slice.dropLast() }
        return String(slice)
    }

    /// At most 80 characters, fit for a message: control characters as `?`.
    var shortened: String {
        let text = prefix(80).map { character -> Character in
            character.unicodeScalars.contains { $0.properties.generalCategory == .control } ? "?" : character
        }
        return String(text) + (dropFirst(80).isEmpty ? "" : "…")
    }
}
