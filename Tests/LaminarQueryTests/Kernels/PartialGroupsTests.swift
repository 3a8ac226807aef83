import LaminarFormats
import Testing

@testable import LaminarQuery

@Suite("Groups over columns add up to what rows give")
struct PartialGroupsTests {
    private struct Sums: Equatable {
        var count: Int64 = 0
        var sum: Int128?
        var least: Value = .null
        var greatest: Value = .null
    }

    private func batches(rows: Int, keys: Int64, size: Int = 1000) throws -> ([RecordBatch], [[Value]]) {
        let schema = try RowSchema([
            ColumnSchema("k", .int), ColumnSchema("c", .text), ColumnSchema("n", .bigint), ColumnSchema("t", .text),
        ])
        let all: [[Value]] = (0..<rows).map { _ in
            [
                Int.random(in: 0..<10) == 0 ? .null : .int(Int32(Int64.random(in: 0..<keys))),
                Int.random(in: 0..<10) == 0 ? .null : .text("city \(Int.random(in: 0..<3))"),
                Int.random(in: 0..<5) == 0 ? .null : .bigint(.random(in: .min ... .max)),
                Int.random(in: 0..<5) == 0 ? .null : .text("\(Int.random(in: 0..<1000))"),
            ]
        }
        let batches = try stride(from: 0, to: rows, by: size).map { start in
            let part = all[start..<min(rows, start + size)]
            return try RecordBatch(
                schema: schema,
                columns: schema.columns.enumerated().map { place, column in
                    try Column.values(column.type, part.map { $0[place] })
                })
        }
        return (batches, all)
    }

    @Test("many batches, NULL keys, a condition and a filter; groups that come several times", arguments: [7, 100_000])
    func sums(keys: Int64) throws {
        let (batches, rows) = try batches(rows: 100_000, keys: keys)
        let plan = try GroupPlan(
            where: .not(.isNull(3)), keys: [.integer(.column(0), .int), .text(1, .text)],
            aggregates: [
                PartialAggregate(.count, filter: .integers(.greater, .column(2), .constant(0))),
                PartialAggregate(.sumIntegers(.column(2))),
                PartialAggregate(.extremeInteger(.column(2), .bigint, isGreatest: false)),
                PartialAggregate(.extremeText(3, .text, isGreatest: true)),
            ])
        let supply = PartialGroups(try BatchListSupply(batches, ScanRequest(columns: [0, 1, 2, 3])), plan)
        var found: [[Value]: Sums] = [:]
        while let groups = try supply.next() {
            for row in groups {
                let values = row.values
                var sums = found[Array(values[..<2])] ?? Sums()
                if case .bigint(let count) = values[2] { sums.count += count }
                if case .decimal(let sum) = values[3] { sums.sum = (sums.sum ?? 0) + sum.unscaled }
                sums.least = Self.extreme(sums.least, values[4], isGreatest: false)
                sums.greatest = Self.extreme(sums.greatest, values[5], isGreatest: true)
                found[Array(values[..<2])] = sums
            }
        }
        var expected: [[Value]: Sums] = [:]
        for row in rows where row[3] != .null {
            var sums = expected[Array(row[..<2])] ?? Sums()
            if case .bigint(let number) = row[2] {
                if number > 0 { sums.count += 1 }
                sums.sum = (sums.sum ?? 0) + Int128(number)
            }
            sums.least = Self.extreme(sums.least, row[2], isGreatest: false)
            sums.greatest = Self.extreme(sums.greatest, row[3], isGreatest: true)
            expected[Array(row[..<2])] = sums
        }
        #expect(found == expected)
    }

    private static func extreme(_ left: Value, _ right: Value, isGreatest: Bool) -> Value {
        switch (left, right) {
        case (.null, _): return right
        case (_, .null): return left
        case (.bigint(let a), .bigint(let b)): return .bigint(isGreatest ? max(a, b) : min(a, b))
        case (.text(let a), .text(let b)): return .text(isGreatest ? max(a, b) : min(a, b))
        default: return left
        }
    }

    @Test("without keys all rows are one group, and no rows are none")
    func oneGroup() throws {
        let (batches, _) = try batches(rows: 2500, keys: 3)
        let plan = try GroupPlan(where: nil, keys: [], aggregates: [PartialAggregate(.count)])
        let supply = PartialGroups(try BatchListSupply(batches, ScanRequest(columns: [])), plan)
        #expect(try supply.next()?[0].values == [.bigint(2500)])
        #expect(try supply.next() == nil)
        let nothing = PartialGroups(try BatchListSupply([], ScanRequest(columns: [])), plan)
        #expect(try nothing.next() == nil)
    }
}
