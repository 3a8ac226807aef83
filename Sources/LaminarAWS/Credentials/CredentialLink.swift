/// One place where credentials may be.
protocol CredentialLink: Sendable {
    /// How errors call it.
    var name: String { get }

    /// What the place has now.
    ///
    /// - Throws: ``AWSError`` where somebody set it up and it doesn't work: to go on then would be to act as somebody else.
    func look() async throws(AWSError) -> CredentialFinding
}

/// What a link found.
enum CredentialFinding: Equatable {
    case credentials(AWSCredentials)
    /// Nobody set it up; the text says what would.
    case nothing(String)
}
