public import LaminarCore

/// A text of a configuration that is, or may refer to, a secret.
///
///     let password = SecretText.secret(named: "kafka_password")         // looked up when a client connects
///     let header = try SecretText(parsing: "Bearer ${secret:token}")    // the same, inside a longer text
///     let literal = SecretText(Secret(entered))                         // the host already has it
///
/// A literal prints as `<redacted>`; a reference prints as it was written, since it holds no secret.
public struct SecretText: Sendable, Hashable {
    private enum Content: Sendable, Hashable {
        case literal(Secret)
        case template(SecretTemplate)
    }

    private let content: Content

    /// A text that the host has at hand.
    public init(_ secret: Secret) {
        content = .literal(secret)
    }

    /// A text in which `${secret:name}` stands for a secret and `$${` for a literal `${`.
    ///
    /// - Throws: `SecretError` with code `malformed` when a reference isn't closed or has no name.
    public init(parsing text: String) throws(SecretError) {
        let template = try SecretTemplate(parsing: text)
        content = template.plainText.map { .literal(Secret($0)) } ?? .template(template)
    }

    /// The secret of that name, nothing around it.
    public static func secret(named name: String) -> SecretText {
        (try? SecretText(parsing: "${secret:\(name)}")) ?? SecretText(Secret(name))
    }

    /// Whether the text itself was written out, so that it refers to no secret.
    public var isLiteral: Bool {
        if case .literal = content { true } else { false }
    }

    /// Whether there is no text at all.
    public var isEmpty: Bool {
        if case .literal(let secret) = content { secret.isEmpty } else { false }
    }

    /// Names of the secrets that it refers to.
    public var names: [String] {
        if case .template(let template) = content { template.names } else { [] }
    }

    /// The text with the secrets put in.
    ///
    /// - Throws: `SecretError` with code `missing`, naming the secret, or what a provider throws.
    public func resolve(with provider: any SecretProvider) async throws -> Secret {
        switch content {
        case .literal(let secret): secret
        case .template(let template): try await template.resolve(with: provider)
        }
    }

    /// Lends the text where it is a literal.
    func withLiteral<Result>(_ body: (String) -> Result) -> Result? {
        guard case .literal(let secret) = content else { return nil }
        return secret.withUnredacted(body)
    }
}

extension SecretText: ExpressibleByStringLiteral {
    /// A text as ``init(parsing:)`` reads it; one that can't be read is taken as it is.
    public init(stringLiteral text: String) {
        self = (try? SecretText(parsing: text)) ?? SecretText(Secret(text))
    }
}

extension SecretText: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The reference as it was written; `<redacted>` for a literal.
    public var description: String {
        switch content {
        case .literal: "<redacted>"
        case .template(let template): template.source
        }
    }
    /// The same as ``description``.
    public var debugDescription: String { description }
    /// A mirror without children.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
