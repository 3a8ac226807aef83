import Synchronization
import Testing

@testable import LaminarKafka

@Suite("What goes with a record and comes back with its report")
struct DeliveryTagTests {
    @Test("a count of bytes needs no memory", arguments: [0, 1, 255, 64 << 20]) func counted(bytes: Int) throws {
        let opaque = try #require(DeliveryTag.counted(bytes: bytes).opaque)
        guard case .counted(let back) = DeliveryTag(opaque) else {
            Issue.record("not a count")
            return
        }
        #expect(back == bytes)
    }

    @Test("a receipt lives as long as a record carries it") func receipt() throws {
        weak var gone: Receipt?
        var opaques: [UnsafeMutableRawPointer] = []
        do {
            let receipt = Receipt(bytes: 5) { _ in }
            gone = receipt
            for _ in 0..<2 { opaques.append(try #require(DeliveryTag.receipt(receipt).opaque)) }
        }
        #expect(gone?.bytes == 5)
        for opaque in opaques { _ = DeliveryTag(opaque) }
        #expect(gone == nil)
    }

    @Test("many are done when the last is acknowledged, not before all were handed over") func many() {
        let done = Mutex<[String]>([])
        let count = DeliveryCount { error in done.withLock { $0.append(error?.message ?? "all") } }
        for _ in 0..<3 { count.add() }
        for _ in 0..<3 { count.reported(nil) }
        #expect(done.withLock { $0 } == [])
        count.finish()
        #expect(done.withLock { $0 } == ["all"])
        let empty = DeliveryCount { _ in done.withLock { $0.append("empty") } }
        empty.finish()
        #expect(done.withLock { $0 } == ["all", "empty"], "a batch without outputs is done at once")
    }

    @Test("of many that fail the first is told, once, and success never") func failure() {
        let done = Mutex<[String]>([])
        let count = DeliveryCount { error in done.withLock { $0.append(error?.message ?? "all") } }
        for _ in 0..<4 { count.add() }
        count.withdraw()
        count.reported(nil)
        count.reported(KafkaError(code: .delivery, message: "first"))
        count.reported(KafkaError(code: .delivery, message: "second"))
        count.finish()
        #expect(done.withLock { $0 } == ["first"])
    }
}
