/// Refuses requests to a name that isn't ours: a page whose name was bound to this address could read the dashboard
/// otherwise, as if it were its own (DNS rebinding). An address can't be bound to another, so addresses pass.
struct HostCheck: Sendable {
    private let allowed: Set<String>

    init(allowed: [String]) { self.allowed = Set(allowed.map { $0.lowercased() }) }

    /// - Parameter hosts: all `Host` headers of the request.
    func accepts(_ hosts: [String]) -> Bool {
        guard hosts.count == 1, let host = hosts.first?.lowercased() else { return false }
        let name: String
        if host.hasPrefix("[") {
            guard let end = host.firstIndex(of: "]") else { return false }
            let port = host[host.index(after: end)...]
            guard port.isEmpty || Self.isPort(port) else { return false }
            name = String(host[host.index(after: host.startIndex)..<end])
            return ListenAddress.bytes(of: name)?.count == 16
        }
        if let colon = host.firstIndex(of: ":") {
            guard Self.isPort(host[colon...]) else { return false }
            name = String(host[..<colon])
        } else {
            name = host
        }
        return name == "localhost" || allowed.contains(name) || allowed.contains(host)
            || ListenAddress.bytes(of: name)?.count == 4
    }

    private static func isPort(_ text: Substring) -> Bool {
        text.first == ":" && text.count > 1 && text.dropFirst().allSatisfy { $0.isASCII && $0.isNumber }
    }
}
