/// A role that is to be assumed.
struct RoleRequest: Equatable, Sendable {
    let arn: String
    /// Nil lets ``SecurityTokenService`` make one.
    let sessionName: String?
    let externalID: String?
    /// In seconds; nil for the service's default, an hour.
    let duration: Int?

    /// - Parameter owner: who asks for it, for errors.
    /// - Throws: ``AWSError`` with code `configuration` for what can't be a role's name.
    init(
        _ arn: String, sessionName: String? = nil, externalID: String? = nil, duration: Int? = nil, of owner: String
    ) throws(AWSError) {
        let isARN =
            arn.hasPrefix("arn:") && arn.utf8.count <= 2048 && arn.utf8.allSatisfy { (0x21...0x7e).contains($0) }
        guard isARN else {
            throw AWSError(
                .configuration, "\(owner): a role's ARN looks like arn:aws:iam::123456789012:role/name.")
        }
        self.arn = arn
        self.sessionName = sessionName
        self.externalID = externalID
        self.duration = duration
    }

    /// From a profile's `role_session_name`, `external_id` and `duration_seconds`.
    init(_ arn: String, settings: [String: String], of owner: String) throws(AWSError) {
        func setting(_ name: String) -> String? { settings[name].flatMap { $0.isEmpty ? nil : $0 } }
        var duration: Int?
        if let text = setting("duration_seconds") {
            guard let seconds = Int(text), (900...43_200).contains(seconds) else {
                throw AWSError(.configuration, "\(owner): duration_seconds is a number from 900 to 43200.")
            }
            duration = seconds
        }
        try self.init(
            arn, sessionName: setting("role_session_name"), externalID: setting("external_id"), duration: duration,
            of: owner)
    }
}
