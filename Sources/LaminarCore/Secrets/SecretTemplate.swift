/// A text in which `${secret:name}` stands for a secret, anywhere and any number of times; `$${` is a literal `${`.
///
///     let template = try SecretTemplate(parsing: "Bearer ${secret:token}")
///     template.names                                    // ["token"]
///     let value = try await template.resolve(with: .standard)
///
/// The template itself holds no secret, so it may be stored, shown and compared.
public struct SecretTemplate: Sendable, Hashable {
    enum Part: Sendable, Hashable {
        case literal(String)
        case secret(String)
    }

    /// The text as it was written.
    public let source: String
    let parts: [Part]

    /// - Throws: ``SecretError`` with code `malformed` when a reference isn't closed or has no name.
    public init(parsing source: String) throws(SecretError) {
        self.source = source
        guard source.utf8.contains(UInt8(ascii: "$")) else {
            parts = source.isEmpty ? [] : [.literal(source)]
            return
        }
        var parts: [Part] = []
        var literal = ""
        var rest = source[...]
        while let character = rest.first {
            if rest.hasPrefix("$${") {
                literal += "${"
                rest = rest.dropFirst(3)
            } else if rest.hasPrefix("${secret:") {
                let body = rest.dropFirst("${secret:".count)
                guard let end = body.firstIndex(of: "}") else {
                    throw SecretError(
                        code: .malformed,
                        message: "A ${secret:name} isn't closed by }; write $${ for a literal ${.")
                }
                let name = body[..<end]
                guard !name.isEmpty else {
                    throw SecretError(code: .malformed, message: "${secret:} names no secret.")
                }
                if !literal.isEmpty { parts.append(.literal(literal)) }
                literal = ""
                parts.append(.secret(String(name)))
                rest = body[body.index(after: end)...]
            } else {
                literal.append(character)
                rest = rest.dropFirst()
            }
        }
        if !literal.isEmpty { parts.append(.literal(literal)) }
        self.parts = parts
    }

    /// The names of the secrets in it, in order of appearance.
    public var names: [String] {
        parts.compactMap { if case .secret(let name) = $0 { name } else { nil } }
    }

    /// The text where it refers to no secret, nil where it does.
    public var plainText: String? {
        guard names.isEmpty else { return nil }
        return parts.reduce(into: "") { if case .literal(let text) = $1 { $0 += text } }
    }

    /// Puts the secrets in.
    ///
    /// - Throws: ``SecretError`` with code `missing`, naming the secret, or what a provider throws.
    public func resolve(with provider: any SecretProvider) async throws -> Secret {
        var text = ""
        for part in parts {
            switch part {
            case .literal(let literal): text += literal
            case .secret(let name):
                guard let secret = try await provider.secret(named: name) else {
                    throw SecretError(
                        code: .missing,
                        message:
                            "Secret \(name) is not known: set the environment variable, or put a file of that name "
                            + "into the secrets folder.")
                }
                secret.withUnredacted { text += $0 }
            }
        }
        return Secret(text)
    }
}
