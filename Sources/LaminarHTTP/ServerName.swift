internal import CCurl

/// The server that a URL names, as errors show it: scheme, host and port, without a user, a path or a query.
struct ServerName: CustomStringConvertible {
    let description: String
    /// Whether the URL can be asked: http or https, and a host.
    let isValid: Bool

    init(_ url: String) {
        guard !url.utf8.contains(0), let handle = curl_url() else {
            (description, isValid) = ("an unreadable URL", false)
            return
        }
        defer { curl_url_cleanup(handle) }
        guard curl_url_set(handle, CURLUPART_URL, url, 0) == CURLUE_OK,
            let scheme = Self.part(handle, CURLUPART_SCHEME)?.lowercased(), scheme == "http" || scheme == "https",
            let host = Self.part(handle, CURLUPART_HOST), !host.isEmpty
        else {
            (description, isValid) = ("an unreadable URL", false)
            return
        }
        let port = Self.part(handle, CURLUPART_PORT)
        description = "\(scheme)://\(host)" + (port.map { ":\($0)" } ?? "")
        isValid = true
    }

    private static func part(_ handle: OpaquePointer, _ part: CURLUPart) -> String? {
        var text: UnsafeMutablePointer<CChar>?
        guard curl_url_get(handle, part, &text, 0) == CURLUE_OK, let text else { return nil }
        defer { curl_free(text) }
        return String(cString: text)
    }
}
