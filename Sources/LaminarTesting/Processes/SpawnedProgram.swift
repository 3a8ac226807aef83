internal import CRdKafka
import Foundation
import Synchronization

/// One program started by `posix_spawn`, its three streams and its end.
///
/// Not Foundation's `Process`: on Linux (Swift 6.3.1) its `waitUntilExit` spins on a thread without a run loop, and the
/// ended child stays unreaped.
final class SpawnedProgram: Sendable {
    let identifier: pid_t
    let input: FileHandle
    let output: FileHandle
    let errors: FileHandle

    private enum End { case running, status(Int32) }
    private let end = Mutex(End.running)
    private let changed = NSCondition()

    /// One start at a time: a child that is started between a pipe's making and its marking would inherit its ends.
    private static let starting = NSLock()

    /// - Throws: ``FixtureError`` with code `start` where the program can't be started.
    init(_ arguments: [String], environment: [String: String]) throws(FixtureError) {
        let name = arguments.first ?? "nothing"
        Self.starting.lock()
        defer { Self.starting.unlock() }
        let input = try Self.makePipe()
        let output = try Self.makePipe()
        let errors = try Self.makePipe()
        let ends = [(input.read, Int32(0)), (output.write, 1), (errors.write, 2)]
        #if canImport(Darwin)
            var actions: posix_spawn_file_actions_t?
            var attributes: posix_spawnattr_t?
        #else
            var actions = posix_spawn_file_actions_t()
            var attributes = posix_spawnattr_t()
        #endif
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for (handle, number) in ends {
            posix_spawn_file_actions_adddup2(&actions, handle.fileDescriptor, number)
        }
        #if canImport(Glibc)
            // Nothing else: a pipe of somebody's that a program holds open as long as it lives has a reader that waits for its
            // end as long. (POSIX_SPAWN_CLOEXEC_DEFAULT, below, is Darwin's way.)
            laminar_inherit_streams_only(&actions)
        #endif
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // A group of its own, and none of the signals that this process ignores or blocks.
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        sigaddset(&signals, SIGPIPE)
        posix_spawnattr_setsigdefault(&attributes, &signals)
        posix_spawnattr_setpgroup(&attributes, 0)
        var flags = POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF
        #if canImport(Darwin)
            flags |= POSIX_SPAWN_CLOEXEC_DEFAULT
        #endif
        posix_spawnattr_setflags(&attributes, Int16(flags))

        var identifier: pid_t = 0
        let variables = environment.map { "\($0.key)=\($0.value)" }
        let error = Self.withCStrings(arguments) { arguments in
            Self.withCStrings(variables) { variables in
                posix_spawnp(&identifier, name, &actions, &attributes, arguments, variables)
            }
        }
        for (handle, _) in ends { try? handle.close() }
        guard error == 0 else {
            throw FixtureError(
                code: .start, message: "\(name) could not be started: \(String(cString: strerror(error))).")
        }
        self.identifier = identifier
        self.input = input.write
        self.output = output.read
        self.errors = errors.read
        Thread.detachNewThread { [self] in reap() }
    }

    /// Waits for the end; nil when it doesn't come in time. Blocks: only on an owned thread.
    func status(until deadline: Date) -> Int32? {
        changed.lock()
        defer { changed.unlock() }
        while true {
            if case .status(let status) = end.withLock({ $0 }) { return status }
            guard changed.wait(until: deadline) else { return nil }
        }
    }

    /// Sends a signal to the program and what it started; none once it has ended, for its number may be another's.
    func signal(_ number: Int32) {
        end.withLock { end in
            guard case .running = end else { return }
            _ = kill(-identifier, number)
        }
    }

    private func reap() {
        var information = siginfo_t()
        // Its number stays taken until it is reaped, which happens under the lock that `signal` takes too.
        while waitid(P_PID, id_t(identifier), &information, WEXITED | WNOWAIT) == -1 && errno == EINTR {}
        end.withLock { end in
            var status: Int32 = 0
            while waitpid(identifier, &status, 0) == -1 && errno == EINTR {}
            let signal = status & 0x7f
            end = .status(signal == 0 ? (status >> 8) & 0xff : -signal)
        }
        changed.lock()
        changed.broadcast()
        changed.unlock()
    }

    /// A pipe whose ends no other child inherits: its reader would wait for an end that never comes.
    private static func makePipe() throws(FixtureError) -> (read: FileHandle, write: FileHandle) {
        var ends: [Int32] = [-1, -1]
        let made = pipe(&ends) == 0 && ends.allSatisfy { fcntl($0, F_SETFD, FD_CLOEXEC) == 0 }
        guard made else {
            throw FixtureError(code: .start, message: "No pipe could be made: \(String(cString: strerror(errno))).")
        }
        return (
            FileHandle(fileDescriptor: ends[0], closeOnDealloc: true),
            FileHandle(fileDescriptor: ends[1], closeOnDealloc: true)
        )
    }

    private static func withCStrings<Result>(
        _ texts: [String], _ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> Result
    ) -> Result {
        var copies: [UnsafeMutablePointer<CChar>?] = texts.map { strdup($0) }
        defer { for copy in copies { free(copy) } }
        copies.append(nil)
        return copies.withUnsafeMutableBufferPointer { buffer in
            guard let start = buffer.baseAddress else {
                var none: UnsafeMutablePointer<CChar>?
                return body(&none)
            }
            return body(start)
        }
    }
}
