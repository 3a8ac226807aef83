extension SQL {
    /// The candidate that was probably meant, for a did-you-mean.
    ///
    ///     SQL.suggestion(for: "bootstrap_server", among: ["bootstrap_servers", "topic"])   // "bootstrap_servers"
    ///
    /// Case doesn't count; a swap of neighbours counts as one change. Up to a third of the letters may differ, at least
    /// one and three at most.
    ///
    /// - Returns: The nearest candidate, the first of several that are equally near; nil when none is near enough.
    public static func suggestion(for word: String, among candidates: [String]) -> String? {
        let typed = Array(word.lowercased().utf8)
        guard !typed.isEmpty, typed.count <= 80 else { return nil }
        let allowed = min(3, max(1, typed.count / 3))
        var best: (candidate: String, distance: Int)?
        for candidate in candidates {
            let letters = Array(candidate.lowercased().utf8)
            guard abs(letters.count - typed.count) <= allowed else { continue }
            let distance = editDistance(typed, letters)
            // A word of two letters has a neighbour nearly everywhere; half of it has to be right.
            guard distance <= allowed, distance < max(typed.count, letters.count) else { continue }
            if best.map({ distance < $0.distance }) ?? true { best = (candidate, distance) }
        }
        return best?.candidate
    }

    /// Insertions, deletions, replacements and swaps of neighbours between two words (optimal string alignment).
    private static func editDistance(_ left: [UInt8], _ right: [UInt8]) -> Int {
        var beforeLast: [Int] = []
        var last = Array(0...right.count)
        for (row, letter) in left.enumerated() {
            var current = [row + 1]
            current.reserveCapacity(right.count + 1)
            for (column, other) in right.enumerated() {
                var distance = min(last[column + 1] + 1, current[column] + 1, last[column] + (letter == other ? 0 : 1))
                if row > 0, column > 0, letter == right[column - 1], left[row - 1] == other {
                    distance = min(distance, beforeLast[column - 1] + 1)
                }
                current.append(distance)
            }
            beforeLast = last
            last = current
        }
        return last[right.count]
    }
}
