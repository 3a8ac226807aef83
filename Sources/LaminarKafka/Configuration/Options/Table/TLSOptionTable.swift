extension OptionCatalog {
    static let tlsOptions: [OptionDefinition] = [
        OptionDefinition(
            "ssl.ca.location", .kafka, .pem(isPrivate: false), note: "the system's authorities",
            governors: ["ssl.ca.pem"],
            "Who may sign the broker's certificate: a PEM file, a folder of them, or the PEM text itself."),
        OptionDefinition(
            "ssl.ca.pem", .kafka, .pem(isPrivate: false), governors: ["ssl.ca.location"], "The same as text."),
        OptionDefinition(
            "ssl.certificate.location", .kafka, .pem(isPrivate: false), governors: ["ssl.certificate.pem"],
            "The client's certificate, a PEM file or the text itself; needs a key."),
        OptionDefinition(
            "ssl.certificate.pem", .kafka, .pem(isPrivate: false), governors: ["ssl.certificate.location"],
            "The same as text."),
        OptionDefinition(
            "ssl.key.location", .kafka, .pem(isPrivate: true), governors: ["ssl.key.pem"],
            "The certificate's private key, a PEM file or a reference to the text."),
        OptionDefinition(
            "ssl.key.pem", .kafka, .pem(isPrivate: true), governors: ["ssl.key.location"], "The same as text."),
        OptionDefinition("ssl.key.password", .kafka, .secret, "The passphrase of the private key."),
        OptionDefinition(
            "ssl.keystore.location", .kafka, .path,
            "A PKCS#12 file with certificate and key, instead of the two. A Java keystore (JKS) isn't read."),
        OptionDefinition("ssl.keystore.password", .kafka, .secret, "The passphrase of the PKCS#12 file."),
        OptionDefinition(
            "enable.ssl.certificate.verification", .kafka, .boolean, default: "true",
            "Whether the broker's certificate must be signed by somebody trusted; `false` gives a notice."),
        OptionDefinition(
            "ssl.endpoint.identification.algorithm", .kafka, .choice(["https", "none"]), default: "https",
            "Whether the certificate must be the host's that was asked for; `none` gives a notice."),
    ]
}
