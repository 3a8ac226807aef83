extension OptionCatalog {
    static let authenticationOptions: [OptionDefinition] = [
        OptionDefinition(
            "auth.type", .kafka, .choice(["none", "sasl", "aws_msk_iam"]), default: "none",
            "How the client proves who it is."),
        OptionDefinition(
            "auth.mechanism", .kafka, .choice(["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512", "OAUTHBEARER"]),
            governors: ["auth.type"], "SASL's mechanism; needed with `auth.type = 'sasl'`."),
        OptionDefinition(
            "auth.protocol", .kafka, .choice(["SASL_SSL", "SASL_PLAINTEXT"]), default: "SASL_SSL",
            governors: ["auth.type"], "Whether SASL runs over TLS. MSK IAM always does."),
        OptionDefinition(
            "auth.username", .kafka, .credential, governors: ["auth.type"], "For PLAIN and SCRAM."),
        OptionDefinition("auth.password", .kafka, .secret, governors: ["auth.type"], "For PLAIN and SCRAM."),
        OptionDefinition(
            "auth.token_endpoint", .kafka, .url, governors: ["auth.type"],
            "For OAUTHBEARER: where a token is had by the client-credentials grant."),
        OptionDefinition(
            "auth.token_endpoint.ssl.ca.location", .kafka, .pem(isPrivate: false), note: "the system's authorities",
            governors: ["auth.type"],
            "For OAUTHBEARER: who may sign the token endpoint's certificate, a PEM file or the text itself."),
        OptionDefinition(
            "auth.token_provider", .kafka, .text, governors: ["auth.type"],
            "For OAUTHBEARER, instead of an endpoint: the name of a source of tokens that the host registered."),
        OptionDefinition("auth.client_id", .kafka, .credential, governors: ["auth.type"], "For OAUTHBEARER."),
        OptionDefinition("auth.client_secret", .kafka, .secret, governors: ["auth.type"], "For OAUTHBEARER."),
        OptionDefinition(
            "auth.scope", .kafka, .text, governors: ["auth.type"], "For OAUTHBEARER: what is asked for."),
        OptionDefinition(
            "auth.region", .kafka, .text, governors: ["auth.type"], "For `aws_msk_iam`, needed there: the AWS region."),
        OptionDefinition(
            "auth.role_arn", .kafka, .text, governors: ["auth.type"], "For `aws_msk_iam`: a role to assume."),
        OptionDefinition(
            "auth.profile", .kafka, .text, governors: ["auth.type"],
            "For `aws_msk_iam`: a profile of AWS's configuration files."),
        OptionDefinition(
            "security.protocol", .kafka, .choice(["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"]),
            note: "`PLAINTEXT`, or what `auth.protocol` says",
            "Kafka's own name for the combination. `SSL` is TLS without SASL; it must agree with `auth.protocol`."),
    ]
}
