internal import CMicroHTTPD
import Foundation
import Synchronization

/// A web server in this process, on loopback, that answers as a closure says.
///
///     let server = try FakeHTTPServer { request in .text(200, "you asked \(request.path)") }
///     …                                                                  // server.url, http://127.0.0.1:49152
///     server.stop()
///
/// Every request is remembered. Answers may be late (``Answer/silence(then:)``: until ``release()``), cut off or nothing at all.
/// It ends with its last reference.
public final class FakeHTTPServer: Sendable {
    /// What came.
    public struct Request: Sendable {
        /// GET, POST, …
        public let method: String
        /// As it was sent: escaped, with the query.
        public let path: String
        /// In their order.
        public let headers: [(name: String, value: String)]
        /// Empty where there was none.
        public let body: [UInt8]

        /// The first header of that name, ignoring case.
        public func header(_ name: String) -> String? {
            headers.first { $0.name.lowercased() == name.lowercased() }?.value
        }
    }

    /// What goes back.
    public indirect enum Answer: Sendable {
        /// A whole response.
        case response(Int, headers: [(name: String, value: String)] = [], body: [UInt8])
        /// Nothing: the connection closes.
        case hangUp
        /// A response whose body ends after half of what its length says.
        case cutOff(body: [UInt8])
        /// Nothing until ``FakeHTTPServer/release()`` or the server's end, then the other answer.
        case silence(then: Answer)

        /// A response of text.
        public static func text(_ status: Int, _ text: String, type: String = "text/plain") -> Answer {
            .response(status, headers: [("Content-Type", type)], body: Array(text.utf8))
        }

        /// Elsewhere.
        public static func redirect(to location: String, status: Int = 302) -> Answer {
            .response(status, headers: [("Location", location)], body: [])
        }
    }

    private struct Record {
        var requests: [Request] = []
        var connections = 0
    }

    private let handler: @Sendable (Request) -> Answer
    private let record = Mutex(Record())
    private let daemon = Mutex<DaemonHandle?>(nil)
    private let changed = NSCondition()
    private let held = Mutex((isReleased: false, isOver: false))
    /// Its port on 127.0.0.1.
    public let port: Int

    /// - Parameters:
    ///   - port: a certain one; 0 takes a free one.
    ///   - handler: called on a thread of the connection's.
    /// - Throws: ``FixtureError`` with code `start`.
    public init(port: Int = 0, _ handler: @escaping @Sendable (Request) -> Answer) throws(FixtureError) {
        self.handler = handler
        let door = ServerDoor()
        guard let daemon = door.open(port: UInt16(clamping: port)) else {
            throw FixtureError(code: .start, message: "No web server could be started on port \(port) of 127.0.0.1.")
        }
        self.port = Int(laminar_server_port(daemon.pointer))
        self.daemon.withLock { $0 = daemon }
        door.server.withLock { $0 = WeakServer(self) }
    }

    deinit { stop() }

    /// `http://127.0.0.1:PORT`.
    public var url: String { "http://127.0.0.1:\(port)" }
    /// Everything that came so far.
    public var requests: [Request] { record.withLock { $0.requests } }
    /// How many connections were opened so far.
    public var connections: Int { record.withLock { $0.connections } }

    /// Waits until that many requests have come.
    ///
    /// - Throws: ``FixtureError`` with code `broker` where they don't come in time.
    public func awaitRequests(_ count: Int, within timeout: Duration = .seconds(60)) async throws {
        let deadline = Date(timeIntervalSinceNow: timeout / .seconds(1))
        try await onOwnedThread { [self] in
            changed.lock()
            defer { changed.unlock() }
            while requests.count < count {
                guard changed.wait(until: deadline) else {
                    throw FixtureError(code: .broker, message: "\(requests.count) of \(count) requests came in time.")
                }
            }
        }
    }

    /// Lets silent answers go, now and from now on.
    public func release() {
        held.withLock { $0.isReleased = true }
        announce()
    }

    /// Ends the server and its connections. Doing it twice is harmless.
    public func stop() {
        held.withLock { $0.isOver = true }
        announce()
        let daemon = daemon.withLock { daemon in
            defer { daemon = nil }
            return daemon
        }
        daemon?.stop()
    }

    private func announce() {
        changed.lock()
        changed.broadcast()
        changed.unlock()
    }

    // MARK: On the connections' threads

    fileprivate func opened() { record.withLock { $0.connections += 1 } }

    fileprivate func answer(_ request: Request) -> Answer {
        record.withLock { $0.requests.append(request) }
        announce()
        var answer = handler(request)
        while case .silence(let next) = answer {
            changed.lock()
            while held.withLock({ !$0.isReleased && !$0.isOver }) { changed.wait() }
            changed.unlock()
            answer = held.withLock { $0.isOver } ? .hangUp : next
        }
        return answer
    }
}

/// The daemon, stopped once.
private final class DaemonHandle: Sendable {
    nonisolated(unsafe) let pointer: OpaquePointer
    /// Lives until no callback can come.
    private let door: ServerDoor

    init(_ pointer: OpaquePointer, _ door: ServerDoor) {
        self.pointer = pointer
        self.door = door
    }

    func stop() { MHD_stop_daemon(pointer) }
}

private struct WeakServer: Sendable {
    weak let server: FakeHTTPServer?
    init(_ server: FakeHTTPServer) { self.server = server }
}

/// A request as it comes in pieces; on its connection's thread only.
private final class IncomingRequest {
    let path: String
    var isBegun = false
    var body: [UInt8] = []
    var headers: [(name: String, value: String)] = []

    init(_ path: String) { self.path = path }
}

/// What libmicrohttpd calls.
private final class ServerDoor: Sendable {
    let server = Mutex<WeakServer?>(nil)

    func open(port: UInt16) -> DaemonHandle? {
        let context = Unmanaged.passUnretained(self).toOpaque()
        let daemon = laminar_fake_server_start(
            port,
            { context, connection, _, method, _, upload, uploadSize, request in
                guard let context, let method, let uploadSize, let raw = request?.pointee else {
                    return laminar_http_hang_up()
                }
                let door = Unmanaged<ServerDoor>.fromOpaque(context).takeUnretainedValue()
                let incoming = Unmanaged<IncomingRequest>.fromOpaque(raw).takeUnretainedValue()
                guard incoming.isBegun else {
                    incoming.isBegun = true
                    return laminar_http_go_on()
                }
                if uploadSize.pointee > 0 {
                    incoming.body += UnsafeRawBufferPointer(start: upload, count: uploadSize.pointee)
                    uploadSize.pointee = 0
                    return laminar_http_go_on()
                }
                return door.answer(incoming, String(cString: method), connection)
            },
            { _, uri, _ in
                Unmanaged.passRetained(IncomingRequest(uri.map { String(cString: $0) } ?? "")).toOpaque()
            },
            { _, _, request, _ in
                if let raw = request?.pointee { Unmanaged<IncomingRequest>.fromOpaque(raw).release() }
                request?.pointee = nil
            },
            { context, _, _, event in
                guard let context, event.rawValue == 0 else { return }
                let door = Unmanaged<ServerDoor>.fromOpaque(context).takeUnretainedValue()
                door.server.withLock { $0?.server }?.opened()
            }, context)
        return daemon.map { DaemonHandle($0, self) }
    }

    private func answer(_ incoming: IncomingRequest, _ method: String, _ connection: OpaquePointer?) -> MHD_Result {
        guard let server = server.withLock({ $0?.server }), let connection else { return laminar_http_hang_up() }
        _ = laminar_http_headers(
            connection,
            { context, _, name, value in
                guard let context, let name else { return laminar_http_go_on() }
                let incoming = Unmanaged<IncomingRequest>.fromOpaque(context).takeUnretainedValue()
                incoming.headers.append((String(cString: name), value.map { String(cString: $0) } ?? ""))
                return laminar_http_go_on()
            }, Unmanaged.passUnretained(incoming).toOpaque())
        let request = FakeHTTPServer.Request(
            method: method, path: incoming.path, headers: incoming.headers, body: incoming.body)
        switch server.answer(request) {
        case .response(let status, let headers, let body):
            let made = body.withUnsafeBytes {
                laminar_http_response($0.count, $0.baseAddress)
            }
            guard let response = made else { return laminar_http_hang_up() }
            defer { MHD_destroy_response(response) }
            for (name, value) in headers { MHD_add_response_header(response, name, value) }
            return MHD_queue_response(connection, UInt32(clamping: status), response)
        case .cutOff(let body):
            let half = Unmanaged.passRetained(HalfBody(body))
            let made = MHD_create_response_from_callback(
                UInt64(max(2, body.count)), 1024,
                { context, position, buffer, room in
                    guard let context, let buffer else { return -2 }
                    let half = Unmanaged<HalfBody>.fromOpaque(context).takeUnretainedValue()
                    let left = half.bytes.count / 2 - Int(position)
                    // Minus two is libmicrohttpd's word for "an error: close the connection".
                    guard left > 0 else { return -2 }
                    let count = min(left, room)
                    for index in 0..<count { buffer[index] = CChar(bitPattern: half.bytes[Int(position) + index]) }
                    return count
                }, half.toOpaque(), { $0.map { Unmanaged<HalfBody>.fromOpaque($0).release() } })
            guard let response = made else { return laminar_http_hang_up() }
            defer { MHD_destroy_response(response) }
            return MHD_queue_response(connection, 200, response)
        case .hangUp, .silence: return laminar_http_hang_up()
        }
    }
}

private final class HalfBody: Sendable {
    let bytes: [UInt8]
    init(_ bytes: [UInt8]) { self.bytes = bytes }
}
