package import LaminarFormats

/// What a table means: where its rows come from, and what they are.
package struct ResolvedTable: Sendable {
    /// Where the rows come from or go to.
    package enum Connector: Sendable {
        /// Topics that are read. A pattern excludes every dead letter topic of the catalog.
        case source(KafkaSourceConfiguration)
        /// A topic that is written.
        case sink(KafkaSinkConfiguration)
        /// Records that are made up.
        case impulse(ImpulseConfiguration)
    }

    /// The table's name.
    package let name: String
    /// The connection's name.
    package let connection: String
    /// The connection's configuration with the table's options over it.
    package let connector: Connector
    /// The columns as the format reads them: those with a metadata field are filled from the record.
    package let schema: RowSchema
    /// How payloads become columns; nil for `impulse`, and for a built-in format that this version has no decoder of.
    package let format: (any RecordFormat)?
    /// The format's options by their names.
    package let formatOptions: [String: String]
}
