extension KafkaError {
    /// Why librdkafka makes no client, from its words: mostly a file with certificates or a key.
    static func notMade(_ words: String) -> KafkaError {
        let cure: String? =
            if words.contains("ssl.key") || words.contains("keystore") {
                if words.contains("key values mismatch") {
                    "the private key isn't the certificate's: name the key that belongs to 'ssl.certificate.location'"
                } else if words.contains("PEM lib") || words.contains("decrypt") || words.contains("password") {
                    "the private key can't be read: it must be in PEM form, and an encrypted one needs the right "
                        + "'ssl.key.password' (a keystore 'ssl.keystore.password')"
                } else {
                    "the private key can't be read: it must be in PEM form"
                }
            } else if words.contains("ssl.ca") {
                "'ssl.ca.location' or 'ssl.ca.pem' holds no certificate in PEM form"
            } else if words.contains("ssl.certificate") {
                "'ssl.certificate.location' or 'ssl.certificate.pem' holds no certificate in PEM form"
            } else {
                nil
            }
        guard let cure else {
            return KafkaError(code: .client, message: "The Kafka client can't be made: \(words).")
        }
        return KafkaError(code: .tls, message: "The Kafka client can't be made, since \(cure).")
    }
}
