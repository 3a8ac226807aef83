/// A way to read payloads, under a name that DDL and `KafkaSource` use: `format = 'json'`.
///
///     struct CSVFormat: RecordFormat {
///         let name = "csv"
///         func makeDecoder(schema: RowSchema, options: [String: String]) throws(FormatError) -> BatchDecoder {
///             BatchDecoder(schema: schema, decoder: CommaSeparated())
///         }
///     }
///     var formats = FormatRegistry()
///     try formats.register(CSVFormat())
public protocol RecordFormat: Sendable {
    /// Lower case, letters, digits and underscores.
    var name: String { get }
    /// Other names of the same format.
    var aliases: [String] { get }

    /// Compiles a decoder for the columns that are wanted; called at CREATE TABLE too, to check them.
    ///
    /// - Parameters:
    ///   - schema: the columns; those with a metadata field are filled by the caller.
    ///   - options: the table's and connection's options by lower-case key. A format reads the keys that begin with its
    ///     name and a dot, and refuses those of them that it doesn't know; it ignores the others.
    /// - Throws: ``FormatError`` for a column or an option that can't be.
    func makeDecoder(schema: RowSchema, options: [String: String]) throws(FormatError) -> BatchDecoder

    /// Makes an encoder of rows with these columns, for sinks; called at CREATE TABLE too, to check them. A format that is
    /// only read leaves it out.
    ///
    /// - Parameters:
    ///   - schema: the payload's columns; a record's key, timestamp and headers aren't among them.
    ///   - options: as for ``makeDecoder(schema:options:)``.
    /// - Throws: ``FormatError`` for a column or an option that can't be, or with code `unwritable`.
    func makeEncoder(schema: RowSchema, options: [String: String]) throws(FormatError) -> any RecordEncoder

    /// What the columns mean to this format before they are decoded: `raw` makes `offset` the record's own.
    func resolve(_ schema: RowSchema) throws(FormatError) -> RowSchema
}

extension RecordFormat {
    /// None.
    public var aliases: [String] { [] }

    /// Refused: the format is only read.
    public func makeEncoder(schema: RowSchema, options: [String: String]) throws(FormatError) -> any RecordEncoder {
        throw FormatError(
            .unwritable,
            "The format \(name) has no encoder, so a sink can't write it: give its RecordFormat makeEncoder.")
    }

    /// The schema as it is.
    public func resolve(_ schema: RowSchema) throws(FormatError) -> RowSchema { schema }

    /// The format's own options, without the prefix `name.`, all of which must be among `known`.
    func ownOptions(_ options: [String: String], known: [String]) throws(FormatError) -> [String: String] {
        var own: [String: String] = [:]
        for (key, value) in options where key.hasPrefix(name + ".") {
            let short = String(key.dropFirst(name.utf8.count + 1))
            guard known.contains(short) else {
                let list = known.map { "\(name).\($0)" }.joined(separator: ", ")
                throw FormatError(
                    .option, "The \(name) format has no option \(key): it has \(list.isEmpty ? "none" : list).")
            }
            own[short] = value
        }
        return own
    }
}

/// The formats of one host: the built-in ones and its own.
///
///     var formats = FormatRegistry()                       // avro, confluent_avro, json, raw, …
///     try formats.register(CSVFormat())
///     let decoder = try formats.format(named: "csv").makeDecoder(schema: schema, options: [:])
public struct FormatRegistry: Sendable {
    private var formats: [String: any RecordFormat] = [:]

    /// The built-in formats.
    public init() {
        for format in [JSONFormat(), AvroFormat(), AvroFormat(.confluentAvro), RawFormat(.bytes), RawFormat(.text)]
            as [any RecordFormat]
        { add(format) }
    }

    /// Adds a host's format.
    ///
    /// - Throws: ``FormatError`` with code `.unknownFormat` when the name is taken or isn't lower case letters, digits and
    ///   underscores.
    public mutating func register(_ format: some RecordFormat) throws(FormatError) {
        for name in [format.name] + format.aliases {
            guard !name.isEmpty, name.utf8.allSatisfy({ $0 == 95 || $0 &- 48 < 10 || $0 &- 97 < 26 }) else {
                throw FormatError(
                    .unknownFormat, "A format's name is made of a-z, 0-9 and _: \(name) can't be registered.")
            }
            if formats[name] != nil {
                throw FormatError(.unknownFormat, "The format \(name) exists already: choose another name.")
            }
        }
        add(format)
    }

    private mutating func add(_ format: any RecordFormat) {
        for name in [format.name] + format.aliases { formats[name] = format }
    }

    /// Every name, sorted, aliases too.
    public var names: [String] { formats.keys.sorted() }

    /// The format of that name, ignoring case; nil when there is none.
    public subscript(name: String) -> (any RecordFormat)? { formats[name.lowercased()] }

    /// The format of that name, ignoring case.
    ///
    /// - Throws: ``FormatError`` with code `.unknownFormat`, naming those that exist.
    public func format(named name: String) throws(FormatError) -> any RecordFormat {
        guard let format = self[name] else {
            throw FormatError(
                .unknownFormat,
                "There is no format \(name): use \(names.joined(separator: ", ")), or register a decoder of that name.")
        }
        return format
    }
}
