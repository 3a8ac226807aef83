// Code for values that nobody wants, and for those that become JSON text.
extension AvroCompiler {
    /// Whether every value of a type takes no bytes.
    mutating func isEmpty(_ type: AvroSchema.ID) -> Bool { isEmpty(type, depth: 0) }

    private mutating func isEmpty(_ type: AvroSchema.ID, depth: Int) -> Bool {
        let node = writer[type]
        switch node.kind {
        case .null, .fixed(0): return true
        case .record:
            let key = isInDefault ? ~type : type
            if let known = empties[key] { return known }
            // Names can chain further than types nest; a type so deep counts as one with bytes, which is the safe answer.
            guard depth < AvroSchemaParser.depthLimit else { return false }
            // Inside of itself: what else it has decides.
            empties[key] = true
            var isEmpty = true
            for field in node.fields where isEmpty { isEmpty = self.isEmpty(field.type, depth: depth + 1) }
            empties[key] = isEmpty
            return isEmpty
        default: return false
        }
    }

    // MARK: Skipping

    /// Past a value.
    mutating func skip(_ type: AvroSchema.ID) throws(FormatError) {
        if isEmpty(type) { return }
        let node = writer[type]
        switch node.kind {
        case .null: break
        case .boolean: skipFixed(1)
        case .int, .long, .enumeration: emitSkip(.skipVarint)
        case .float: skipFixed(4)
        case .double: skipFixed(8)
        case .fixed(let size): skipFixed(size)
        case .bytes, .string: emitSkip(.skipBytes)
        case .record:
            // Small records of plain fields are passed in place.
            if node.fields.count <= 16, node.fields.allSatisfy({ isPlain($0.type) }) {
                for field in node.fields { try skip(field.type) }
            } else {
                call(.skip(type, fromReader: isInDefault))
            }
        case .array:
            let items = node.parts[0]
            if [.string, .bytes].contains(writer[items].kind) {
                emitSkip(.skipTextArray)
                return
            }
            let isEmpty = isEmpty(items)
            try collection(.skipArray, isEmpty: isEmpty) { compiler throws(FormatError) in
                try compiler.skip(items)
            }
        case .map:
            let values = node.parts[0]
            try collection(.skipMap, isEmpty: false) { compiler throws(FormatError) in try compiler.skip(values) }
        case .union:
            guard let (value, nullIndex) = writer.optional(type) else {
                try branches(node.parts) { compiler, branch throws(FormatError) in try compiler.skip(branch) }
                return
            }
            if [.string, .bytes].contains(writer[value].kind) {
                emitSkip(.skipOptionalBytes, nullIndex)
            } else {
                let head = emit(.skipOptional, nullIndex)
                try skip(value)
                patchB(head)
            }
        }
    }

    private func isPlain(_ type: AvroSchema.ID) -> Bool {
        switch writer[type].kind {
        case .record, .array, .map: false
        case .union: writer.optional(type).map { isPlain($0.value) } ?? false
        default: true
        }
    }

    private mutating func skipFixed(_ count: Int) { emitSkip(.skipFixed, 0, count) }

    /// A step past a value; one past bytes of known number right before it becomes part of it, since a step costs more than
    /// the bytes do.
    private mutating func emitSkip(_ operation: AvroOperation.Code, _ a: Int = 0, _ count: Int = 0) {
        emit(operation, a, takeFixed(atMost: Int(Int32.max) - count) + count)
    }

    mutating func skipBody(_ type: AvroSchema.ID) throws(FormatError) {
        for field in writer[type].fields { try skip(field.type) }
    }

    // MARK: Shapes

    /// Items by a body.
    mutating func collection(
        _ operation: AvroOperation.Code, isEmpty: Bool, _ builder: UnsafeMutablePointer<ColumnBuilder>? = nil,
        _ body: (inout AvroCompiler) throws(FormatError) -> Void
    ) throws(FormatError) {
        let head = emit(operation, 0, isEmpty ? 1 : 0, builder)
        try body(&self)
        emit(.end)
        patchA(head)
        try check()
    }

    /// A union's branches, one of which is taken.
    mutating func branches(
        _ parts: [AvroSchema.ID], _ body: (inout AvroCompiler, AvroSchema.ID) throws(FormatError) -> Void
    ) throws(FormatError) {
        let table = tables.count
        tables.append(contentsOf: repeatElement(0, count: parts.count))
        emit(.branch, table, parts.count)
        var jumps: [Int] = []
        for (index, part) in parts.enumerated() {
            tables[table + index] = Int32(truncatingIfNeeded: address)
            try body(&self, part)
            jumps.append(emit(.jump))
            try check()
        }
        for jump in jumps { patchA(jump) }
    }

    // MARK: JSON

    /// A value's JSON text.
    mutating func json(_ writerType: AvroSchema.ID, _ readerType: AvroSchema.ID) throws(FormatError) {
        let node = writer[writerType]
        if node.kind == .union {
            try branches(node.parts) { compiler, branch throws(FormatError) in
                try compiler.jsonBranch(branch, readerType)
            }
            return
        }
        guard let readerType = target(writerType, readerType) else { return fail(.unresolved) }
        switch node.kind {
        case .null: text("null")
        case .record: call(.json(writerType, readerType, fromReader: isInDefault))
        case .enumeration: emitSymbols(writerType, readerType, .jsonSymbol, nil)
        case .array:
            let (items, wanted) = (node.parts[0], reader[readerType].parts[0])
            let isEmpty = isEmpty(items)
            try collection(.jsonArray, isEmpty: isEmpty) { compiler throws(FormatError) in
                try compiler.json(items, wanted)
            }
        case .map:
            let (values, wanted) = (node.parts[0], reader[readerType].parts[0])
            try collection(.jsonMap, isEmpty: false) { compiler throws(FormatError) in
                try compiler.json(values, wanted)
            }
        default:
            guard let conversion = AvroConversion(writer: node, reader: reader[readerType], type: .json) else {
                return fail(.unresolved)
            }
            conversions.append(conversion)
            emit(.jsonValue, conversions.count - 1)
        }
    }

    private mutating func jsonBranch(
        _ branch: AvroSchema.ID, _ readerType: AvroSchema.ID
    ) throws(FormatError) {
        guard let target = target(branch, readerType) else { return fail(.unresolved) }
        try json(branch, target)
    }

    private mutating func text(_ text: String) {
        let (place, count) = literal(text.utf8)
        emit(.literal, place, count)
    }

    /// A record as an object: the fields that the reader has, in the writer's order, then those with defaults.
    mutating func jsonBody(_ writerType: AvroSchema.ID, _ readerType: AvroSchema.ID) throws(FormatError) {
        let written = writer[writerType]
        let wanted = reader[readerType]
        let (sources, targets) = fields(written, wanted)
        var opening: [UInt8] = [0x7B]
        for (index, field) in written.fields.enumerated() {
            guard let target = targets[index] else {
                try skip(field.type)
                continue
            }
            try member(wanted.fields[target].name, &opening) { compiler throws(FormatError) in
                try compiler.json(field.type, wanted.fields[target].type)
            }
        }
        for (index, field) in wanted.fields.enumerated() where sources[index] == nil {
            guard let value = field.defaultValue else {
                fail(.unresolved)
                continue
            }
            try member(field.name, &opening) { compiler throws(FormatError) in
                try compiler.constant(value, field.type) { compiler throws(FormatError) in
                    try compiler.json(field.type, field.type)
                }
            }
        }
        text(opening == [0x7B] ? "{}" : "}")
    }

    private mutating func member(
        _ name: String, _ opening: inout [UInt8], _ value: (inout AvroCompiler) throws(FormatError) -> Void
    ) throws(FormatError) {
        JSONTree.quote(name, into: &opening)
        opening.append(0x3A)
        let (place, count) = literal(opening)
        emit(.literal, place, count)
        opening = [0x2C]
        try within(name, value)
    }

    /// Which of the writer's fields each of the reader's has, and the other way round.
    func fields(_ written: AvroSchema.Node, _ wanted: AvroSchema.Node) -> (sources: [Int?], targets: [Int?]) {
        if isIdentity {
            let places = written.fields.indices.map { Optional($0) }
            return (places, places)
        }
        var sources = [Int?](repeating: nil, count: wanted.fields.count)
        var targets = [Int?](repeating: nil, count: written.fields.count)
        for (index, field) in wanted.fields.enumerated() {
            guard let source = AvroResolution.field(for: field, in: written), targets[source] == nil else { continue }
            sources[index] = source
            targets[source] = index
        }
        return (sources, targets)
    }

    /// An enum's symbols, each as the reader knows it.
    mutating func emitSymbols(
        _ writerType: AvroSchema.ID, _ readerType: AvroSchema.ID, _ operation: AvroOperation.Code,
        _ builder: UnsafeMutablePointer<ColumnBuilder>?
    ) {
        let known = isIdentity ? nil : Set(reader[readerType].symbols)
        let table = tables.count
        let symbols = writer[writerType].symbols
        for symbol in symbols {
            let read = known.map { $0.contains(symbol) ? symbol : reader[readerType].defaultSymbol } ?? symbol
            if let read {
                let (place, count) = literal(read.utf8)
                tables.append(Int32(truncatingIfNeeded: place))
                tables.append(Int32(truncatingIfNeeded: count))
            } else {
                tables.append(-1)
                tables.append(-1)
            }
        }
        emit(operation, table, symbols.count, builder)
    }
}
