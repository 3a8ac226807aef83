import Testing

@testable import LaminarKafka

@Suite("Whoever asks to read again gets an answer")
struct RewindRequestsTests {
    private static let target = RewindRequests.Target.offsets([TopicPartition("t", 0): 7])

    @Test("the thread's answer") func answered() async throws {
        let requests = RewindRequests()
        let wake = WakeSignal()
        async let outcome = requests.ask(Self.target, wake: wake)
        var taken: [RewindRequests.Request] = []
        while taken.isEmpty {
            taken = requests.take()
            await Task.yield()
        }
        #expect(taken.map(\.target) == [Self.target])
        taken[0].answer?.resume(returning: .success([TopicPartition("t", 0)]))
        #expect(try await outcome.get() == [TopicPartition("t", 0)])
    }

    @Test("nothing, at once, when the thread has ended or ends") func closed() async throws {
        let requests = RewindRequests()
        let wake = WakeSignal()
        async let waiting = requests.ask(Self.target, wake: wake)
        requests.close()
        #expect(try await waiting.get().isEmpty)
        #expect(try await requests.ask(Self.target, wake: wake).get().isEmpty)
    }
}
