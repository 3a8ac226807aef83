/// Secrets in a script: their places, never their values.
enum FlinkSecrets {
    /// The text of something that may refer to a secret.
    ///
    /// - Parameters:
    ///   - option: the option that holds it, for the place of one that was written out.
    ///   - isSecret: false for a user's name, which may be written out.
    static func text(
        _ text: SecretText, option: String, isSecret: Bool = true, _ findings: inout FlinkFindings
    ) -> String {
        if !text.isLiteral {
            findings.note("`${secret:…}` stands for secrets: put them in before Flink reads the script")
            return text.description
        }
        if !isSecret, let plain = text.withLiteral({ $0 }) { return plain }
        let place = option.replacing(".", with: "_")
        findings.note("'\(option)' was written out; its place in the script is ${secret:\(place)}")
        return "${secret:\(place)}"
    }

    /// A value inside of a JAAS configuration.
    static func quoted(_ text: String) -> String {
        "\"\(text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\""))\""
    }
}
