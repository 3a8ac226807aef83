extension KafkaSourceConfiguration {
    /// Checks everything that can be checked without a broker.
    ///
    /// - Throws: ``ConfigurationError`` for the first thing that is wrong, naming the option that SQL has for it.
    public func validate() throws(ConfigurationError) {
        _ = try BrokerAddress.list(parsing: bootstrapServers)
    }
}
extension KafkaSinkConfiguration {
    /// Checks everything that can be checked without a broker.
    ///
    /// - Throws: ``ConfigurationError`` for the first thing that is wrong, naming the option that SQL has for it.
    public func validate() throws(ConfigurationError) {
        _ = try BrokerAddress.list(parsing: bootstrapServers)
    }
}
