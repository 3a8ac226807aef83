import LaminarHTTP

/// A request in the one form that both sides of a signature can make.
///
/// Source: IAM User Guide, "Create a signed AWS API request", "Create a canonical request". Paths are encoded twice, as
/// every service but S3 wants it.
struct CanonicalRequest: Equatable {
    /// The lines that are hashed.
    let text: String
    /// Lower-case names, sorted, joined by `;`.
    let signedHeaders: String

    /// - Parameters:
    ///   - headers: those to sign, `host` among them; names in any case, values as they are sent.
    ///   - payloadHash: SHA-256 of the body in hexadecimal.
    init(
        method: String, path: String, query: [RequestTarget.Parameter], headers: [(name: String, value: String)],
        payloadHash: String
    ) {
        var values: [String: [String]] = [:]
        for header in headers { values[header.name.lowercased(), default: []].append(Self.folded(header.value)) }
        let names = values.keys.sorted(by: Self.precedes)
        let lines = names.map { "\($0):\((values[$0] ?? []).joined(separator: ","))\n" }.joined()
        signedHeaders = names.joined(separator: ";")
        text = """
            \(method)
            \(Self.canonicalPath(path))
            \(Self.canonicalQuery(query))
            \(lines)
            \(signedHeaders)
            \(payloadHash)
            """
    }

    /// Encodes names and values, and sorts by name, then by value, byte by byte.
    static func canonicalQuery(_ query: [RequestTarget.Parameter]) -> String {
        query.map { (PercentEncoding.encode($0.name), PercentEncoding.encode($0.value)) }
            .sorted { left, right in
                left.0 == right.0 ? precedes(left.1, right.1) : precedes(left.0, right.0)
            }
            .map { "\($0)=\($1)" }
            .joined(separator: "&")
    }

    /// Removes `.`, `..` and doubled slashes, and encodes what is encoded already once more. Unlike RFC 3986 (5.2.4) AWS's
    /// signers leave no slash where a `.` or `..` ended the path.
    static func canonicalPath(_ path: String) -> String {
        var segments: [Substring] = []
        for segment in path.split(separator: "/") where segment != "." {
            if segment == ".." { _ = segments.popLast() } else { segments.append(segment) }
        }
        guard !segments.isEmpty else { return "/" }
        let normalized = "/" + segments.joined(separator: "/") + (path.hasSuffix("/") ? "/" : "")
        return PercentEncoding.encode(normalized, keepingSlashes: true)
    }

    /// Without white space at its ends, and with one space for each run of it, folded lines' among them.
    static func folded(_ value: String) -> String {
        value.utf8.split { $0 == 0x20 || (0x09...0x0d).contains($0) }
            .map { String(decoding: $0, as: UTF8.self) }
            .joined(separator: " ")
    }

    /// By code units: Swift's own order compares canonical equivalents.
    private static func precedes(_ left: String, _ right: String) -> Bool {
        left.utf8.lexicographicallyPrecedes(right.utf8)
    }
}
