package import LaminarFormats

/// What is added up of each group's rows.
package struct PartialAggregate: Sendable {
    package enum Operation: Sendable {
        /// Rows.
        case count
        /// The sum of whole numbers, exact.
        case sumIntegers(IntegerKernel)
        /// The sum of floating-point numbers, in the rows' order.
        case sumDoubles(DoubleKernel)
        /// The sum of DECIMALs of that scale, exact.
        case sumDecimals(DecimalKernel, scale: Int)
        /// How many of these are not NULL: the other half of an average.
        case countIntegers(IntegerKernel)
        case countDoubles(DoubleKernel)
        case countDecimals(DecimalKernel)
        /// The least or the greatest, of that type.
        case extremeInteger(IntegerKernel, ColumnType, isGreatest: Bool)
        case extremeDouble(DoubleKernel, ColumnType, isGreatest: Bool)
        case extremeDecimal(DecimalKernel, ColumnType, isGreatest: Bool)
        /// The same of a TEXT or BYTEA column, by its place in the batch.
        case extremeText(Int, ColumnType, isGreatest: Bool)
    }

    package var operation: Operation
    /// FILTER: the rows that count.
    package var filter: PredicateKernel?

    package init(_ operation: Operation, filter: PredicateKernel? = nil) {
        self.operation = operation
        self.filter = filter
    }

    /// The type of the partial result.
    package var type: ColumnType {
        switch operation {
        case .count, .countIntegers, .countDoubles, .countDecimals: .bigint
        case .sumIntegers: .decimal(precision: 38, scale: 0)
        case .sumDecimals(_, let scale): .decimal(precision: 38, scale: scale)
        case .sumDoubles: .double
        case .extremeInteger(_, let type, _), .extremeDouble(_, let type, _), .extremeDecimal(_, let type, _),
            .extremeText(_, let type, _):
            type
        }
    }

    /// A fresh state without groups.
    func makeState() -> any GroupState {
        switch operation {
        case .count: CountState { _, _ in nil }
        case .countIntegers(let kernel): CountState { try kernel.evaluate($0, $1).isNull }
        case .countDoubles(let kernel): CountState { try kernel.evaluate($0, $1).isNull }
        case .countDecimals(let kernel): CountState { try kernel.evaluate($0, $1).isNull }
        case .sumIntegers(let kernel):
            NumberState(kernel, zero: Int128(0), type) {
                $0 &+ Int128($1)
            } finish: {
                .decimals($0, unscaled: $1, isNull: $2)
            }
        case .sumDecimals(let kernel, _):
            NumberState(kernel, zero: Int128(0), type) { sum, value in
                let (total, overflow) = sum.addingReportingOverflow(value)
                if overflow || total.magnitude >= Self.decimalLimit {
                    throw QueryError(.outOfRange, "numeric out of range")
                }
                return total
            } finish: {
                .decimals($0, unscaled: $1, isNull: $2)
            }
        case .sumDoubles(let kernel):
            NumberState(kernel, zero: 0.0, type) { sum, value in
                let total = sum + value
                if !total.isFinite, sum.isFinite && value.isFinite || total.isNaN {
                    throw QueryError(.outOfRange, "value out of range: overflow")
                }
                return total
            } finish: { _, values, isNull in
                .doubles(values, isValid: isNull.map { !$0 })
            }
        case .extremeInteger(let kernel, let type, let isGreatest):
            Self.extreme(kernel, type, isGreatest) { .integers($0, $1, isNull: $2) }
        case .extremeDecimal(let kernel, let type, let isGreatest):
            Self.extreme(kernel, type, isGreatest) { .decimals($0, unscaled: $1, isNull: $2) }
        case .extremeDouble(let kernel, let type, let isGreatest):
            Self.extreme(kernel, type, isGreatest) { .floats($0, $1, isNull: $2) }
        case .extremeText(let place, let type, let isGreatest):
            TextState(place: place, type, isGreatest: isGreatest)
        }
    }

    /// MIN or MAX of numbers.
    private static func extreme<Kernel: NumberKernel>(
        _ kernel: Kernel, _ type: ColumnType, _ isGreatest: Bool,
        finish: @escaping (ColumnType, [Kernel.Number], [Bool]) -> Column
    ) -> any GroupState {
        NumberState(kernel, zero: nil as Kernel.Number?, type) { known, value in
            known.map { isGreatest ? max($0, value) : min($0, value) } ?? value
        } finish: { type, values, isNull in
            finish(type, values.map { $0 ?? 0 }, isNull)
        }
    }

    /// DECIMAL's 38 digits.
    private static let decimalLimit: UInt128 = 100_000_000_000_000_000_000_000_000_000_000_000_000
}

/// What one aggregate keeps of each group.
protocol GroupState: AnyObject {
    /// Bytes that grow with the data.
    var byteCount: Int { get }
    /// Adds rows, each to its group; `count` groups are there by now.
    func add(_ batch: RecordBatch, _ rows: [Int32], _ groups: [Int32], count: Int) throws
    /// The partial results of `count` groups; the state starts again with none.
    func finish(count: Int) -> Column
}

/// COUNT.
private final class CountState: GroupState {
    private let isNull: (RecordBatch, [Int32]) throws -> [Bool]?
    private var counts: [Int64] = []

    /// - Parameter isNull: which of the rows don't count; nil where all do.
    init(_ isNull: @escaping (RecordBatch, [Int32]) throws -> [Bool]?) { self.isNull = isNull }

    var byteCount: Int { 0 }

    func add(_ batch: RecordBatch, _ rows: [Int32], _ groups: [Int32], count: Int) throws {
        counts.extend(to: count, with: 0)
        let isNull = try isNull(batch, rows)
        counts.withUnsafeMutableBufferPointer { counts in
            if let isNull {
                for index in groups.indices where !isNull[index] { counts[Int(groups[index])] &+= 1 }
            } else {
                for group in groups { counts[Int(group)] &+= 1 }
            }
        }
    }

    func finish(count: Int) -> Column {
        counts.extend(to: count, with: 0)
        defer { counts.removeAll(keepingCapacity: true) }
        return .bigints(counts)
    }
}

/// SUM, MIN and MAX of numbers: NULL until there is a value.
private final class NumberState<Kernel: NumberKernel, State>: GroupState {
    private let kernel: Kernel
    private let zero: State
    private let type: ColumnType
    private let combine: (State, Kernel.Number) throws -> State
    private let finish: (ColumnType, [State], [Bool]) -> Column
    private var states: [State] = []
    private var isEmpty: [Bool] = []

    init(
        _ kernel: Kernel, zero: State, _ type: ColumnType,
        combine: @escaping (State, Kernel.Number) throws -> State,
        finish: @escaping (ColumnType, [State], [Bool]) -> Column
    ) {
        self.kernel = kernel
        self.zero = zero
        self.type = type
        self.combine = combine
        self.finish = finish
    }

    var byteCount: Int { 0 }

    func add(_ batch: RecordBatch, _ rows: [Int32], _ groups: [Int32], count: Int) throws {
        states.extend(to: count, with: zero)
        isEmpty.extend(to: count, with: true)
        let vector = try kernel.evaluate(batch, rows)
        for index in groups.indices {
            if let isNull = vector.isNull, isNull[index] { continue }
            let group = Int(groups[index])
            states[group] = try combine(states[group], vector.values[index])
            isEmpty[group] = false
        }
    }

    func finish(count: Int) -> Column {
        states.extend(to: count, with: zero)
        isEmpty.extend(to: count, with: true)
        defer {
            states.removeAll(keepingCapacity: true)
            isEmpty.removeAll(keepingCapacity: true)
        }
        return finish(type, states, isEmpty)
    }
}

/// MIN and MAX of a text: kept again only where it changes.
private final class TextState: GroupState {
    private let place: Int
    private let type: ColumnType
    private let isGreatest: Bool
    private var texts: [[UInt8]?] = []
    private(set) var byteCount = 0

    init(place: Int, _ type: ColumnType, isGreatest: Bool) {
        self.place = place
        self.type = type
        self.isGreatest = isGreatest
    }

    func add(_ batch: RecordBatch, _ rows: [Int32], _ groups: [Int32], count: Int) {
        texts.extend(to: count, with: nil)
        let column = batch.columns[place]
        for (index, row) in rows.enumerated() {
            column.withBytes(Int(row)) { bytes in
                let group = Int(groups[index])
                if let known = texts[group] {
                    let order = known.withUnsafeBytes { bytes.order(to: $0) }
                    guard isGreatest ? order > 0 : order < 0 else { return }
                    byteCount -= known.count
                }
                texts[group] = Array(bytes)
                byteCount += bytes.count
            }
        }
    }

    func finish(count: Int) -> Column {
        texts.extend(to: count, with: nil)
        defer {
            texts.removeAll(keepingCapacity: true)
            byteCount = 0
        }
        return .byteArrays(type, texts)
    }
}

extension Array {
    fileprivate mutating func extend(to count: Int, with element: Element) {
        if self.count < count { append(contentsOf: repeatElement(element, count: count - self.count)) }
    }
}
