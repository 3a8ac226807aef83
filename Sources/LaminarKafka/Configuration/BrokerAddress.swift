/// One address to start from: `host:port`, `192.0.2.1:9092` or `[2001:db8::1]:9092`.
///
///     try BrokerAddress.list(parsing: "b1:9092, [::1]:9092").map(\.description)   // ["b1:9092", "[::1]:9092"]
public struct BrokerAddress: Sendable, Hashable, CustomStringConvertible {
    /// A name or an address, without brackets.
    public let host: String
    /// 1 to 65535.
    public let port: Int

    /// `host:port`, with brackets around an IPv6 address.
    public var description: String {
        host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    }

    /// Reads a list separated by commas; blanks around an element are trimmed and repetitions dropped.
    ///
    /// - Throws: ``ConfigurationError`` that names the element which is wrong.
    public static func list(parsing text: String) throws(ConfigurationError) -> [BrokerAddress] {
        var addresses: [BrokerAddress] = []
        var seen: Set<BrokerAddress> = []
        for element in text.split(separator: ",", omittingEmptySubsequences: false) {
            let trimmed = element.trimmed
            let address = try BrokerAddress(parsing: trimmed)
            if seen.insert(address).inserted { addresses.append(address) }
        }
        return addresses
    }

    static func joined(_ addresses: [BrokerAddress]) -> String {
        addresses.map(\.description).joined(separator: ",")
    }

    /// Reads one element.
    ///
    /// - Throws: ``ConfigurationError`` that names the element.
    public init(parsing text: String) throws(ConfigurationError) {
        func refusal(_ reason: String) -> ConfigurationError {
            ConfigurationError(
                code: .invalidValue, option: "bootstrap_servers",
                message: "'bootstrap_servers': \(reason). Write host:port or [v6]:port, separated by commas.")
        }
        guard !text.isEmpty else { throw refusal("an element is empty") }
        guard !text.contains("://") else {
            throw refusal("'\(text.shortened)' is a URL; a broker's address has no scheme")
        }
        let host: Substring
        let portText: Substring
        if text.hasPrefix("[") {
            guard let close = text.firstIndex(of: "]") else { throw refusal("'\(text.shortened)' has no ]") }
            host = text[text.index(after: text.startIndex)..<close]
            let rest = text[text.index(after: close)...]
            guard rest.hasPrefix(":") else { throw refusal("'\(text.shortened)' has no port") }
            portText = rest.dropFirst()
            guard Self.isIPv6(host) else { throw refusal("'\(text.shortened)' has no IPv6 address in its brackets") }
        } else {
            guard let colon = text.lastIndex(of: ":") else { throw refusal("'\(text.shortened)' has no port") }
            host = text[..<colon]
            portText = text[text.index(after: colon)...]
            guard !host.contains(":") else {
                throw refusal("'\(text.shortened)' has several colons; an IPv6 address stands in brackets")
            }
            guard !host.isEmpty else { throw refusal("'\(text.shortened)' has no host") }
            guard Self.isHostName(host) else { throw refusal("'\(text.shortened)' isn't a host's name") }
        }
        guard portText.utf8.allSatisfy({ UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }), let port = Int(portText),
            1...65535 ~= port
        else { throw refusal("'\(text.shortened)' has no port between 1 and 65535") }
        self.host = String(host)
        self.port = port
    }

    /// Letters, digits, `-`, `_` and `.`: what DNS names and IPv4 addresses are made of, and what compose files use.
    private static func isHostName(_ text: Substring) -> Bool {
        text.unicodeScalars.allSatisfy { scalar in
            switch scalar {
            case "a"..."z", "A"..."Z", "0"..."9", "-", "_", ".": true
            default: scalar.value > 127 && scalar.properties.isAlphabetic
            }
        } && !text.hasPrefix(".") && !text.hasPrefix("-")
    }

    /// Hexadecimal digits, colons, a dotted tail and a zone: enough to tell an address from a name.
    private static func isIPv6(_ text: Substring) -> Bool {
        let parts = text.split(separator: "%", maxSplits: 1, omittingEmptySubsequences: false)
        guard let address = parts.first, address.contains(":") else { return false }
        if parts.count > 1, parts[1].isEmpty { return false }
        return address.unicodeScalars.allSatisfy { scalar in
            switch scalar {
            case "a"..."f", "A"..."F", "0"..."9", ":", ".": true
            default: false
            }
        }
    }
}
