import Testing

@testable import LaminarKafka

@Suite("Records find their values")
struct ValueMapTests {
    @Test("where every record has one there is no map") func plain() {
        var map = ValueMap(records: 5)
        map.addValues(2, at: 0)
        map.addValues(3, at: 2)
        #expect(map.finish(records: 5) == nil)
    }

    @Test("tombstones and skipped records are told apart") func mixed() {
        var map = ValueMap(records: 6)
        map.addValues(2, at: 0)
        map.addTombstone(at: 2)
        map.addValues(1, at: 4)
        #expect(map.finish(records: 6) == [0, 1, -1, -2, 2, -2])
    }

    @Test("rows come in the order of their records") func rows() {
        let rows = RowRecords(count: 3, valueOfRecord: [0, -1, 1, -2, 2])
        #expect(Array(rows) == [0, 2, 4])
        #expect(Array(RowRecords(count: 2, valueOfRecord: nil)) == [0, 1])
    }
}
