import LaminarCore
import LaminarHTTP
import Synchronization
import Testing

@testable import LaminarAWS

@Suite struct KeptCredentialsTests {
    @Test("the service is asked once while its credentials are good, and again before their end")
    func renewal() async throws {
        let answers = Mutex(0)
        let world = FakeWorld(["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "/"]) { _ in
            answers.withLock { $0 += 1 }
            return .issued(id: "AK\(answers.withLock { $0 })", until: "2024-01-01T0\(answers.withLock { $0 }):00:00Z")
        }
        let chain = try world.chain()
        #expect(try await chain.credentials().accessKeyID == "AK1")
        world.now += 3299
        #expect(try await chain.credentials().accessKeyID == "AK1")
        world.now += 1
        #expect(try await chain.credentials().accessKeyID == "AK2")
        #expect(world.requests.count == 2)
    }

    @Test("an outage goes unnoticed until the old credentials end, then it is an error, then it is over")
    func outage() async throws {
        let isOut = Mutex(false)
        let world = FakeWorld(["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "/"]) { _ throws(HTTPError) in
            if isOut.withLock({ $0 }) { throw HTTPError(.timeout, "No answer in time.") }
            return .issued(id: "AK", until: "2024-01-01T01:00:00Z")
        }
        let chain = try world.chain()
        _ = try await chain.credentials()
        isOut.withLock { $0 = true }
        world.now += 3300
        for _ in 0..<3 { #expect(try await chain.credentials().accessKeyID == "AK") }
        #expect(world.requests.count == 2)
        world.now += 299
        #expect(try await chain.credentials().accessKeyID == "AK")
        world.now += 1
        let error = await #expect(throws: AWSError.self) { try await chain.credentials() }
        #expect(error?.isTransient == true)
    }

    @Test("many who ask at once make one request")
    func singleFlight() async throws {
        let gate = Gate()
        let kept = KeptCredentials(surroundings: FakeWorld().surroundings) {
            await gate.pass()
            return AWSCredentials(accessKeyID: "AK", secretAccessKey: Secret("s"))
        }
        try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 0..<50 { group.addTask { try await kept.credentials().accessKeyID } }
            await gate.open()
            for try await id in group { #expect(id == "AK") }
        }
        #expect(await gate.passed == 1)
    }

    @Test("whoever is cancelled stops waiting, and the others get theirs")
    func cancellation() async throws {
        let gate = Gate()
        let kept = KeptCredentials(surroundings: FakeWorld().surroundings) {
            await gate.pass()
            return AWSCredentials(accessKeyID: "AK", secretAccessKey: Secret("s"))
        }
        let impatient = Task { try await kept.credentials() }
        await gate.untilSomebodyWaits()
        let patient = Task { try await kept.credentials() }
        impatient.cancel()
        await #expect(throws: CancellationError.self) { try await impatient.value }
        await gate.open()
        #expect(try await patient.value.accessKeyID == "AK")
    }
}

/// Holds whoever comes until it is opened.
private actor Gate {
    private var isOpen = false
    private var held: [CheckedContinuation<Void, Never>] = []
    private var watching: [CheckedContinuation<Void, Never>] = []
    private(set) var passed = 0

    func pass() async {
        passed += 1
        guard !isOpen else { return }
        await withCheckedContinuation { continuation in
            held.append(continuation)
            for watcher in watching { watcher.resume() }
            watching = []
        }
    }

    func untilSomebodyWaits() async {
        guard held.isEmpty else { return }
        await withCheckedContinuation { watching.append($0) }
    }

    func open() {
        isOpen = true
        for continuation in held { continuation.resume() }
        held = []
    }
}
