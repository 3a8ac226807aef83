/// A format whose payloads have a schema in a language of its own: Avro, Protobuf, JSON with JSON Schema.
///
/// Nothing here asks a registry: schemas come and go as texts.
public protocol SchemaFormat: RecordFormat {
    /// The language of its schemas.
    var schemaLanguage: PublishedSchema.Language { get }

    /// The columns of a table that lists none: a column for each field of the schema, in its order.
    ///
    /// - Throws: ``FormatError`` with code `schema` where the text isn't a schema, or its top is nothing that has fields.
    func columns(
        of schema: PublishedSchema, message: MessageChoice, options: [String: String]
    ) throws(FormatError) -> RowSchema

    /// The message that is meant, by all of its names; for Avro the top record's.
    ///
    /// - Throws: ``FormatError`` with code `schema` where there is none.
    func identity(of schema: PublishedSchema, message: MessageChoice) throws(FormatError) -> MessageIdentity

    /// The schema that a sink of these columns publishes.
    ///
    /// - Parameters:
    ///   - schema: the payload's columns.
    ///   - name: the top record's or message's full name.
    /// - Throws: ``FormatError`` with code `column` for a column that the language can't say.
    func schema(
        for schema: RowSchema, named name: String, options: [String: String]
    ) throws(FormatError) -> PublishedSchema

    /// An encoder that writes rows as `published` says, columns and fields matched by name as a decoder does it.
    ///
    /// - Throws: ``FormatError`` with code `column` where a field without default has no column, a column has no field, or
    ///   their types don't fit.
    func makeEncoder(
        schema: RowSchema, options: [String: String], writing published: PublishedSchema, message: MessageChoice
    ) throws(FormatError) -> any RecordEncoder
}
