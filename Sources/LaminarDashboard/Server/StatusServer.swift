internal import CMicroHTTPD
import Dispatch
import LaminarCore
import Synchronization

/// The web server: one thread of libmicrohttpd's that answers, and one of ours that takes the numbers and feeds the open
/// pages.
///
/// Bounded: 64 connections, 16 of them live pages; half a minute for a request. A page that reads too slowly misses numbers.
final class StatusServer: Sendable {
    private static let mostConnections: UInt32 = 64
    private static let mostStreams = 16
    private static let requestSeconds: UInt32 = 30

    private struct State {
        var daemon: Daemon?
        var streams: [ObjectIdentifier: EventStream] = [:]
        var isStopped = false
    }
    /// libmicrohttpd's handle may be used from any thread.
    private struct Daemon: @unchecked Sendable { let pointer: OpaquePointer }

    private let state = Mutex(State())
    private let check: HostCheck
    private let history: StatusHistory
    private let end = DispatchSemaphore(value: 0)
    private let routes: Routes

    init(guarding check: HostCheck, _ history: StatusHistory) {
        self.check = check
        self.history = history
        routes = Routes(history)
    }

    /// - Returns: address and port.
    func start(_ place: ListenAddress) throws(DashboardError) -> String {
        // Lives until the daemon has stopped: `finish` gives it back.
        let context = Unmanaged.passRetained(self).toOpaque()
        let daemon = place.bytes.withUnsafeBufferPointer { bytes in
            laminar_status_server_start(
                bytes.baseAddress, place.isV6 ? 1 : 0, place.port, Self.mostConnections, Self.requestSeconds,
                { context, connection, url, method, _, _, _, _ in
                    guard let context, let connection, let url, let method else {
                        return laminar_http_hang_up()
                    }
                    let server = Unmanaged<StatusServer>.fromOpaque(context).takeUnretainedValue()
                    return server.answer(connection, String(cString: method), String(cString: url))
                }, context)
        }
        guard let daemon else {
            Unmanaged<StatusServer>.fromOpaque(context).release()
            throw DashboardError(
                code: .taken,
                message:
                    "The dashboard can't listen on \(place.shownHost):\(place.port): the port is taken, or it isn't an "
                    + "address of this machine. Choose another port; 0 takes a free one.")
        }
        let handle = Daemon(pointer: daemon)
        state.withLock { $0.daemon = handle }
        do { try OwnedThread.start { [weak self, end] in StatusServer.tick(until: end) { self } } } catch {
            stopNow()
            throw DashboardError(code: .taken, message: "The dashboard has no thread: \(error)")
        }
        return "\(place.shownHost):\(laminar_server_port(daemon))"
    }

    // MARK: The thread of the numbers

    /// Holds nothing while it waits.
    private static func tick(until end: DispatchSemaphore, _ server: () -> StatusServer?) {
        while let interval = server()?.turn() {
            let milliseconds = Int((interval / .milliseconds(1)).rounded(.up))
            if end.wait(timeout: .now() + .milliseconds(milliseconds)) == .success { return }
        }
    }

    private func turn() -> Duration? {
        guard !state.withLock({ $0.isStopped }) else { return nil }
        let event = history.take()
        for stream in state.withLock({ Array($0.streams.values) }) { stream.offer(event) }
        return history.interval
    }

    // MARK: Requests, on libmicrohttpd's thread

    private func answer(_ connection: OpaquePointer, _ method: String, _ path: String) -> MHD_Result {
        let hosts = Self.hosts(of: connection)
        guard check.accepts(hosts) else {
            return send(
                .text(403, "This name isn't the dashboard's: use its address, or allow the name by 'allowedHosts'."),
                to: connection)
        }
        guard method == "GET" || method == "HEAD" else {
            var refusal = Answer.text(405, "Only GET is answered.")
            refusal.headers.append(("Allow", "GET, HEAD"))
            return send(refusal, to: connection)
        }
        if path == "/events", method == "GET" { return stream(to: connection) }
        return send(routes.answer(path), to: connection)
    }

    private static func hosts(of connection: OpaquePointer) -> [String] {
        final class Found { var hosts: [String] = [] }
        let found = Found()
        withExtendedLifetime(found) {
            _ = laminar_http_headers(
                connection,
                { context, _, name, value in
                    guard let context, let name, String(cString: name).lowercased() == "host" else {
                        return laminar_http_go_on()
                    }
                    let found = Unmanaged<Found>.fromOpaque(context).takeUnretainedValue()
                    found.hosts.append(value.map { String(cString: $0) } ?? "")
                    return laminar_http_go_on()
                }, Unmanaged.passUnretained(found).toOpaque())
        }
        return found.hosts
    }

    private func send(_ answer: Answer, to connection: OpaquePointer) -> MHD_Result {
        let made = answer.body.withUnsafeBytes { laminar_http_response($0.count, $0.baseAddress) }
        guard let response = made else { return laminar_http_hang_up() }
        defer { MHD_destroy_response(response) }
        for (name, value) in answer.headers + Answer.security { MHD_add_response_header(response, name, value) }
        return MHD_queue_response(connection, answer.status, response)
    }

    /// Events until the page goes, or the dashboard.
    private func stream(to connection: OpaquePointer) -> MHD_Result {
        let stream = EventStream(connection, first: history.opening()) { [weak self] stream in
            self?.state.withLock { state in _ = state.streams.removeValue(forKey: ObjectIdentifier(stream)) }
        }
        let isWelcome = state.withLock { state in
            guard !state.isStopped, state.streams.count < Self.mostStreams else { return false }
            state.streams[ObjectIdentifier(stream)] = stream
            return true
        }
        guard isWelcome else {
            return send(.text(503, "Too many pages are open: close one."), to: connection)
        }
        let context = Unmanaged.passRetained(stream).toOpaque()
        let made = laminar_http_stream(
            16_384,
            { context, _, buffer, room in
                guard let context, let buffer else { return -1 }
                return Unmanaged<EventStream>.fromOpaque(context).takeUnretainedValue().read(into: buffer, room)
            }, context,
            { context in
                guard let context else { return }
                Unmanaged<EventStream>.fromOpaque(context).takeRetainedValue().ended()
            })
        guard let response = made else {
            Unmanaged<EventStream>.fromOpaque(context).takeRetainedValue().ended()
            return laminar_http_hang_up()
        }
        defer { MHD_destroy_response(response) }
        for (name, value) in [("Content-Type", "text/event-stream"), ("X-Accel-Buffering", "no")] + Answer.security {
            MHD_add_response_header(response, name, value)
        }
        return MHD_queue_response(connection, 200, response)
    }

    // MARK: The end

    /// Ends it without waiting, from any thread, libmicrohttpd's own included.
    func stopSoon() {
        if (try? OwnedThread.start { self.stopNow() }) == nil { stopNow() }
    }

    func stop() async {
        await withCheckedContinuation { continuation in
            let work: @Sendable () -> Void = {
                self.stopNow()
                continuation.resume()
            }
            if (try? OwnedThread.start(work)) == nil { work() }
        }
    }

    private func stopNow() {
        let (daemon, streams) = state.withLock { state in
            state.isStopped = true
            defer { state.daemon = nil }
            return (state.daemon, Array(state.streams.values))
        }
        guard let daemon else { return }
        end.signal()
        // libmicrohttpd ends the process when it is stopped with a connection that is suspended.
        for stream in streams { stream.close() }
        MHD_stop_daemon(daemon.pointer)
        Unmanaged.passUnretained(self).release()
    }
}
