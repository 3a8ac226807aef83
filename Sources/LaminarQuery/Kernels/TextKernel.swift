import LaminarFormats

/// Text or bytes in place: a column's, or a constant's.
package enum TextKernel: Sendable {
    /// A TEXT or BYTEA column, by its place in the batch.
    case column(Int)
    /// A value.
    case constant([UInt8])
}

/// What a LIKE pattern without `_` asks of a text.
package struct TextPattern: Sendable {
    /// Where the fixed part stands; `%` is on the other sides.
    package enum Place: Sendable { case whole, start, end, anywhere }

    let place: Place
    let fixed: [UInt8]

    /// nil for a pattern that asks for more: those are left to SQLite.
    ///
    /// - Parameter escape: the character before a `%`, `_` or itself that stands for itself; nil for none.
    init?(_ pattern: String, escape: Character?) {
        var fixed = ""
        var opens = false
        var closes = false
        var isEscaped = false
        for (index, character) in pattern.enumerated() {
            if isEscaped || escape != character && character != "%" && character != "_" {
                if closes { return nil }
                fixed.append(character)
                isEscaped = false
            } else if escape == character {
                isEscaped = true
            } else if character == "_" {
                return nil
            } else if index == 0 {
                opens = true
            } else {
                closes = true
            }
        }
        // A pattern must not end with its escape character: the error is LIKE's.
        if isEscaped { return nil }
        self.fixed = Array(fixed.utf8)
        place = opens && (closes || fixed.isEmpty) ? .anywhere : opens ? .end : closes ? .start : .whole
    }

    func matches(_ text: UnsafeRawBufferPointer) -> Bool {
        switch place {
        case .whole: text.count == fixed.count && text.starts(with: fixed)
        case .start: text.starts(with: fixed)
        case .end: text.count >= fixed.count && text.suffix(fixed.count).elementsEqual(fixed)
        case .anywhere: contains(text)
        }
    }

    private func contains(_ text: UnsafeRawBufferPointer) -> Bool {
        guard let first = fixed.first else { return true }
        var start = 0
        while start + fixed.count <= text.count {
            if text[start] == first,
                UnsafeRawBufferPointer(rebasing: text[start..<start + fixed.count]).elementsEqual(fixed)
            {
                return true
            }
            start += 1
        }
        return false
    }
}

extension TextKernel {
    /// Which of the rows are NULL; nil where none is.
    func nulls(_ batch: RecordBatch, _ rows: [Int32]) -> [Bool]? {
        guard case .column(let place) = self else { return nil }
        return batch.columns[place].nulls(rows)
    }

    /// Asks each row's bytes something; a NULL row's are empty.
    func map(_ batch: RecordBatch, _ rows: [Int32], _ body: (UnsafeRawBufferPointer) -> UInt8) -> [UInt8] {
        switch self {
        case .constant(let bytes):
            let answer = bytes.withUnsafeBytes { body($0) }
            return Array(repeating: answer, count: rows.count)
        case .column(let place):
            let answers = batch.columns[place].withTexts { offsets, bytes in
                rows.map { row in
                    let start = Int(offsets[Int(row)])
                    return body(
                        UnsafeRawBufferPointer(start: bytes + start, count: Int(offsets[Int(row) + 1]) - start))
                }
            }
            return answers ?? Array(repeating: Truth.unknown, count: rows.count)
        }
    }

    /// Compares row by row, by bytes: as PostgreSQL's collation "C".
    func compare(
        _ comparison: Comparison, _ other: TextKernel, _ batch: RecordBatch, _ rows: [Int32]
    ) -> [UInt8] {
        var answers: [UInt8]
        if case .constant(let bytes) = other {
            answers = bytes.withUnsafeBytes { right in
                map(batch, rows) { comparison.holds($0.order(to: right)) ? Truth.yes : Truth.no }
            }
        } else if case .constant = self {
            return other.compare(comparison.mirrored, self, batch, rows)
        } else {
            guard case .column(let place) = other else { return [] }
            let right = batch.columns[place]
            var index = 0
            answers = map(batch, rows) { left in
                defer { index += 1 }
                let order = right.withBytes(Int(rows[index])) { left.order(to: $0) }
                return comparison.holds(order ?? 0) ? Truth.yes : Truth.no
            }
        }
        answers.forget(nulls(batch, rows))
        answers.forget(other.nulls(batch, rows))
        return answers
    }
}

extension [UInt8] {
    /// What is NULL is unknown.
    mutating func forget(_ isNull: [Bool]?) {
        guard let isNull else { return }
        for index in indices where isNull[index] { self[index] = Truth.unknown }
    }
}

extension UnsafeRawBufferPointer {
    /// Below zero where these bytes come first, above where the others do.
    func order(to other: UnsafeRawBufferPointer) -> Int {
        let common = Swift.min(count, other.count)
        for index in 0..<common where self[index] != other[index] { return Int(self[index]) - Int(other[index]) }
        return count - other.count
    }
}

extension Comparison {
    /// Whether the comparison holds for values in this order: below zero where the left one is less.
    @inline(__always)
    func holds(_ order: Int) -> Bool {
        switch self {
        case .equal: order == 0
        case .notEqual: order != 0
        case .less: order < 0
        case .lessOrEqual: order <= 0
        case .greater: order > 0
        case .greaterOrEqual: order >= 0
        }
    }
}
