import LaminarCore
import LaminarHTTP

/// AWS STS, as far as roles need it: AssumeRole and AssumeRoleWithWebIdentity.
///
///     let sts = try SecurityTokenService(region: region, transport: transport, surroundings: surroundings)
///     let temporary = try await sts.assume(role, with: credentials)
///
/// The endpoint is the region's own; `AWS_ENDPOINT_URL_STS`, else `AWS_ENDPOINT_URL`, replaces it. Source: AWS Security Token
/// Service API Reference, version 2011-06-15.
struct SecurityTokenService: Sendable {
    private let region: AWSRegion
    private let endpoint: String
    private let transport: any HTTPTransport
    private let surroundings: AWSSurroundings

    /// - Throws: ``AWSError`` with code `configuration` for a region or an endpoint that isn't one.
    init(region: String, transport: any HTTPTransport, surroundings: AWSSurroundings) throws(AWSError) {
        self.region = try AWSRegion(region)
        self.transport = transport
        self.surroundings = surroundings
        let variables = ["AWS_ENDPOINT_URL_STS", "AWS_ENDPOINT_URL"]
        guard let variable = variables.first(where: { surroundings.variable($0) != nil }),
            let url = surroundings.variable(variable)
        else {
            endpoint = "https://sts.\(self.region.name).\(self.region.domain)/"
            return
        }
        do {
            _ = try RequestTarget(parsing: url)
        } catch {
            throw AWSError(.configuration, "\(variable) isn't a URL with http:// or https:// and a host.")
        }
        endpoint = url.hasSuffix("/") ? url : url + "/"
    }

    /// AssumeRole, signed with `credentials`.
    ///
    /// - Throws: ``AWSError`` with code `refused`, `unavailable` or `malformedAnswer`.
    func assume(_ role: RoleRequest, with credentials: AWSCredentials) async throws(AWSError) -> AWSCredentials {
        let request = self.request(parameters(of: role, action: "AssumeRole"))
        let scope = SignatureV4.Scope(time: AWSTimestamp(surroundings.now()), region: region.name, service: "sts")
        let signed = try SignedHeaders(signing: request, scope: scope, credentials: credentials).request
        return try await issued(answering: signed, action: "AssumeRole", role: role)
    }

    /// AssumeRoleWithWebIdentity, for whoever holds the token.
    ///
    /// - Throws: ``AWSError`` with code `refused`, `unavailable` or `malformedAnswer`.
    func assume(_ role: RoleRequest, withWebIdentity token: Secret) async throws(AWSError) -> AWSCredentials {
        let action = "AssumeRoleWithWebIdentity"
        let fields =
            parameters(of: role, action: action) + [("WebIdentityToken", token.withUnredacted { $0 })]
        return try await issued(answering: request(fields), action: action, role: role)
    }

    private func parameters(of role: RoleRequest, action: String) -> [(name: String, value: String)] {
        let isWeb = action == "AssumeRoleWithWebIdentity"
        let session =
            role.sessionName ?? (isWeb ? surroundings.variable("AWS_ROLE_SESSION_NAME") : nil)
            ?? "laminar-\(AWSTimestamp(surroundings.now()).basic)"
        var fields = [
            ("Action", action), ("Version", "2011-06-15"), ("RoleArn", role.arn), ("RoleSessionName", session),
        ]
        if let seconds = role.duration { fields.append(("DurationSeconds", "\(seconds)")) }
        if let external = role.externalID, !isWeb { fields.append(("ExternalId", external)) }
        return fields.map { (name: $0.0, value: $0.1) }
    }

    private func request(_ fields: [(name: String, value: String)]) -> HTTPRequest {
        HTTPRequest(
            .post, endpoint, headers: [("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")],
            body: Array(PercentEncoding.form(fields).utf8))
    }

    private func issued(
        answering request: HTTPRequest, action: String, role: RoleRequest
    ) async throws(AWSError) -> AWSCredentials {
        let service = "AWS STS (\(action) of \(role.arn))"
        let response = try await transport.answer(to: request, from: service)
        guard response.status == 200 else { throw STSRefusal.error(service: service, response) }
        let texts: XMLTexts
        do { texts = try XMLTexts(reading: response.body) } catch { throw Self.malformed(service) }
        func text(_ name: String) -> String? {
            texts["\(action)Response/\(action)Result/Credentials/\(name)"].flatMap { $0.isEmpty ? nil : $0 }
        }
        guard let id = text("AccessKeyId"), let secret = text("SecretAccessKey"), let token = text("SessionToken"),
            let expiration = text("Expiration").flatMap(AWSTimestamp.seconds)
        else { throw Self.malformed(service) }
        return AWSCredentials(
            accessKeyID: id, secretAccessKey: Secret(secret), sessionToken: Secret(token), expiration: expiration)
    }

    private static func malformed(_ service: String) -> AWSError {
        AWSError(.malformedAnswer, "\(service) answered without credentials: check that the endpoint is AWS's.")
    }
}
