/// A batch engine whose payloads were written with schemas that are told at run time, since the payloads name them.
///
/// A plan is compiled once for each (writer, columns); selecting one costs nothing for each record.
protocol WriterEngine: BatchEngine {
    /// Whether it matters which message of the schema a payload says that it is.
    var heedsMessage: Bool { get }

    /// Compiles the plan that turns payloads of this writer into the columns.
    ///
    /// - Returns: its number, for ``selectWriter(_:)``.
    /// - Throws: ``FormatError`` with code `schema` where the text isn't a schema, or can't be resolved to the columns.
    func addWriter(_ schema: PublishedSchema, message: MessageChoice) throws(FormatError) -> Int

    /// The payloads that follow were written by this one.
    func selectWriter(_ number: Int)
}

extension WriterEngine {
    /// No: a schema is one thing as a whole.
    var heedsMessage: Bool { false }
}

extension BatchDecoder {
    /// Whether it matters which message of a schema is told to ``addWriter(_:message:)``; if not, a schema is one writer.
    public var heedsMessage: Bool { writers?.heedsMessage ?? false }

    /// Whether payloads are bodies without their registry's frame, whose writer must be selected before they are appended.
    public var needsWriter: Bool { writers != nil }

    /// Compiles the plan for a writer's schema.
    ///
    ///     let number = try decoder.addWriter(schema, message: .first)     // once a schema
    ///     decoder.selectWriter(number)                                    // once a run of records of that schema
    ///     let bad = decoder.append(bodies)
    ///
    /// - Returns: its number, for ``selectWriter(_:)``.
    /// - Throws: ``FormatError`` with code `schema` where the text isn't a schema, can't be resolved to the columns, or the
    ///   decoder takes none.
    public mutating func addWriter(_ schema: PublishedSchema, message: MessageChoice) throws(FormatError) -> Int {
        guard let writers else {
            throw FormatError(.schema, "This decoder knows its schema already: it takes no writer's.")
        }
        return try writers.addWriter(schema, message: message)
    }

    /// The payloads that follow were written by this one.
    ///
    /// - Parameter number: one that ``addWriter(_:message:)`` gave; others stop the program, as a wrong index of an array does.
    public mutating func selectWriter(_ number: Int) { writers?.selectWriter(number) }
}
