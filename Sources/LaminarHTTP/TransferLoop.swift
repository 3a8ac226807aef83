internal import CCurl
internal import LaminarCore
internal import Synchronization

/// A request under way, known to whoever waits and to the thread that serves it.
final class TransferTicket: Sendable {
    let request: HTTPRequest
    private let cancelled = Atomic(false)

    init(_ request: HTTPRequest) { self.request = request }

    var isCancelled: Bool { cancelled.load(ordering: .acquiring) }
    func cancel() { cancelled.store(true, ordering: .releasing) }
}

/// The thread that drives libcurl's multi handle: takes requests in, lets curl work, and gives responses out.
///
/// Only that thread touches a curl handle. Others put commands into the inbox and wake it, under the lock that also says
/// whether the handle is still there.
final class TransferLoop: Sendable {
    typealias Waiter = CheckedContinuation<Result<HTTPResponse, HTTPError>, Never>

    private enum Command {
        case begin(TransferTicket, Waiter)
        case cancel(TransferTicket)
    }

    private struct Inbox {
        var commands: [Command] = []
        var isClosing = false
        var hasEnded = false
    }

    private let inbox = Mutex(Inbox())
    private let options: HTTPClient.Options
    /// Touched by the loop's thread, but for the wake-up, which curl allows from everywhere.
    private nonisolated(unsafe) let multi: UnsafeMutableRawPointer

    private static let isReady = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

    private init(_ multi: UnsafeMutableRawPointer, _ options: HTTPClient.Options) {
        self.multi = multi
        self.options = options
    }

    /// - Throws: ``HTTPError`` with code `configuration` where the system has no thread or no memory left.
    static func start(_ options: HTTPClient.Options) throws(HTTPError) -> TransferLoop {
        guard isReady, let multi = curl_multi_init() else {
            throw HTTPError(.configuration, "libcurl could not be set up: is there memory left?")
        }
        let loop = TransferLoop(multi, options)
        do {
            try OwnedThread.start { loop.run() }
        } catch {
            curl_multi_cleanup(multi)
            throw HTTPError(.configuration, "\(error)")
        }
        return loop
    }

    // MARK: From anywhere

    func begin(_ ticket: TransferTicket, _ waiter: Waiter) {
        let isTaken = inbox.withLock { inbox in
            guard !inbox.isClosing else { return false }
            inbox.commands.append(.begin(ticket, waiter))
            wake(inbox)
            return true
        }
        if !isTaken { waiter.resume(returning: .failure(Self.closed)) }
    }

    /// The mark comes first, so that a request is dropped whichever of its two commands arrives first.
    func cancel(_ ticket: TransferTicket) {
        ticket.cancel()
        inbox.withLock { inbox in
            guard !inbox.isClosing else { return }
            inbox.commands.append(.cancel(ticket))
            wake(inbox)
        }
    }

    func close() {
        inbox.withLock { inbox in
            inbox.isClosing = true
            wake(inbox)
        }
    }

    private func wake(_ inbox: borrowing Inbox) {
        if !inbox.hasEnded { curl_multi_wakeup(multi) }
    }

    private static let closed = HTTPError(.cancelled, "The HTTP client was closed.")

    // MARK: On the thread

    private func run() {
        var transfers: [UnsafeMutableRawPointer: Transfer] = [:]
        while true {
            let (commands, isClosing) = inbox.withLock { inbox in
                defer { inbox.commands = [] }
                return (inbox.commands, inbox.isClosing)
            }
            for command in commands { handle(command, &transfers) }
            if isClosing { break }
            var running: Int32 = 0
            var code = curl_multi_perform(multi, &running)
            giveOut(&transfers)
            if code == CURLM_OK { code = curl_multi_poll(multi, nil, 0, transfers.isEmpty ? 60_000 : 1_000, nil) }
            if code != CURLM_OK {
                let reason = String(cString: curl_multi_strerror(code))
                dropAll(&transfers, HTTPError(.connection, "libcurl can't go on: \(reason)."))
            }
        }
        dropAll(&transfers, Self.closed)
        inbox.withLock { $0.hasEnded = true }
        curl_multi_cleanup(multi)
    }

    private func handle(_ command: Command, _ transfers: inout [UnsafeMutableRawPointer: Transfer]) {
        switch command {
        case .begin(let ticket, let waiter):
            guard !ticket.isCancelled else {
                waiter.resume(returning: .failure(Self.cancelled(ticket)))
                return
            }
            do throws(HTTPError) {
                let transfer = try Transfer(ticket, options, waiter)
                guard curl_multi_add_handle(multi, transfer.easy) == CURLM_OK else {
                    throw HTTPError(.configuration, "libcurl took no further request: is there memory left?")
                }
                transfers[transfer.easy] = transfer
            } catch {
                waiter.resume(returning: .failure(error))
            }
        case .cancel(let ticket):
            guard let found = transfers.first(where: { $0.value.ticket === ticket }) else { return }
            end(found.value, &transfers, .failure(Self.cancelled(ticket)))
        }
    }

    private func giveOut(_ transfers: inout [UnsafeMutableRawPointer: Transfer]) {
        var left: Int32 = 0
        while let message = curl_multi_info_read(multi, &left) {
            var code = CURLE_OK
            guard let easy = laminar_curl_finished(message, &code), let transfer = transfers[easy] else { continue }
            end(transfer, &transfers, transfer.outcome(code))
        }
    }

    private func dropAll(_ transfers: inout [UnsafeMutableRawPointer: Transfer], _ error: HTTPError) {
        for transfer in Array(transfers.values) { end(transfer, &transfers, .failure(error)) }
    }

    private func end(
        _ transfer: Transfer, _ transfers: inout [UnsafeMutableRawPointer: Transfer],
        _ result: Result<HTTPResponse, HTTPError>
    ) {
        curl_multi_remove_handle(multi, transfer.easy)
        transfers[transfer.easy] = nil
        transfer.waiter.resume(returning: result)
    }

    private static func cancelled(_ ticket: TransferTicket) -> HTTPError {
        HTTPError(.cancelled, "The request to \(ServerName(ticket.request.url)) was cancelled.")
    }
}
