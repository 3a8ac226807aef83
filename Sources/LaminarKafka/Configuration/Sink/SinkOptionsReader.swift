extension KafkaSinkConfiguration {
    /// Builds the configuration of `type = 'sink'` from options in their normal form.
    init(_ values: OptionValues) throws(ConfigurationError) {
        try self.init(
            bootstrapServers: values.required("bootstrap_servers", "A sink"), topic: values.required("topic", "A sink"))
        commitMode = values.choice("sink.commit_mode") ?? .atLeastOnce
        transactionalID = values.text("sink.transactional_id")
        keyField = values.text("sink.key_field")
        timestampField = values.text("sink.timestamp_field")
        partitioner = values.choice("sink.partitioner") ?? .murmur2Random
        security = try SecurityOptions.read(values)
        format = try FormatOptionsReader.format(values, "A sink")
        schemaRegistry = try FormatOptionsReader.registry(values)
        subjects = try FormatOptionsReader.subjects(values)
        properties = values.properties.mapValues(\.text)
    }
}
