import LaminarFormats
import LaminarStore

/// STRING_AGG, ARRAY_AGG, JSON_AGG: values are kept, put in order and joined at the end.
///
/// Behind its own arguments the call may have a specification and keys, see
/// ``AggregateFunction/orderSpecification(isDistinct:keys:)``.
final class CollectedRows: SQLiteAggregate {
    struct Row {
        var values: [SQLiteValue]
        var keys: [SQLiteValue]
    }

    private struct Key {
        var isDescending: Bool
        var nullsFirst: Bool
    }

    private var rows: [Row] = []
    /// Rows before it have left the window.
    private var first = 0
    private var byteCount = 0
    private var keys: [Key] = []
    private var isDistinct = false
    private var isRead = false
    private let argumentCount: Int
    private let skipsNull: Bool
    private let join: (ArraySlice<Row>, SQLiteResult) throws -> Void

    /// - Parameters:
    ///   - argumentCount: of the aggregate's own.
    ///   - skipsNull: whether a row counts whose first argument is NULL.
    ///   - join: sets the result of at least one row.
    init(
        argumentCount: Int, skipsNull: Bool, join: @escaping (ArraySlice<Row>, SQLiteResult) throws -> Void
    ) {
        self.argumentCount = argumentCount
        self.skipsNull = skipsNull
        self.join = join
    }

    func add(_ arguments: SQLiteArguments) throws {
        if !isRead { readSpecification(arguments) }
        if skipsNull, arguments.isNull(0) { return }
        let row = Row(
            values: (0..<argumentCount).map { arguments.value($0) },
            keys: (0..<keys.count).map { arguments.value(argumentCount + 1 + $0) })
        byteCount += row.values.reduce(0) { $0 + Self.size($1) }
        guard byteCount < Characters.byteLimit else { throw Characters.tooLong }
        rows.append(row)
    }

    func remove(_ arguments: SQLiteArguments) {
        if skipsNull, arguments.isNull(0) { return }
        guard first < rows.count else { return }
        byteCount -= rows[first].values.reduce(0) { $0 + Self.size($1) }
        first += 1
        if first > 1000, first * 2 > rows.count {
            rows.removeFirst(first)
            first = 0
        }
    }

    func finish(_ result: SQLiteResult) throws {
        guard first < rows.count else { return result.setNull() }
        guard isDistinct || !keys.isEmpty else { return try join(rows[first...], result) }
        var sorted = Array(rows[first...])
        if isDistinct, keys.isEmpty {
            sorted.sort { Self.order($0.values, $1.values) < 0 }
        } else {
            let order = sorted.indices.sorted { left, right in
                let order = compare(sorted[left].keys, sorted[right].keys)
                return order == 0 ? left < right : order < 0
            }
            sorted = order.map { sorted[$0] }
        }
        if isDistinct {
            var seen = Set<[SQLiteValue]>()
            sorted.removeAll { !seen.insert($0.values).inserted }
        }
        try join(sorted[...], result)
    }

    private func readSpecification(_ arguments: SQLiteArguments) {
        isRead = true
        guard arguments.count > argumentCount else { return }
        for letter in arguments.text(argumentCount).utf8 {
            switch letter {
            case 0x75: isDistinct = true
            case 0x61: keys.append(Key(isDescending: false, nullsFirst: false))
            case 0x41: keys.append(Key(isDescending: false, nullsFirst: true))
            case 0x64: keys.append(Key(isDescending: true, nullsFirst: true))
            default: keys.append(Key(isDescending: true, nullsFirst: false))
            }
        }
        keys = Array(keys.prefix(arguments.count - argumentCount - 1))
    }

    private func compare(_ left: [SQLiteValue], _ right: [SQLiteValue]) -> Int {
        for (index, key) in keys.enumerated() {
            switch (left[index], right[index]) {
            case (.null, .null): continue
            case (.null, _): return key.nullsFirst ? -1 : 1
            case (_, .null): return key.nullsFirst ? 1 : -1
            case (let left, let right):
                let order = StoredOrder.compare(left, right)
                if order != 0 { return key.isDescending ? -order : order }
            }
        }
        return 0
    }

    private static func order(_ left: [SQLiteValue], _ right: [SQLiteValue]) -> Int {
        for (left, right) in zip(left, right) {
            let order = StoredOrder.compare(left, right)
            if order != 0 { return order }
        }
        return 0
    }

    private static func size(_ value: SQLiteValue) -> Int {
        switch value {
        case .text(let text): text.utf8.count + 16
        case .blob(let bytes): bytes.count + 16
        default: 16
        }
    }
}

extension StoredOrder {
    /// -1, 0 or 1; NULL is after everything.
    static func compare(_ left: SQLiteValue, _ right: SQLiteValue) -> Int {
        switch (left, right) {
        case (.integer(let left), .integer(let right)): left < right ? -1 : left > right ? 1 : 0
        case (.real(let left), .real(let right)): left < right ? -1 : left > right ? 1 : 0
        case (.integer(let left), .real(let right)): Double(left) < right ? -1 : Double(left) > right ? 1 : 0
        case (.real(let left), .integer(let right)): left < Double(right) ? -1 : left > Double(right) ? 1 : 0
        case (.text(let left), .text(let right)): bytes(left.utf8, right.utf8)
        case (.blob(let left), .blob(let right)): bytes(left, right)
        default: rank(left) - rank(right)
        }
    }

    private static func bytes(_ left: some Sequence<UInt8>, _ right: some Sequence<UInt8>) -> Int {
        if left.elementsEqual(right) { return 0 }
        return left.lexicographicallyPrecedes(right) ? -1 : 1
    }

    private static func rank(_ value: SQLiteValue) -> Int {
        switch value {
        case .integer, .real: 0
        case .text: 1
        case .blob: 2
        case .null: 3
        }
    }
}

/// The value of a subquery: of its only row.
final class SingleValue: SQLiteAggregate {
    private var value: SQLiteValue?

    func add(_ arguments: SQLiteArguments) throws {
        guard value == nil else {
            throw QueryError(.invalidArgument, "more than one row returned by a subquery used as an expression")
        }
        value = arguments.value(0)
    }

    func finish(_ result: SQLiteResult) { result.set(value ?? .null) }
}

/// ANY_VALUE: the first one that isn't NULL.
final class FirstValue: SQLiteAggregate {
    private var value = SQLiteValue.null

    func add(_ arguments: SQLiteArguments) { if value == .null { value = arguments.value(0) } }

    func finish(_ result: SQLiteResult) { result.set(value) }
}
