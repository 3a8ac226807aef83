/// `json` with schemas in JSON Schema: what a registry's schema means for columns, and the other way round.
///
///     let columns = try JSONFormat().columns(of: published, message: .first, options: [:])
///     let schema = try JSONFormat().schema(for: columns, named: "Order", options: [:])
extension JSONFormat: SchemaFormat {
    /// JSON Schema.
    public var schemaLanguage: PublishedSchema.Language { .json }

    /// A column for each property of the schema's top, in their order; required ones that can't be null are NOT NULL.
    public func columns(
        of schema: PublishedSchema, message: MessageChoice, options: [String: String]
    ) throws(FormatError) -> RowSchema {
        try JSONSchemaColumns.columns(of: schema)
    }

    /// The schema's `title`, else the last part of its `$id` without extensions.
    ///
    /// - Throws: ``FormatError`` with code `schema` where it has neither.
    public func identity(of schema: PublishedSchema, message: MessageChoice) throws(FormatError) -> MessageIdentity {
        let source = try JSONSchemaSource(schema)
        if let title = source.values.string(source.values.keyword("title", of: source.root)), !title.isEmpty {
            return MessageIdentity(fullName: title)
        }
        let id = source.values.keyword("$id", of: source.root) ?? source.values.keyword("id", of: source.root)
        if let url = source.values.string(id) {
            let file = URLReference.split(url).url.split(separator: "/").last ?? ""
            if let name = file.split(separator: ".").first { return MessageIdentity(fullName: String(name)) }
        }
        throw FormatError(.schema, "The JSON Schema has neither a title nor an $id to be called by: give it a title.")
    }

    /// An object of draft 7 with a property for each column; any value with `json.unstructured`.
    public func schema(
        for schema: RowSchema, named name: String, options: [String: String]
    ) throws(FormatError) -> PublishedSchema {
        let options = try JSONOptions(ownOptions(options, known: JSONOptions.names), schema: schema)
        let text =
            options.isUnstructured
            ? JSONSchemaText.anything(named: name)
            : JSONSchemaText(timestamps: options.timestamps).schema(for: schema, named: name)
        return PublishedSchema(.json, text)
    }

    /// The encoder of ``makeEncoder(schema:options:)``, with the schema's spelling of names; a NULL that the schema has no
    /// null for is left out.
    public func makeEncoder(
        schema: RowSchema, options: [String: String], writing published: PublishedSchema, message: MessageChoice
    ) throws(FormatError) -> any RecordEncoder {
        let options = try JSONOptions(ownOptions(options, known: JSONOptions.names), schema: schema)
        if options.isUnstructured {
            // The cell is a whole record, which only json.validate looks into.
            _ = try JSONSchemaSource(published)
            return JSONRecordEncoder(timestamps: options.timestamps, isUnstructured: true)
        }
        let fit = try JSONSchemaFit(schema, published, timestamps: options.timestamps)
        return JSONRecordEncoder(timestamps: options.timestamps, names: fit.names, isLeftOut: fit.isLeftOut)
    }
}
