import LaminarCore

/// `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY` and, for temporary credentials, `AWS_SESSION_TOKEN`.
///
/// `AWS_CREDENTIAL_EXPIRATION`, which `aws configure export-credentials --format env` prints, is honoured.
struct EnvironmentLink: CredentialLink {
    let surroundings: AWSSurroundings
    let name = "environment"

    func look() async throws(AWSError) -> CredentialFinding {
        let id = surroundings.variable("AWS_ACCESS_KEY_ID")
        let secret = surroundings.variable("AWS_SECRET_ACCESS_KEY")
        guard let id else {
            if secret != nil { throw wrong("AWS_SECRET_ACCESS_KEY is set and AWS_ACCESS_KEY_ID isn't") }
            return .nothing("AWS_ACCESS_KEY_ID isn't set")
        }
        guard let secret else { throw wrong("AWS_ACCESS_KEY_ID is set and AWS_SECRET_ACCESS_KEY isn't") }
        var expiration: Double?
        if let text = surroundings.variable("AWS_CREDENTIAL_EXPIRATION") {
            guard let moment = AWSTimestamp.seconds(text) else {
                throw wrong("AWS_CREDENTIAL_EXPIRATION isn't a time like 2030-01-01T00:00:00Z")
            }
            guard moment > surroundings.now() else {
                throw AWSError(
                    .noCredentials,
                    "environment: the credentials there expired at \(text): set new ones and start again.")
            }
            expiration = moment
        }
        return .credentials(
            AWSCredentials(
                accessKeyID: id, secretAccessKey: Secret(secret),
                sessionToken: surroundings.variable("AWS_SESSION_TOKEN").map { Secret($0) }, expiration: expiration))
    }

    private func wrong(_ what: String) -> AWSError { AWSError(.configuration, "environment: \(what).") }
}
