import LaminarFormats
import LaminarStore
import Testing

@testable import LaminarQuery

@Suite struct GroupKeyTests {
    private func key(_ values: [SQLiteValue], _ types: [ColumnType]) -> [UInt8] {
        GroupKey.bytes(values, types.map { GroupKey.Part($0) })
    }

    @Test("keys are equal exactly when their values are, NULL included")
    func equality() {
        let values: [SQLiteValue] = [
            .null, .integer(0), .integer(1), .integer(-1), .real(0), .real(1), .text(""), .text("a"), .text("ab"),
            .blob([]), .blob([97]),
        ]
        for (left, leftValue) in values.enumerated() {
            for (right, rightValue) in values.enumerated() {
                let isEqual = key([leftValue], [.text]) == key([rightValue], [.text])
                #expect(isEqual == (left == right), "\(leftValue) \(rightValue)")
            }
        }
        #expect(key([.text("a"), .text("bc")], [.text, .text]) != key([.text("ab"), .text("c")], [.text, .text]))
        #expect(key([.real(-0.0)], [.double]) == key([.real(0.0)], [.double]))
    }

    @Test("intervals of one length are one key: a month is 30 days")
    func intervals() {
        let month = StoredValue.stored(.interval(CalendarInterval(months: 1)))
        let days = StoredValue.stored(.interval(CalendarInterval(days: 30)))
        #expect(month != days)
        #expect(key([month], [.interval]) == key([days], [.interval]))
    }
}

@Suite struct GroupMergeTests {
    private func decimal(_ text: String) throws -> SQLiteValue {
        .blob(Array(try #require(Self.stored(text))))
    }

    private static func stored(_ text: String) -> [UInt8]? {
        guard let number = ExactDecimal(text), case .blob(let bytes) = StoredValue.stored(.decimal(number)) else {
            return nil
        }
        return bytes
    }

    @Test("sums are exact, and NULL adds nothing")
    func sums() throws {
        #expect(try GroupedPlan.Merge.count.merged(.integer(2), .integer(3)) == .integer(5))
        #expect(try GroupedPlan.Merge.addIntegers.merged(.null, .integer(3)) == .integer(3))
        #expect(try GroupedPlan.Merge.addIntegers.merged(.integer(3), .null) == .integer(3))
        #expect(try GroupedPlan.Merge.addDoubles.merged(.real(0.5), .real(0.25)) == .real(0.75))
        #expect(
            try GroupedPlan.Merge.addDecimals.merged(decimal("0.1"), decimal("99999999999999999999.9"))
                == decimal("100000000000000000000.0"))
    }

    @Test("a sum that doesn't fit is an error, not another number")
    func overflow() {
        #expect(throws: QueryError.self) { try GroupedPlan.Merge.addIntegers.merged(.integer(.max), .integer(1)) }
        #expect(throws: QueryError.self) { try GroupedPlan.Merge.addIntegers.merged(.text("x"), .integer(1)) }
    }

    @Test("the least and the greatest stay")
    func extremes() throws {
        #expect(try GroupedPlan.Merge.least.merged(.text("b"), .text("a")) == .text("a"))
        #expect(try GroupedPlan.Merge.greatest.merged(.text("b"), .text("Ü")) == .text("Ü"))
        #expect(try GroupedPlan.Merge.greatest.merged(decimal("-2"), decimal("1.5")) == decimal("1.5"))
        #expect(try GroupedPlan.Merge.least.merged(.null, .integer(1)) == .integer(1))
    }
}
