import LaminarHTTP

/// What STS says when it says no, as an error with a cure. Of the answer only the code is shown: its text may quote tokens.
enum STSRefusal {
    static func error(service: String, _ response: HTTPResponse) -> AWSError {
        let said = (try? XMLTexts(reading: response.body))?.first(endingWith: "Error/Code") ?? ""
        let code =
            said.utf8.count <= 64 && said.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == ".") }
            ? said : ""
        let isTransient =
            response.status >= 500 || response.status == 429
            || ["Throttling", "ThrottlingException", "RequestLimitExceeded", "IDPCommunicationError"].contains(code)
        let name = code.isEmpty ? "status \(response.status)" : "\(code) (status \(response.status))"
        return AWSError(
            isTransient ? .unavailable : .refused, "\(service) answered \(name)\(isTransient ? "." : cure(code))")
    }

    private static func cure(_ code: String) -> String {
        switch code {
        case "AccessDenied":
            ": the role's trust policy must name who asks, and who asks needs permission for the action."
        case "InvalidClientTokenId", "UnrecognizedClientException":
            ": the access key isn't known; check the credentials."
        case "SignatureDoesNotMatch": ": the secret key isn't that access key's, or this machine's clock is wrong."
        case "ExpiredToken", "ExpiredTokenException":
            ": the credentials or the identity's token have expired; whoever writes them must renew them."
        case "InvalidIdentityToken": ": the role's account doesn't trust the token's issuer, or its signature."
        case "IDPRejectedClaim": ": the identity provider rejected the token's claims."
        case "RegionDisabledException": ": STS is switched off in that region; switch it on in the account's settings."
        case "ValidationError": ": check the role's ARN, session name, external id and duration."
        default: ": check the role, its trust policy and the credentials."
        }
    }
}
