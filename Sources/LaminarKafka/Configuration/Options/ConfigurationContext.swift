/// What the surroundings of a statement say: which formats there are, and whether a secret may be written out.
public struct ConfigurationContext: Sendable, Hashable {
    /// Names of the decoders that the host registered, in lower case.
    public var formats: Set<String>
    /// Whether a password may be written out: true for an in-memory database, false where the catalog is a file.
    public var allowsLiteralSecrets: Bool
    /// The host's own sources of tokens, by the names that `auth.token_provider` knows them by.
    public var tokenProviders: [String: HostTokens]
    /// The group id that was generated and kept when the connection was created; nil generates one.
    public var keptGroupID: String?

    /// Without arguments: no decoders and no tokens of the host's, an in-memory database.
    public init(
        formats: Set<String> = [], allowsLiteralSecrets: Bool = true, keptGroupID: String? = nil,
        tokenProviders: [String: HostTokens] = [:]
    ) {
        self.tokenProviders = tokenProviders
        self.formats = formats
        self.allowsLiteralSecrets = allowsLiteralSecrets
        self.keptGroupID = keptGroupID
    }
}
