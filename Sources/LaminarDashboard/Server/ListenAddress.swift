internal import CMicroHTTPD

/// Where to listen: an address of this machine and a port.
///
///     try ListenAddress(parsing: "127.0.0.1:9404", allowsRemote: false)
///     try ListenAddress(parsing: "[::1]:9404", allowsRemote: false)
struct ListenAddress: Sendable, Equatable {
    /// In network order, 4 or 16.
    let bytes: [UInt8]
    let host: String
    let port: UInt16

    var isV6: Bool { bytes.count == 16 }

    /// The host as it stands in a URL.
    var shownHost: String { isV6 ? "[\(host)]" : host }

    /// - Throws: ``DashboardError`` with code `address` or `remote`.
    init(parsing text: String, allowsRemote: Bool) throws(DashboardError) {
        guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]) else {
            throw Self.unreadable(text)
        }
        var host = String(text[..<colon])
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = String(host.dropFirst().dropLast())
        } else if host.contains(":") {
            throw Self.unreadable(text)
        }
        if host.lowercased() == "localhost" { host = "127.0.0.1" }
        guard let bytes = Self.bytes(of: host) else { throw Self.unreadable(text) }
        guard allowsRemote || Self.isLoopback(bytes) else {
            throw DashboardError(
                code: .remote,
                message:
                    "'\(text)' can be reached from other machines, and whoever reaches it sees the names of topics and "
                    + "groups and the texts of errors. Serve it on 127.0.0.1, or allow it: "
                    + "Dashboard.Options(allowsRemote: true).")
        }
        self.bytes = bytes
        self.host = host
        self.port = port
    }

    private static func unreadable(_ text: String) -> DashboardError {
        DashboardError(
            code: .address,
            message: "'\(text)' is no place to listen: write an IP address or localhost, a colon and a port, as "
                + "127.0.0.1:9404 or [::1]:9404.")
    }

    /// The bytes of an IP address; nil where the text isn't one.
    static func bytes(of text: String) -> [UInt8]? {
        guard !text.utf8.contains(0) else { return nil }
        var bytes = [UInt8](repeating: 0, count: 16)
        switch laminar_parse_address(text, &bytes) {
        case 4: return Array(bytes[..<4])
        case 6: return bytes
        default: return nil
        }
    }

    private static func isLoopback(_ bytes: [UInt8]) -> Bool {
        bytes.count == 4 ? bytes[0] == 127 : bytes == [UInt8](repeating: 0, count: 15) + [1]
    }
}
