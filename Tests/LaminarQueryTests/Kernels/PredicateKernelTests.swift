import LaminarFormats
import Testing

@testable import LaminarQuery

@Suite("A condition over columns")
struct PredicateKernelTests {
    private let batch: RecordBatch
    private let all: [Int32] = [0, 1, 2, 3]

    init() throws {
        let schema = try RowSchema([
            ColumnSchema("n", .bigint), ColumnSchema("x", .double), ColumnSchema("t", .text),
            ColumnSchema("b", .boolean),
        ])
        batch = try RecordBatch(
            schema: schema,
            columns: [
                .values(.bigint, [.bigint(0), .bigint(5), .null, .bigint(-3)]),
                .values(.double, [.double(1.5), .double(.nan), .null, .double(-0.0)]),
                .values(.text, [.text("Kraków"), .null, .text(""), .text("Lyon")]),
                .values(.boolean, [.boolean(true), .boolean(false), .null, .boolean(true)]),
            ])
    }

    private func truths(_ kernel: PredicateKernel) throws -> [UInt8] { try kernel.evaluate(batch, all) }

    @Test("comparisons are unknown where a side is NULL, and NaN is NULL")
    func comparisons() throws {
        #expect(try truths(.integers(.greater, .column(0), .constant(0))) == [0, 1, 2, 0])
        #expect(try truths(.doubles(.equal, .column(1), .constant(0))) == [0, 2, 2, 1])
        #expect(try truths(.texts(.less, .column(2), .constant(Array("L".utf8)))) == [1, 2, 1, 0])
        #expect(try truths(.texts(.greater, .constant(Array("L".utf8)), .column(2))) == [1, 2, 1, 0])
        #expect(try truths(.texts(.equal, .column(2), .column(2))) == [1, 2, 1, 1])
        #expect(try truths(.column(3)) == [1, 0, 2, 1])
        #expect(try truths(.isNull(1)) == [0, 1, 1, 0])
    }

    @Test("AND, OR and NOT by three values of truth")
    func logic() throws {
        let (yes, no, unknown) = (
            PredicateKernel.constant(Truth.yes), PredicateKernel.constant(Truth.no),
            PredicateKernel.constant(Truth.unknown)
        )
        let values: [(PredicateKernel, Int)] = [(no, 0), (unknown, 1), (yes, 2)]
        let truth: [UInt8] = [Truth.no, Truth.unknown, Truth.yes]
        for (left, a) in values {
            for (right, b) in values {
                #expect(try truths(.and([left, right])) == Array(repeating: truth[min(a, b)], count: 4))
                #expect(try truths(.or([left, right])) == Array(repeating: truth[max(a, b)], count: 4))
            }
            #expect(try truths(.not(left)) == Array(repeating: truth[2 - a], count: 4))
        }
    }

    @Test("what an earlier condition has ruled out is never computed")
    func shortCircuit() throws {
        let divided = PredicateKernel.integers(
            .greater, .arithmetic(.divide, .constant(10), .column(0), .bigint), .constant(1))
        #expect(throws: QueryError.self) { try truths(divided) }
        let guarded = PredicateKernel.and([.integers(.notEqual, .column(0), .constant(0)), divided])
        #expect(try truths(guarded) == [0, 1, 2, 0])
        #expect(try guarded.rows(batch, all) == [1])
        let either = PredicateKernel.or([.integers(.equal, .column(0), .constant(0)), divided])
        #expect(try truths(either) == [1, 1, 2, 0])
    }

    @Test("arithmetic that leaves its type's range is an error, but not of a NULL")
    func overflow() throws {
        let sum = IntegerKernel.arithmetic(.add, .column(0), .constant(.max), .bigint)
        #expect(throws: QueryError.self) { try sum.evaluate(batch, all) }
        #expect(try sum.evaluate(batch, [2, 3]).values[1] == .max - 3)
        let product = IntegerKernel.arithmetic(.multiply, .column(0), .constant(30_000), .smallint)
        #expect(throws: QueryError.self) { try product.evaluate(batch, all) }
        #expect(try product.evaluate(batch, [0]).values == [0])
        let double = DoubleKernel.arithmetic(.multiply, .column(1), .constant(.greatestFiniteMagnitude))
        #expect(throws: QueryError.self) { try double.evaluate(batch, all) }
    }

    @Test("a filter hands on whole batches as they are, and of others the rows that pass")
    func filtering() throws {
        let condition = PredicateKernel.column(3)
        let schema = try batch.schema.projecting([2, 0])
        let supply = FilteredSupply(
            try BatchListSupply([batch, batch], ScanRequest(columns: [2, 0, 3])), where: .column(2), places: [0, 1],
            schema: schema)
        #expect(try condition.rows(batch, all) == [0, 3])
        for _ in 0..<2 {
            let rows = try #require(try supply.next())
            #expect(rows.map(\.values) == [[.text("Kraków"), .bigint(0)], [.text("Lyon"), .bigint(-3)]])
        }
        #expect(try supply.next() == nil)
    }
}
