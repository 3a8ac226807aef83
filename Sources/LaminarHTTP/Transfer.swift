internal import CCurl
internal import LaminarCore

/// One request in libcurl's hands, from its options to its outcome. Lives on the loop's thread only.
final class Transfer {
    let easy: UnsafeMutableRawPointer
    let ticket: TransferTicket
    let waiter: TransferLoop.Waiter
    private let limit: Int
    private let server: ServerName
    private var headerList: UnsafeMutablePointer<curl_slist>?
    private let complaint: UnsafeMutablePointer<CChar>
    private let sent: UnsafeMutableBufferPointer<UInt8>
    private var body: [UInt8] = []
    private var headers: [(name: String, value: String)] = []
    private var headerBytes = 0
    private var isTooLarge = false

    /// Far above what servers send, and a bound on what one that never ends its headers can take.
    private static let largestHeaders = 256 << 10

    /// - Throws: ``HTTPError`` with code `badURL` or `configuration`.
    init(
        _ ticket: TransferTicket, _ options: HTTPClient.Options, _ waiter: TransferLoop.Waiter
    ) throws(HTTPError) {
        let request = ticket.request
        server = ServerName(request.url)
        guard server.isValid else {
            throw HTTPError(.badURL, "A request goes to an http or https URL with a host, which this one is not.")
        }
        for (name, value) in request.headers
        where name.isEmpty || name.utf8.contains(where: { $0 <= 0x20 || $0 == 0x3A || $0 == 0x7F })
            || value.utf8.contains(where: { $0 == 0 || $0 == 0x0A || $0 == 0x0D })
        {
            throw HTTPError(.configuration, "A header of the request to \(server) holds a line break, or has no name.")
        }
        guard let easy = curl_easy_init() else {
            throw HTTPError(.configuration, "libcurl took no further request: is there memory left?")
        }
        self.easy = easy
        self.ticket = ticket
        self.waiter = waiter
        limit = max(0, options.largestResponse)
        complaint = .allocate(capacity: Int(CURL_ERROR_SIZE))
        complaint.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
        // One byte at least: curl would take a null pointer for a body that is still to come.
        sent = .allocate(capacity: max(1, request.body?.count ?? 0))
        _ = sent.initialize(fromContentsOf: request.body ?? [])
        try configure(request, options)
    }

    deinit {
        curl_easy_cleanup(easy)
        curl_slist_free_all(headerList)
        complaint.deallocate()
        sent.deallocate()
    }

    // MARK: Options

    private func configure(_ request: HTTPRequest, _ options: HTTPClient.Options) throws(HTTPError) {
        let context = Unmanaged.passUnretained(self).toOpaque()
        var codes = [
            laminar_curl_set_text(easy, CURLOPT_URL, request.url), laminar_curl_only_http(easy),
            laminar_curl_set_long(easy, CURLOPT_NOSIGNAL, 1),
            laminar_curl_set_pointer(easy, CURLOPT_ERRORBUFFER, complaint),
            laminar_curl_set_sinks(easy, Self.takeBody, Self.takeHeader, context),
            laminar_curl_set_long(easy, CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_2TLS)),
            laminar_curl_set_long(easy, CURLOPT_TIMEOUT_MS, Self.milliseconds(request.timeout)),
            laminar_curl_set_long(
                easy, CURLOPT_CONNECTTIMEOUT_MS, Self.milliseconds(min(options.connectTimeout, request.timeout))),
            laminar_curl_set_offset(easy, CURLOPT_MAXFILESIZE_LARGE, curl_off_t(limit)),
            laminar_curl_set_long(easy, CURLOPT_FOLLOWLOCATION, options.redirects > 0 ? 1 : 0),
            laminar_curl_set_long(easy, CURLOPT_MAXREDIRS, min(max(0, options.redirects), 30)),
            laminar_curl_set_long(easy, CURLOPT_TCP_KEEPALIVE, 1),
            laminar_curl_set_long(easy, CURLOPT_SSL_VERIFYPEER, 1),
            laminar_curl_set_long(easy, CURLOPT_SSL_VERIFYHOST, 2),
        ]
        codes += methodOptions(request)
        codes += try tlsOptions(options.tls)
        guard codes.allSatisfy({ $0 == CURLE_OK }) else {
            throw HTTPError(.configuration, "This libcurl can't send the request to \(server) as it is configured.")
        }
        try addHeaders(request)
    }

    private func methodOptions(_ request: HTTPRequest) -> [CURLcode] {
        // A PUT or POST without a body still says that its length is 0.
        guard request.body != nil || request.method == .post || request.method == .put else {
            return request.method == .get
                ? [laminar_curl_set_long(easy, CURLOPT_HTTPGET, 1)]
                : [laminar_curl_set_text(easy, CURLOPT_CUSTOMREQUEST, request.method.rawValue)]
        }
        return [
            laminar_curl_set_long(easy, CURLOPT_POST, 1),
            laminar_curl_set_offset(easy, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(request.body?.count ?? 0)),
            laminar_curl_set_pointer(easy, CURLOPT_POSTFIELDS, sent.baseAddress),
            laminar_curl_set_text(easy, CURLOPT_CUSTOMREQUEST, request.method.rawValue),
        ]
    }

    private func tlsOptions(_ tls: HTTPTLS) throws(HTTPError) -> [CURLcode] {
        var codes: [CURLcode] = []
        if let authorities = tls.authorities {
            codes.append(set(authorities, file: CURLOPT_CAINFO, text: CURLOPT_CAINFO_BLOB))
        }
        if let certificate = tls.certificate {
            codes.append(set(certificate, file: CURLOPT_SSLCERT, text: CURLOPT_SSLCERT_BLOB))
            codes.append(set(tls.key ?? certificate, file: CURLOPT_SSLKEY, text: CURLOPT_SSLKEY_BLOB))
        } else if tls.key != nil {
            throw HTTPError(.configuration, "There is a private key for \(server) and no certificate to go with it.")
        }
        if let password = tls.keyPassword {
            codes.append(password.withUnredacted { laminar_curl_set_text(easy, CURLOPT_KEYPASSWD, $0) })
        }
        return codes
    }

    private func set(_ pem: HTTPTLS.PEM, file: CURLoption, text: CURLoption) -> CURLcode {
        switch pem {
        case .file(let path): return laminar_curl_set_text(easy, file, path)
        case .text(let secret):
            return secret.withUnredacted { pem in
                var copy = pem
                return copy.withUTF8 { laminar_curl_set_blob(easy, text, $0.baseAddress, $0.count) }
            }
        }
    }

    private func addHeaders(_ request: HTTPRequest) throws(HTTPError) {
        // A name without a value takes back what curl would add by itself; an empty value is written with a semicolon.
        var lines = request.headers.map { $0.value.isEmpty ? "\($0.name);" : "\($0.name): \($0.value)" }
        let names = Set(request.headers.map { $0.name.lowercased() })
        for name in ["Expect", "Content-Type"] where !names.contains(name.lowercased()) { lines.append("\(name):") }
        for line in lines {
            guard let longer = curl_slist_append(headerList, line) else {
                throw HTTPError(.configuration, "libcurl took no further header: is there memory left?")
            }
            headerList = longer
        }
        _ = laminar_curl_set_pointer(easy, CURLOPT_HTTPHEADER, headerList)
    }

    private static func milliseconds(_ duration: Duration) -> Int {
        let (seconds, attoseconds) = duration.components
        let (scaled, overflow) = seconds.multipliedReportingOverflow(by: 1000)
        guard !overflow, scaled < Int64(Int32.max) else { return Int(Int32.max) }
        return max(1, Int(scaled) + Int(attoseconds / 1_000_000_000_000_000))
    }

    // MARK: What comes

    private static let takeBody: laminar_curl_sink = { bytes, size, count, context in
        guard let bytes, let context else { return 0 }
        let transfer = Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
        let length = size * count
        guard length <= transfer.limit - transfer.body.count else {
            transfer.isTooLarge = true
            return 0
        }
        transfer.body.append(contentsOf: UnsafeRawBufferPointer(start: bytes, count: length))
        return length
    }

    private static let takeHeader: laminar_curl_sink = { bytes, size, count, context in
        guard let bytes, let context else { return 0 }
        let transfer = Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
        let length = size * count
        transfer.headerBytes += length
        guard transfer.headerBytes <= Transfer.largestHeaders else {
            transfer.isTooLarge = true
            return 0
        }
        transfer.addHeader(UnsafeRawBufferPointer(start: bytes, count: length))
        return length
    }

    private func addHeader(_ line: UnsafeRawBufferPointer) {
        // A status line begins a response, and ends an interim one or a redirect's.
        if line.starts(with: "HTTP/".utf8) {
            headers = []
            return
        }
        guard let colon = line.firstIndex(of: 0x3A) else { return }
        func text(_ bytes: Slice<UnsafeRawBufferPointer>) -> String {
            let blank: (UInt8) -> Bool = { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D || $0 == 0x0A }
            let head = bytes.drop(while: blank)
            let end = head.lastIndex { !blank($0) }.map { $0 + 1 } ?? head.startIndex
            return String(decoding: head[head.startIndex..<end], as: UTF8.self)
        }
        headers.append((text(line[..<colon]), text(line[(colon + 1)...])))
    }

    // MARK: Outcome

    func outcome(_ code: CURLcode) -> Result<HTTPResponse, HTTPError> {
        guard code != CURLE_OK else {
            return .success(HTTPResponse(status: laminar_curl_status(easy), headers: headers, body: body))
        }
        if isTooLarge || code == CURLE_FILESIZE_EXCEEDED {
            return .failure(HTTPError(.tooLarge, "\(server) answered with more than \(limit) bytes."))
        }
        return .failure(TransferFault(code, complaint: String(cString: complaint)).error(server))
    }
}
