internal import CCurl

/// What libcurl says of a transfer that failed, in our words.
struct TransferFault {
    private let code: CURLcode
    private let complaint: String

    /// - Parameter complaint: of libcurl's error buffer: it names hosts, files and TLS's reasons, never what was sent.
    init(_ code: CURLcode, complaint: String) {
        self.code = code
        self.complaint = complaint.isEmpty ? String(cString: curl_easy_strerror(code)) : complaint
    }

    func error(_ server: ServerName) -> HTTPError {
        switch code {
        case CURLE_URL_MALFORMAT, CURLE_UNSUPPORTED_PROTOCOL:
            return HTTPError(.badURL, "\(server) can't be asked: the URL is malformed, or neither http nor https.")
        case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY:
            return HTTPError(.dns, "The name of \(server), or of the proxy before it, isn't known (\(complaint)).")
        case CURLE_OPERATION_TIMEDOUT:
            return HTTPError(.timeout, "\(server) did not answer in time (\(complaint)).")
        case CURLE_SSL_CERTPROBLEM, CURLE_SSL_CACERT_BADFILE, CURLE_SSL_CRL_BADFILE, CURLE_SSL_ENGINE_NOTFOUND:
            return HTTPError(
                .configuration,
                "A certificate or key for \(server) can't be used: check the file, that key and certificate belong "
                    + "together, and the key's password (\(complaint)).")
        case CURLE_PEER_FAILED_VERIFICATION:
            return HTTPError(
                .tls,
                "The certificate of \(server) isn't to be trusted: check the authorities and the name (\(complaint)).")
        case CURLE_SSL_CONNECT_ERROR, CURLE_SSL_CIPHER, CURLE_USE_SSL_FAILED, CURLE_SSL_ISSUER_ERROR,
            CURLE_SSL_INVALIDCERTSTATUS:
            return HTTPError(.tls, "No TLS with \(server) (\(complaint)).")
        case CURLE_RECV_ERROR, CURLE_SEND_ERROR:
            // TLS 1.3 refuses a client's certificate only after the handshake, so that it comes as a failed read.
            if complaint.contains("alert") {
                return HTTPError(.tls, "\(server) ended TLS: does it ask for a client certificate? (\(complaint))")
            }
            return HTTPError(.connection, "The connection to \(server) broke (\(complaint)).")
        case CURLE_OUT_OF_MEMORY:
            return HTTPError(.configuration, "There was no memory for the answer of \(server).")
        case CURLE_TOO_MANY_REDIRECTS:
            return HTTPError(.connection, "\(server) redirects in a circle.")
        default:
            return HTTPError(.connection, "\(server) can't be reached (\(complaint)).")
        }
    }
}
