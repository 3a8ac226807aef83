package import LaminarFormats

/// What rows are grouped by.
package enum KeyKernel: Sendable {
    /// A number or a time, of that type.
    case integer(IntegerKernel, ColumnType)
    /// A BOOLEAN.
    case truth(PredicateKernel)
    /// A TEXT or BYTEA column, by its place in the batch, of that type.
    case text(Int, ColumnType)

    package var type: ColumnType {
        switch self {
        case .integer(_, let type), .text(_, let type): type
        case .truth: .boolean
        }
    }
}

/// Which group each row belongs to: all keys' tables together.
final class GroupKeys {
    private let kernels: [KeyKernel]
    private let texts: [TextTableBox]
    private var table: KeyTable
    private var keys: [UInt64] = []

    /// At most that many keys, for which one bit each says which are NULL.
    static let most = 64

    init(_ kernels: [KeyKernel]) {
        self.kernels = kernels
        texts = kernels.map { _ in TextTableBox() }
        table = KeyTable(width: kernels.count + 1)
    }

    var count: Int { kernels.isEmpty ? 1 : table.count }

    /// Bytes of the texts that are kept.
    var byteCount: Int { texts.reduce(0) { $0 + $1.table.byteCount } }

    func removeAll() {
        table.removeAll()
        for text in texts { text.table.removeAll() }
    }

    /// The group's number of each of the rows.
    func groups(_ batch: RecordBatch, _ rows: [Int32]) throws -> [Int32] {
        guard !kernels.isEmpty else { return Array(repeating: 0, count: rows.count) }
        let width = table.width
        if keys.count < rows.count * width { keys = Array(repeating: 0, count: rows.count * width) }
        for index in rows.indices { keys[index &* width &+ kernels.count] = 0 }
        for (number, kernel) in kernels.enumerated() {
            try fill(number, kernel, batch, rows)
        }
        return keys.withUnsafeBufferPointer { keys in
            [Int32](unsafeUninitializedCapacity: rows.count) { groups, count in
                if let start = keys.baseAddress {
                    for index in rows.indices {
                        groups.initializeElement(at: index, to: table.number(of: start + index &* width))
                    }
                }
                count = rows.count
            }
        }
    }

    /// Writes one key of all rows.
    private func fill(_ number: Int, _ kernel: KeyKernel, _ batch: RecordBatch, _ rows: [Int32]) throws {
        let width = table.width
        switch kernel {
        case .integer(let value, _):
            let vector = try value.evaluate(batch, rows)
            for index in rows.indices { keys[index &* width &+ number] = UInt64(bitPattern: vector.values[index]) }
            note(vector.isNull, number)
        case .truth(let condition):
            for (index, truth) in try condition.evaluate(batch, rows).enumerated() {
                let isNull = truth == Truth.unknown
                keys[index &* width &+ number] = isNull ? 0 : UInt64(truth)
                if isNull { keys[index &* width &+ kernels.count] |= 1 << UInt64(number) }
            }
        case .text(let place, _):
            let text = texts[number]
            batch.columns[place].withTexts { offsets, bytes in
                for (index, row) in rows.enumerated() {
                    let start = Int(offsets[Int(row)])
                    let slice = UnsafeRawBufferPointer(start: bytes + start, count: Int(offsets[Int(row) + 1]) - start)
                    keys[index &* width &+ number] = UInt64(truncatingIfNeeded: text.table.number(of: slice))
                }
            }
            note(batch.columns[place].nulls(rows), number)
        }
    }

    private func note(_ isNull: [Bool]?, _ number: Int) {
        guard let isNull else { return }
        let width = table.width
        for index in isNull.indices where isNull[index] {
            keys[index &* width &+ number] = 0
            keys[index &* width &+ kernels.count] |= 1 << UInt64(number)
        }
    }

    /// The keys of all groups as columns.
    func columns() -> [Column] {
        let (words, width, groups) = (table.words, table.width, table.count)
        return kernels.enumerated().map { number, kernel in
            let isNull = (0..<groups).map { words[$0 * width + kernels.count] >> UInt64(number) & 1 == 1 }
            switch kernel {
            case .integer(_, let type):
                let values = (0..<groups).map { Int64(bitPattern: words[$0 * width + number]) }
                return .integers(type, values, isNull: isNull)
            case .truth:
                return .integers(.boolean, (0..<groups).map { Int64(words[$0 * width + number]) }, isNull: isNull)
            case .text(_, let type):
                let text = texts[number]
                return .bytes(
                    type,
                    copying: (0..<groups).lazy.map { group in
                        guard !isNull[group] else { return .null }
                        let bytes = text.table.text(Int(words[group * width + number]))
                        return PayloadSlice(start: bytes.baseAddress, count: bytes.count)
                    })
            }
        }
    }
}

/// A table of texts that an array can hold.
final class TextTableBox {
    var table = TextTable()
}
