import Foundation
import Synchronization

/// Another program, whose lines a test reads and which never outlives the test.
///
///     let peer = try ExternalProcess("/usr/bin/kcat", ["-b", servers, "-L"])
///     let metadata = try await peer.result(within: .seconds(20)).output
///
/// The program is killed when the last reference to this value goes, and within a second or two when the test's own
/// process is gone, however it went.
public final class ExternalProcess: Sendable {
    /// How a program ended and what it said.
    public struct Result: Sendable {
        /// Its exit status; a signal's number negated where one ended it.
        public let status: Int32
        /// Its standard output.
        public let output: String
        /// Its standard error.
        public let errors: String
    }

    private let program: SpawnedProgram
    private let output = CollectedOutput()
    private let errors = CollectedOutput()
    private let name: String
    private let endsWithItsInput: Bool
    private let commands = NSLock()

    /// Starts a program.
    ///
    /// - Parameters:
    ///   - executable: a path, or a name that is looked up in `PATH`.
    ///   - environment: added to this process's.
    /// - Throws: ``FixtureError`` with code `start` when there is no such program.
    public convenience init(
        _ executable: String, _ arguments: [String] = [], environment: [String: String] = [:]
    ) throws(FixtureError) {
        // A watcher beside the program, which ends it when this process is gone; `$$` in it is the program's own id,
        // for `exec` keeps it.
        let script = """
            ( while kill -0 "$PPID" && kill -0 $$; do sleep 1; done; kill -9 $$ ) </dev/null >/dev/null 2>&1 &
            exec "$0" "$@"
            """
        try self.init(
            name: executable, launch: ["sh", "-c", script, executable] + arguments, environment: environment,
            endsWithItsInput: false)
    }

    /// - Parameter endsWithItsInput: it needs no watcher, and is given the time to clean up behind itself.
    init(
        name: String, launch: [String], environment: [String: String], endsWithItsInput: Bool
    ) throws(FixtureError) {
        self.endsWithItsInput = endsWithItsInput
        program = try SpawnedProgram(
            launch, environment: ProcessInfo.processInfo.environment.merging(environment, uniquingKeysWith: { $1 }))
        self.name = name
        output.follow(program.output)
        errors.follow(program.errors)
    }

    deinit {
        endInput()
        if !endsWithItsInput { kill() }
    }

    /// The operating system's number of the process.
    public var identifier: Int32 { program.identifier }

    /// What came on standard output so far.
    public var outputSoFar: String { output.text }

    /// What came on standard error so far.
    public var errorsSoFar: String { errors.text }

    /// The next line of standard output, nil at its end.
    ///
    /// - Throws: ``FixtureError`` with code `process` when none came in time, with the end of standard error.
    public func nextLine(within timeout: Duration = .seconds(60)) async throws -> String? {
        try await onOwnedThread { [self] in try awaitLine(until: deadline(timeout)) }
    }

    /// Reads lines until one fits, and returns it.
    ///
    /// - Throws: ``FixtureError`` with code `process` when the output ended or the time ran out before, with the end of
    ///   standard error.
    public func line(
        within timeout: Duration = .seconds(60), where fits: @escaping @Sendable (String) -> Bool
    ) async throws -> String {
        try await onOwnedThread { [self] in
            let deadline = deadline(timeout)
            while let line = try awaitLine(until: deadline) {
                if fits(line) { return line }
            }
            throw FixtureError(code: .process, message: "\(name) ended without the awaited line. \(complaint)")
        }
    }

    /// Writes a line to standard input.
    ///
    /// - Throws: ``FixtureError`` with code `process` when the program doesn't read any more.
    public func send(_ line: String) async throws {
        try await onOwnedThread { [self] in try write(line) }
    }

    /// Ends standard input.
    public func endInput() {
        try? program.input.close()
    }

    /// Writes a line and returns the lines of the answer, up to the one that fits; one exchange at a time.
    func exchange(
        _ line: String, within timeout: Duration, until fits: @escaping @Sendable (String) -> Bool
    ) async throws -> [String] {
        try await onOwnedThread { [self] in
            commands.lock()
            defer { commands.unlock() }
            try write(line)
            let deadline = deadline(timeout)
            var answer: [String] = []
            while let line = try awaitLine(until: deadline) {
                answer.append(line)
                if fits(line) { return answer }
            }
            throw FixtureError(code: .process, message: "\(name) ended before it answered. \(complaint)")
        }
    }

    /// Waits for the program's end, having ended its input.
    ///
    /// - Throws: ``FixtureError`` with code `process` when it takes longer than `timeout`; it is then killed.
    public func result(within timeout: Duration = .seconds(120)) async throws -> Result {
        endInput()
        return try await onOwnedThread { [self] in
            let deadline = deadline(timeout)
            guard let status = program.status(until: deadline), output.awaitEnd(until: deadline),
                errors.awaitEnd(until: deadline)
            else {
                kill()
                throw FixtureError(code: .process, message: "\(name) did not end within \(timeout). \(complaint)")
            }
            return Result(status: status, output: output.text, errors: errors.text)
        }
    }

    /// Like ``result(within:)``, where anything but status 0 is an error.
    ///
    /// - Throws: ``FixtureError`` with code `process`, with the end of standard error.
    @discardableResult
    public func success(within timeout: Duration = .seconds(120)) async throws -> Result {
        let result = try await result(within: timeout)
        guard result.status == 0 else {
            throw FixtureError(code: .process, message: "\(name) ended with status \(result.status). \(complaint)")
        }
        return result
    }

    /// Asks the program to end (SIGTERM).
    public func terminate() { program.signal(SIGTERM) }

    /// Ends the program, and what it started, at once (SIGKILL).
    public func kill() { program.signal(SIGKILL) }

    private var complaint: String {
        let tail = errors.text.suffix(600)
        return tail.isEmpty ? "It said nothing on standard error." : "Its standard error ends with: \(tail)"
    }

    private func deadline(_ timeout: Duration) -> Date {
        Date(timeIntervalSinceNow: timeout / .seconds(1))
    }

    private func awaitLine(until deadline: Date) throws(FixtureError) -> String? {
        switch output.nextLine(until: deadline) {
        case .line(let line): return line
        case .end: return nil
        case .late: throw FixtureError(code: .process, message: "\(name) wrote no line in time. \(complaint)")
        }
    }

    /// Only on an owned thread: it keeps SIGPIPE from the process, which a closed reader would raise.
    private func write(_ line: String) throws(FixtureError) {
        var mask = sigset_t()
        sigemptyset(&mask)
        sigaddset(&mask, SIGPIPE)
        pthread_sigmask(SIG_BLOCK, &mask, nil)
        do {
            try program.input.write(contentsOf: Array((line + "\n").utf8))
        } catch {
            throw FixtureError(code: .process, message: "\(name) reads no more input. \(complaint)")
        }
    }
}

/// Gathers one stream of a program on a thread of its own, and lets others wait for its lines and its end.
private final class CollectedOutput: Sendable {
    enum Next { case line(String), end, late }

    private struct State {
        var bytes: [UInt8] = []
        var read = 0
        var ended = false
    }

    private let state = Mutex(State())
    private let changed = NSCondition()

    func follow(_ handle: FileHandle) {
        Thread.detachNewThread { [self] in
            // `FileHandle.read(upToCount:)` waits until it has that much; `read` gives what is there.
            var chunk = [UInt8](repeating: 0, count: 1 << 16)
            while true {
                let count = read(handle.fileDescriptor, &chunk, chunk.count)
                if count < 0 && errno == EINTR { continue }
                guard count > 0 else { break }
                state.withLock { $0.bytes += chunk[..<count] }
                announce()
            }
            state.withLock { $0.ended = true }
            announce()
        }
    }

    var text: String { state.withLock { String(decoding: $0.bytes, as: UTF8.self) } }

    func nextLine(until deadline: Date) -> Next {
        changed.lock()
        defer { changed.unlock() }
        while true {
            let next: Next? = state.withLock { state in
                if let end = state.bytes[state.read...].firstIndex(of: UInt8(ascii: "\n")) {
                    let line = String(decoding: state.bytes[state.read..<end], as: UTF8.self)
                    state.read = end + 1
                    return .line(line)
                }
                guard state.ended else { return nil }
                guard state.read < state.bytes.count else { return .end }
                let line = String(decoding: state.bytes[state.read...], as: UTF8.self)
                state.read = state.bytes.count
                return .line(line)
            }
            if let next { return next }
            guard changed.wait(until: deadline) else { return .late }
        }
    }

    func awaitEnd(until deadline: Date) -> Bool {
        changed.lock()
        defer { changed.unlock() }
        while !state.withLock({ $0.ended }) {
            guard changed.wait(until: deadline) else { return state.withLock { $0.ended } }
        }
        return true
    }

    private func announce() {
        changed.lock()
        changed.broadcast()
        changed.unlock()
    }
}
