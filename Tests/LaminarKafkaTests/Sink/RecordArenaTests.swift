import LaminarFormats
import Testing

@testable import LaminarKafka

@Suite("Records that wait for their batch")
struct RecordArenaTests {
    private func record(
        _ key: [UInt8]?, _ value: [UInt8]?, _ extras: RecordExtras = .none
    ) -> EncodedRecord {
        var record = EncodedRecord()
        record.set(key: key)
        record.payload.isNull = value == nil
        record.payload.bytes = value ?? []
        record.extras = extras
        return record
    }

    @Test("come out as they went in; null, empty and extras stay apart") func keeps() {
        var arena = RecordArena()
        let extras = RecordExtras(headers: [KafkaHeader("a", text: "b")], partition: 3)
        let parts: [(key: [UInt8]?, value: [UInt8]?, extras: RecordExtras)] = [
            ([1, 2], [3], .none), (nil, [], .none), ([], nil, extras), (nil, nil, .none), ([9], [8, 7], .none),
        ]
        for part in parts { arena.add(record(part.key, part.value, part.extras)) }
        #expect(arena.slots.count == parts.count)
        for (slot, part) in zip(arena.slots, parts) {
            let (key, value) = arena.withBytes(of: slot) { ($0.map { Array($0) }, $1.map { Array($0) }) }
            #expect(key == part.key && value == part.value)
            #expect(arena.extras(of: slot).headers == part.extras.headers)
            #expect(arena.extras(of: slot).partition == part.extras.partition)
            #expect(slot.byteCount == (part.key?.count ?? 0) + (part.value?.count ?? 0))
        }
        arena.removeAll()
        #expect(arena.slots.isEmpty)
        arena.add(record([5], [6]))
        #expect(arena.withBytes(of: arena.slots[0]) { key, _ in key.map { Array($0) } } == [5])
    }
}
