/// What the surroundings of a statement say: which formats there are, and whether a secret may be written out.
public struct ConfigurationContext: Sendable, Hashable {
    /// Names of the decoders that the host registered, in lower case.
    public var formats: Set<String>
    /// Whether a password may be written out: true for an in-memory database, false where the catalog is a file.
    public var allowsLiteralSecrets: Bool
    /// The group id that was generated and kept when the connection was created; nil generates one.
    public var keptGroupID: String?

    /// Without arguments: no decoders of the host's, an in-memory database.
    public init(
        formats: Set<String> = [], allowsLiteralSecrets: Bool = true, keptGroupID: String? = nil
    ) {
        self.formats = formats
        self.allowsLiteralSecrets = allowsLiteralSecrets
        self.keptGroupID = keptGroupID
    }
}
