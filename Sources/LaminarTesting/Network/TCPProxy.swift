import Foundation
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A stretch of network that can be cut, slowed down and frozen: it listens on a port and carries every connection on to
/// another one.
///
///     let proxy = try TCPProxy(to: "127.0.0.1", port: postgres.port)
///     …                                                     // the client connects to 127.0.0.1:proxy.port
///     proxy.cut()                                           // every connection is reset, new ones are refused
///     proxy.restore()
///     proxy.slowDown(bytesPerSecond: 20_000)                // each connection, each way
///     proxy.freeze()                                        // connections stay, and carry nothing: a cable that is pulled
///     proxy.close()
///
/// A Kafka broker tells its clients where to connect: ``KafkaFixture/start(version:nodes:properties:proxied:javaOptions:)``
/// has one before each node.
public final class TCPProxy: Sendable {
    enum Mode: Equatable {
        case open
        case slow(bytesPerSecond: Int)
        case frozen
        case cut
    }

    private struct State {
        var mode = Mode.open
        var target: (host: String, port: Int)?
        var descriptors: Set<Int32> = []
        var connections = 0
        var isClosed = false
    }

    private let state = Mutex(State())
    private let changed = NSCondition()
    private let listener: Int32
    /// The port on 127.0.0.1.
    public let port: Int

    /// Listens on a free port of 127.0.0.1.
    ///
    /// - Parameters:
    ///   - host: where connections are carried on to; an IPv4 address. It can be given later by ``carryOn(to:port:)``.
    ///   - target: its port.
    /// - Throws: ``FixtureError`` with code `start`.
    public init(to host: String? = nil, port target: Int = 0) throws(FixtureError) {
        let listener = socket(AF_INET, Self.stream, 0)
        var address = Self.address("127.0.0.1", 0)
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isListening = withUnsafeMutablePointer(to: &address) { address in
            address.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(listener, address, size) == 0 && listen(listener, 64) == 0
                    && getsockname(listener, address, &size) == 0
            }
        }
        guard listener >= 0, isListening else {
            throw FixtureError(
                code: .start, message: "A proxy could not listen on 127.0.0.1: \(String(cString: strerror(errno))).")
        }
        _ = fcntl(listener, F_SETFD, FD_CLOEXEC)
        self.listener = listener
        port = Int(UInt16(bigEndian: address.sin_port))
        if let host { carryOn(to: host, port: target) }
        Thread.detachNewThread { [self] in acceptAll() }
    }

    /// Its own address, `127.0.0.1:port`.
    public var address: String { "127.0.0.1:\(port)" }

    /// How many connections it has carried, those that are over included.
    public var connectionCount: Int { state.withLock { $0.connections } }

    /// Where connections that come from now on are carried to.
    public func carryOn(to host: String, port: Int) { state.withLock { $0.target = (host, port) } }

    // MARK: - Weather

    /// Ends every connection with a reset, and every new one at once, until ``restore()``.
    public func cut() { change(.cut) }

    /// Ends every connection with a reset; new ones are carried.
    public func cutOnce() {
        change(.cut)
        change(.open)
    }

    /// Carries at most so many bytes a second, each connection and each way.
    public func slowDown(bytesPerSecond: Int) { change(.slow(bytesPerSecond: max(1, bytesPerSecond))) }

    /// Carries nothing, and says nothing; new connections are taken and hang.
    public func freeze() { change(.frozen) }

    /// Fine weather again.
    public func restore() { change(.open) }

    /// Ends it and every connection.
    public func close() {
        state.withLock { $0.isClosed = true }
        change(.cut)
        shutdown(listener, Self.bothWays)
    }

    private func change(_ mode: Mode) {
        state.withLock { state in
            state.mode = mode
            guard mode == .cut else { return }
            for descriptor in state.descriptors {
                // A linger of nothing makes the close a reset.
                var linger = linger(l_onoff: 1, l_linger: 0)
                setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout.size(ofValue: linger)))
                shutdown(descriptor, Self.bothWays)
            }
        }
        changed.lock()
        changed.broadcast()
        changed.unlock()
    }

    // MARK: - Carrying

    private func acceptAll() {
        while true {
            let client = accept(listener, nil, nil)
            let (mode, target, isClosed) = state.withLock { ($0.mode, $0.target, $0.isClosed) }
            if isClosed {
                if client >= 0 { _ = Self.systemClose(client) }
                break
            }
            guard client >= 0 else {
                if errno == EINTR || errno == ECONNABORTED { continue }
                break
            }
            guard mode != .cut, let target, let server = Self.connected(to: target) else {
                _ = Self.systemClose(client)
                continue
            }
            Self.prepare(client)
            let ways = OpenWays()
            state.withLock { state in
                state.connections += 1
                state.descriptors.formUnion([client, server])
            }
            for (from, to) in [(client, server), (server, client)] {
                Thread.detachNewThread { [self] in
                    carry(from: from, to: to)
                    // The second of the two ways closes both ends.
                    guard ways.isLast() else { return }
                    state.withLock { state in
                        state.descriptors.subtract([client, server])
                        _ = Self.systemClose(client)
                        _ = Self.systemClose(server)
                    }
                }
            }
        }
        _ = Self.systemClose(listener)
    }

    private func carry(from: Int32, to: Int32) {
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        defer {
            shutdown(from, Self.bothWays)
            shutdown(to, Self.bothWays)
        }
        while let mode = awaitMovement() {
            var wanted = buffer.count
            if case .slow(let rate) = mode { wanted = min(wanted, max(1, rate / 20)) }
            let count = recv(from, &buffer, wanted, 0)
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { return }
            // What arrives after the cable was pulled goes nowhere.
            guard let now = awaitMovement() else { return }
            if case .slow(let rate) = now { pass(Double(count) / Double(rate)) }
            var sent = 0
            while sent < count {
                let written = buffer[sent..<count].withUnsafeBytes { send(to, $0.baseAddress, $0.count, Self.noSignal) }
                if written < 0 && errno == EINTR { continue }
                guard written > 0 else { return }
                sent += written
            }
        }
    }

    /// Waits while it is frozen; nil once it is cut.
    private func awaitMovement() -> Mode? {
        changed.lock()
        defer { changed.unlock() }
        while true {
            let mode = state.withLock { $0.mode }
            switch mode {
            case .open, .slow: return mode
            case .cut: return nil
            case .frozen: changed.wait()
            }
        }
    }

    /// The time that bytes take on a slow line, unless the weather changes meanwhile.
    private func pass(_ seconds: Double) {
        let end = Date(timeIntervalSinceNow: seconds)
        changed.lock()
        defer { changed.unlock() }
        while Date() < end {
            guard case .slow = state.withLock({ $0.mode }) else { return }
            _ = changed.wait(until: end)
        }
    }

    private static func connected(to target: (host: String, port: Int)) -> Int32? {
        let server = socket(AF_INET, stream, 0)
        guard server >= 0 else { return nil }
        prepare(server)
        var address = address(target.host, target.port)
        let size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafePointer(to: &address) { address in
            address.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(server, $0, size) }
        }
        guard result == 0 else {
            _ = systemClose(server)
            return nil
        }
        return server
    }

    /// No child process inherits it, small pieces go at once, and a peer that is gone raises no signal.
    private static func prepare(_ descriptor: Int32) {
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        var on: Int32 = 1
        let size = socklen_t(MemoryLayout<Int32>.size)
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &on, size)
        #if canImport(Darwin)
            setsockopt(descriptor, SOL_SOCKET, SO_NOSIGPIPE, &on, size)
        #endif
    }

    private static func address(_ host: String, _ port: Int) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(truncatingIfNeeded: port).bigEndian
        inet_pton(AF_INET, host, &address.sin_addr)
        return address
    }

    #if canImport(Darwin)
        private static let stream = SOCK_STREAM
        private static let noSignal: Int32 = 0
        private static let bothWays = SHUT_RDWR
        private static func systemClose(_ descriptor: Int32) -> Int32 { Darwin.close(descriptor) }
    #else
        private static let stream = Int32(SOCK_STREAM.rawValue)
        private static let noSignal = Int32(MSG_NOSIGNAL)
        private static let bothWays = Int32(SHUT_RDWR)
        #if canImport(Musl)
            private static func systemClose(_ descriptor: Int32) -> Int32 { Musl.close(descriptor) }
        #else
            private static func systemClose(_ descriptor: Int32) -> Int32 { Glibc.close(descriptor) }
        #endif
    #endif
}

/// Tells which of a connection's two ways ends last.
private final class OpenWays: Sendable {
    private let ended = Atomic<Int>(0)

    func isLast() -> Bool { ended.add(1, ordering: .acquiringAndReleasing).newValue == 2 }
}
