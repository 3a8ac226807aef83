extension ClientHandle {
    /// How long a certificate and its key may be apart while somebody replaces their files, one after the other.
    private static let pairing = Duration.seconds(2)

    /// Makes something as soon as the files of a client's certificate and key fit each other: who starts while both are
    /// being replaced finds the one of before and the other of after, or half of one.
    static func onceFilesFit<Result>(
        _ properties: ClientProperties, _ make: () throws(KafkaError) -> Result
    ) throws(KafkaError) -> Result {
        let end = ContinuousClock.now + pairing
        while true {
            do throws(KafkaError) { return try make() } catch {
                guard error.code == .tls, properties["ssl.key.location"] != nil, ContinuousClock.now < end else {
                    throw error
                }
                WakeSignal().wait(.milliseconds(200))
            }
        }
    }
}

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
