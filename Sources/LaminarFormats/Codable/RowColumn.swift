/// A column of the batch at hand, with what needs to be found out about its type only once.
final class RowColumn {
    /// What a column's values are read as without asking its type again.
    enum Kind: UInt8 { case boolean, int, bigint, double, text, json, decimal, structure, array, map, other }

    let kind: Kind
    let isVariableWidth: Bool
    /// Whether it is `TEXT[]`.
    let isTexts: Bool
    let context: RowContext
    let path: [any CodingKey]
    /// What an array's elements or a map's values are.
    let element: RowColumn?
    /// What a structure's fields are.
    let fields: RowFields?
    /// Of the batch at hand.
    @exclusivity(unchecked) private(set) var column = RowColumn.none

    private static let none = Column(
        type: .boolean, count: 0, nullCount: 0, validity: nil, values: nil, offsets: nil, children: [])

    init(_ type: ColumnType, path: [any CodingKey], context: RowContext) {
        self.context = context
        self.path = path
        var element: RowColumn?
        var fields: RowFields?
        switch type {
        case .boolean: kind = .boolean
        case .int: kind = .int
        case .bigint: kind = .bigint
        case .double: kind = .double
        case .text: kind = .text
        case .json: kind = .json
        case .decimal: kind = .decimal
        case .structure(let list):
            kind = .structure
            fields = RowFields(names: list.map(\.name), types: list.map(\.type), path: path, context: context)
        case .array(let nested):
            kind = .array
            element = RowColumn(nested, path: path, context: context)
        case .map(let nested):
            kind = .map
            element = RowColumn(nested, path: path, context: context)
        case .smallint, .real, .bytea, .date, .time, .timestamp, .interval, .uuid: kind = .other
        }
        isVariableWidth = type.isVariableWidth
        isTexts = type == .array(.text)
        self.element = element
        self.fields = fields
    }

    // The same column's memory: asking the column would retain it at every value.
    @exclusivity(unchecked) private var validity: UnsafePointer<UInt8>?
    @exclusivity(unchecked) private var values: UnsafeRawPointer?
    @exclusivity(unchecked) private var offsets: UnsafePointer<Int32>?
    @exclusivity(unchecked) private var count = 0

    /// Points at a column of the type that it was made for.
    func bind(_ column: Column) {
        self.column = column
        validity = column.validityBits
        values = column.valueBytes
        offsets = column.offsetValues
        count = column.count
        fields?.bind(column.children)
        if let last = column.children.last { element?.bind(last) }
    }
}

extension RowColumn {
    @inline(__always)
    func isNull(_ row: Int) -> Bool {
        precondition(row >= 0 && row < count, "row out of range")
        guard let validity else { return false }
        return validity[row &>> 3] & (1 &<< UInt8(truncatingIfNeeded: row & 7)) == 0
    }

    /// For a type whose values are as wide; the row isn't NULL, so that it was checked.
    @inline(__always)
    func fixed<Element: BitwiseCopyable>(_ row: Int, as type: Element.Type) -> Element {
        values.unsafelyUnwrapped.loadUnaligned(
            fromByteOffset: row &* MemoryLayout<Element>.stride, as: Element.self)
    }

    /// For TEXT, JSON and BYTEA; the row isn't NULL.
    @inline(__always)
    func bytes(_ row: Int) -> UnsafeRawBufferPointer {
        let offsets = offsets.unsafelyUnwrapped
        let start = Int(offsets[row])
        return UnsafeRawBufferPointer(start: values.unsafelyUnwrapped + start, count: Int(offsets[row &+ 1]) &- start)
    }
}

/// A row's columns or a STRUCT's fields, and the order in which a type asks for them.
final class RowFields {
    let names: [String]
    let path: [any CodingKey]
    let context: RowContext
    let columns: [RowColumn]
    private let exact: [String: Int]
    private let folded: [String: Int]
    /// What was asked for, in order, with its column, which `columns` keeps alive.
    @exclusivity(unchecked) private var asked: [(key: String, column: Unmanaged<RowColumn>?)] = []
    /// A type that asks for more keys than this one after another looks the rest up.
    private static let remembered = 1024

    init(names: [String], types: [ColumnType], path: [any CodingKey], context: RowContext) {
        self.names = names
        self.path = path
        self.context = context
        var exact: [String: Int] = [:]
        var folded: [String: Int] = [:]
        for (index, name) in names.enumerated() {
            exact[name] = index
            let fold = name.lowercased()
            folded[fold] = folded[fold] == nil ? index : -1
        }
        self.exact = exact
        self.folded = folded
        columns = zip(names, types).map { name, type in
            RowColumn(type, path: path + [NameKey(stringValue: name)], context: context)
        }
    }

    func bind(_ columns: [Column]) { for (own, column) in zip(self.columns, columns) { own.bind(column) } }

    /// The column of a key, nil when there is none; `cursor` counts the keys that were asked for.
    @inline(__always)
    func find(_ key: String, _ cursor: inout Int) -> Unmanaged<RowColumn>? {
        let place = cursor
        if place < asked.count, asked[place].key == key {
            cursor = place &+ 1
            return asked[place].column
        }
        return lookUp(key, &cursor)
    }

    @inline(never)
    private func lookUp(_ key: String, _ cursor: inout Int) -> Unmanaged<RowColumn>? {
        let place = exact[key] ?? folded[key.lowercased()] ?? -1
        let column = place >= 0 ? Unmanaged.passUnretained(columns[place]) : nil
        if cursor < asked.count {
            asked[cursor] = (key, column)
            cursor += 1
        } else if cursor < Self.remembered {
            asked.append((key, column))
            cursor += 1
        }
        return column
    }
}
