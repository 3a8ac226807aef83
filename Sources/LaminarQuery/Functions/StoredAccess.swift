import LaminarFormats
import LaminarStore

// Arguments and results of functions in their stored forms.
extension SQLiteArguments {
    /// A DECIMAL.
    func decimal(_ index: Int) throws(QueryError) -> DecimalNumber {
        if storage(index) == .integer { return DecimalNumber(int64(index)) }
        guard let (unscaled, scale) = StoredDecimal.decode(bytes(index)) else { throw .notStored("DECIMAL") }
        return DecimalNumber(unscaled: unscaled, scale: scale)
    }

    /// An INTERVAL.
    func interval(_ index: Int) throws(QueryError) -> CalendarInterval {
        guard let interval = StoredInterval.decode(bytes(index)) else { throw .notStored("INTERVAL") }
        return interval
    }

    /// A TIMESTAMP.
    func timestamp(_ index: Int) -> Timestamp { Timestamp(microseconds: int64(index)) }

    /// An argument that is written into the text by the catalog: a scale.
    func extra(_ index: Int) -> Int { Int(truncatingIfNeeded: int64(index)) }
}

extension SQLiteResult {
    /// A DECIMAL.
    func set(_ number: DecimalNumber) {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: StoredDecimal.capacity) { room in
            guard let start = room.baseAddress else { return }
            let count = StoredDecimal.encode(number.unscaled, scale: number.scale, into: start)
            set(blob: UnsafeRawBufferPointer(start: start, count: count))
        }
    }

    /// An INTERVAL.
    func set(_ interval: CalendarInterval) { set(blob: StoredInterval.encode(interval)) }

    /// A TIMESTAMP.
    func set(_ timestamp: Timestamp) { set(timestamp.microseconds) }

    /// A REAL or DOUBLE that came from a computation over finite numbers.
    func set(checked value: Double, isReal: Bool = false) throws(QueryError) {
        let value = isReal ? Double(Float(value)) : value
        guard value.isFinite else {
            throw value.isNaN
                ? QueryError(.outOfRange, "the result isn't a number")
                : QueryError(.outOfRange, "value out of range: overflow")
        }
        set(value)
    }
}

extension QueryError {
    static func notStored(_ type: String) -> QueryError {
        QueryError(.engine, "The engine gave a value that isn't \(type) to a function that takes one.")
    }
}
