import LaminarHTTP

/// A request's URL taken apart, as far as its signature needs.
///
///     let target = try RequestTarget(parsing: "https://glue.eu-west-1.amazonaws.com/?a=b")
///     target.host                                       // glue.eu-west-1.amazonaws.com
struct RequestTarget: Equatable {
    /// `http` or `https`.
    let scheme: String
    /// The `Host` header: without a user, without the scheme's own port.
    let host: String
    /// The host alone; an IPv6 address keeps its brackets.
    var hostWithoutPort: Substring {
        let behindBracket = host.lastIndex(of: "]") ?? host.startIndex
        return host[behindBracket...].lastIndex(of: ":").map { host[..<$0] } ?? host[...]
    }
    /// As it is written in the URL, `/` where it is empty.
    let path: String
    /// Names and values of the query, decoded, in the order of the URL.
    let query: [Parameter]

    /// One parameter, its percent encoding taken off.
    struct Parameter: Equatable {
        let name: [UInt8]
        let value: [UInt8]
    }

    /// - Throws: ``AWSError`` with code `signing` for anything but an absolute HTTP URL.
    init(parsing url: String) throws(AWSError) {
        let withoutFragment = url.prefix { $0 != "#" }
        guard let separator = withoutFragment.firstRange(of: "://") else { throw Self.notAURL }
        scheme = withoutFragment[..<separator.lowerBound].lowercased()
        guard scheme == "http" || scheme == "https" else { throw Self.notAURL }
        let rest = withoutFragment[separator.upperBound...]
        let authority = rest.prefix { $0 != "/" && $0 != "?" }
        let behind = rest[authority.endIndex...]
        let writtenPath = behind.prefix { $0 != "?" }
        path = writtenPath.isEmpty ? "/" : String(writtenPath)
        query = Self.parameters(of: behind[writtenPath.endIndex...].dropFirst())

        let withoutUser = authority.lastIndex(of: "@").map { authority[authority.index(after: $0)...] } ?? authority
        let port = scheme == "http" ? ":80" : ":443"
        host = String(withoutUser.hasSuffix(port) ? withoutUser.dropLast(port.count) : withoutUser)
        guard !host.isEmpty, host.utf8.allSatisfy({ (0x21...0x7e).contains($0) }) else { throw Self.notAURL }
    }

    private static func parameters(of query: Substring) -> [Parameter] {
        query.split(separator: "&").map { pair in
            let name = pair.prefix { $0 != "=" }
            return Parameter(
                name: PercentEncoding.decode(name),
                value: PercentEncoding.decode(pair[name.endIndex...].dropFirst()))
        }
    }

    private static var notAURL: AWSError {
        AWSError(.signing, "Only a URL that begins with http:// or https:// and names a host can be signed.")
    }
}
