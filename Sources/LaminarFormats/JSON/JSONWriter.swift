/// Writes rows as lines of JSON into memory that is used again.
///
///     var writer = JSONWriter()
///     for row in batch {
///         writer.write(row)
///         writer.newLine()
///     }
///     FileHandle.standardOutput.write(Data(writer.bytes))
///
/// BIGINT and DECIMAL are exact numbers; BYTEA is base64; timestamps are RFC 3339 with microseconds, in UTC; NaN and the
/// infinities are the strings `"NaN"`, `"Infinity"`, `"-Infinity"`. The `json` format reads all of them back.
public struct JSONWriter: Sendable {
    /// What has been written so far, UTF-8.
    public private(set) var bytes: [UInt8] = []

    private let timestamps: JSONTimes.Format

    /// Nothing written yet.
    public init() { self.init(timestamps: .auto) }

    /// - Parameter timestamps: how a TIMESTAMP is written, the formats of numbers as numbers.
    init(timestamps: JSONTimes.Format) { self.timestamps = timestamps }

    /// The same as text.
    public var text: String { String(decoding: bytes, as: UTF8.self) }

    /// Starts again with the same memory.
    public mutating func removeAll() { bytes.removeAll(keepingCapacity: true) }

    /// Ends a line.
    public mutating func newLine() { bytes.append(0x0A) }

    /// An object with a member for each column, in the schema's order.
    public mutating func write(_ row: Row) {
        bytes.append(0x7B)
        for (index, column) in row.batch.columns.enumerated() {
            if index > 0 { bytes.append(0x2C) }
            string(row.schema.columns[index].name)
            bytes.append(0x3A)
            write(column, row: row.index)
        }
        bytes.append(0x7D)
    }

    /// The same under other names, the columns that are marked left out where they are NULL.
    mutating func write(_ row: Row, names: [String], leavingOut isLeftOut: [Bool]) {
        bytes.append(0x7B)
        var isFirst = true
        for (index, column) in row.batch.columns.enumerated() where index < names.count {
            if isLeftOut[index], column.isNull(row.index) { continue }
            if !isFirst { bytes.append(0x2C) }
            isFirst = false
            string(names[index])
            bytes.append(0x3A)
            write(column, row: row.index)
        }
        bytes.append(0x7D)
    }

    /// One cell of a column.
    ///
    /// - Parameters:
    ///   - column: of any type.
    ///   - row: 0 up to its count.
    public mutating func write(_ column: Column, row: Int) {
        if column.isNull(row) { return raw("null") }
        switch column.type {
        case .text: string(column.bytes(row))
        case .json: json(column.bytes(row))
        case .bigint: raw(String(column.fixed(row, as: Int64.self)))
        case .array:
            list(column.range(row)) { $0.write(column.children[0], row: $1) }
        case .map:
            object(column.range(row)) { writer, entry in
                writer.string(column.children[0].bytes(entry))
                writer.bytes.append(0x3A)
                writer.write(column.children[1], row: entry)
            }
        case .structure(let fields):
            object(fields.indices) { writer, field in
                writer.string(fields[field].name)
                writer.bytes.append(0x3A)
                writer.write(column.children[field], row: row)
            }
        default: write(column.value(at: row))
        }
    }

    /// One value.
    public mutating func write(_ value: Value) {
        switch value {
        case .null: raw("null")
        case .boolean, .smallint, .int, .bigint, .decimal: raw(value.description)
        case .real(let value): number(value.isFinite ? value.description : nil, Double(value))
        case .double(let value): number(value.isFinite ? value.description : nil, value)
        case .text(let value): string(value)
        case .json(var value): value.withUTF8 { json(UnsafeRawBufferPointer($0)) }
        case .bytea(let value): string(Base64Text.encode(value))
        case .timestamp(let value): timestamp(value)
        case .date, .time, .interval, .uuid: string(value.description)
        case .array(let elements): list(elements.indices) { $0.write(elements[$1]) }
        case .structure(let members), .map(let members):
            object(members.indices) { writer, member in
                writer.string(members[member].name)
                writer.bytes.append(0x3A)
                writer.write(members[member].value)
            }
        }
    }

    private mutating func number(_ text: String?, _ value: Double) {
        if let text { return raw(text) }
        string(value.isNaN ? "NaN" : value < 0 ? "-Infinity" : "Infinity")
    }

    private mutating func raw(_ text: String) { bytes.append(contentsOf: text.utf8) }

    /// A JSON cell as it was written, its line breaks (which can only be white space) as spaces: a line stays one line.
    private mutating func json(_ cell: UnsafeRawBufferPointer) {
        for byte in cell { bytes.append(byte == 0x0A || byte == 0x0D ? 0x20 : byte) }
    }

    private mutating func list(_ range: Range<Int>, _ element: (inout JSONWriter, Int) -> Void) {
        bytes.append(0x5B)
        for index in range {
            if index > range.lowerBound { bytes.append(0x2C) }
            element(&self, index)
        }
        bytes.append(0x5D)
    }

    private mutating func object(_ range: Range<Int>, _ member: (inout JSONWriter, Int) -> Void) {
        bytes.append(0x7B)
        for index in range {
            if index > range.lowerBound { bytes.append(0x2C) }
            member(&self, index)
        }
        bytes.append(0x7D)
    }

    private mutating func string(_ text: String) {
        var text = text
        text.withUTF8 { string(UnsafeRawBufferPointer($0)) }
    }

    private mutating func string(_ text: UnsafeRawBufferPointer) { JSONQuoting.quote(text, into: &bytes) }

    private mutating func timestamp(_ value: Timestamp) {
        switch timestamps {
        case .auto, .rfc3339: string(value.description)
        case .seconds:
            let (quotient, remainder) = value.microseconds.quotientAndRemainder(dividingBy: 1_000_000)
            raw(String(remainder < 0 ? quotient - 1 : quotient))
        case .milliseconds: raw(String(value.milliseconds))
        case .microseconds: raw(String(value.microseconds))
        }
    }
}
