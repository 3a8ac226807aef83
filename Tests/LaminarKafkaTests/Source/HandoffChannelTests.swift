import Testing

@testable import LaminarKafka

@Suite("The channel hands over everything in order and ends once")
struct HandoffChannelTests {
    struct Broken: Error, Equatable {}

    @Test("what was sent before the end arrives before the end") func order() async throws {
        let channel = HandoffChannel<Int>()
        let sender = Task.detached {
            for number in 0..<1000 { channel.send(number) }
            channel.finish(.failure(Broken()))
        }
        var received: [Int] = []
        await #expect(throws: Broken.self) {
            while let number = try await channel.receive() { received.append(number) }
        }
        await sender.value
        #expect(received == Array(0..<1000))
    }

    @Test("a cancelled receiver gets nil, and the next one gets the element") func cancellation() async throws {
        let channel = HandoffChannel<Int>()
        let waiting = Task { try await channel.receive() }
        waiting.cancel()
        #expect(try await waiting.value == nil)
        channel.send(7)
        #expect(try await channel.receive() == 7)
    }

    @Test("only the first who claims it may receive") func claims() {
        let channel = HandoffChannel<Int>()
        #expect(channel.claim())
        #expect(!channel.claim())
    }

    @Test("only the first end counts, and nothing is taken after it") func end() async throws {
        let channel = HandoffChannel<Int>()
        channel.finish()
        channel.finish(.failure(Broken()))
        channel.send(1)
        #expect(try await channel.receive() == nil)
        #expect(channel.tryReceive() == nil)
    }
}
