internal import CArrow

// The Arrow C data interface: a batch in the hands of another library of the same process, without a copy.

extension RecordBatch {
    /// Hands the batch to another Arrow library of this process, without copying: a struct array with a child a column.
    ///
    ///     // From Python: capsules or addresses of two structs that pyarrow allocated.
    ///     try batch.exportArrow(array: array, schema: schema)
    ///     // pyarrow.RecordBatch._import_from_c(array, schema)
    ///
    /// The receiver owns what it was given until it calls the structs' `release`, which may happen on any thread; the
    /// columns' memory lives as long. Only INTERVAL is copied, since Arrow counts its nanoseconds.
    ///
    /// - Parameters:
    ///   - array: an `ArrowArray` of the C data interface, 80 bytes, whose content is overwritten.
    ///   - schema: an `ArrowSchema`, 72 bytes, whose content is overwritten.
    /// - Throws: ``EncodeFailure`` with code `.range` for an INTERVAL of more than 292 years of hours, `.value` for a name
    ///   with a NUL character in it; neither struct is touched then.
    /// - Note: Format: "The Arrow C data interface", Apache Arrow format 1.4.
    public func exportArrow(
        array: UnsafeMutableRawPointer, schema: UnsafeMutableRawPointer
    ) throws(EncodeFailure) {
        let column = try ArrowColumn(self)
        try self.schema.exportArrow(schema: schema)
        ExportedArray.fill(array.assumingMemoryBound(to: ArrowArray.self), column)
    }
}

extension Column {
    /// Hands one column to another Arrow library of this process, as ``RecordBatch/exportArrow(array:schema:)`` does a
    /// batch.
    ///
    /// - Parameters:
    ///   - array: an `ArrowArray`, 80 bytes, whose content is overwritten.
    ///   - schema: an `ArrowSchema`, 72 bytes, whose content is overwritten.
    ///   - name: the field's name.
    public func exportArrow(
        array: UnsafeMutableRawPointer, schema: UnsafeMutableRawPointer, name: String = ""
    ) throws(EncodeFailure) {
        let column = try ArrowColumn(self, name: name)
        let field = ArrowField(name, type, isNullable: true)
        try ExportedSchema.fill(schema.assumingMemoryBound(to: ArrowSchema.self), field)
        ExportedArray.fill(array.assumingMemoryBound(to: ArrowArray.self), column)
    }
}

extension RowSchema {
    /// Hands the schema alone to another Arrow library of this process: a struct type with a field a column.
    ///
    /// - Parameter schema: an `ArrowSchema`, 72 bytes, whose content is overwritten.
    /// - Throws: ``EncodeFailure`` with code `.value` for a name with a NUL character in it.
    public func exportArrow(schema: UnsafeMutableRawPointer) throws(EncodeFailure) {
        try ExportedSchema.fill(schema.assumingMemoryBound(to: ArrowSchema.self), ArrowField(self))
    }
}

/// What one `ArrowArray` owns: its columns, its list of buffers and the structs of its children.
final class ExportedArray {
    private let column: ArrowColumn
    private let buffers: UnsafeMutablePointer<UnsafeRawPointer?>
    private let children: UnsafeMutablePointer<UnsafeMutablePointer<ArrowArray>?>
    private let structs: UnsafeMutablePointer<ArrowArray>

    private init(_ column: ArrowColumn) {
        self.column = column
        buffers = .allocate(capacity: max(column.buffers.count, 1))
        for (place, buffer) in column.buffers.enumerated() { (buffers + place).initialize(to: buffer.start) }
        children = .allocate(capacity: max(column.children.count, 1))
        structs = .allocate(capacity: max(column.children.count, 1))
        for (place, child) in column.children.enumerated() {
            Self.fill(structs + place, child)
            (children + place).initialize(to: structs + place)
        }
    }

    deinit {
        buffers.deallocate()
        children.deallocate()
        structs.deallocate()
    }

    static func fill(_ array: UnsafeMutablePointer<ArrowArray>, _ column: ArrowColumn) {
        let owner = ExportedArray(column)
        array.initialize(
            to: ArrowArray(
                length: Int64(column.count), null_count: Int64(column.nullCount), offset: 0,
                n_buffers: Int64(column.buffers.count), n_children: Int64(column.children.count),
                buffers: owner.buffers, children: owner.children, dictionary: nil,
                release: { ExportedArray.release($0) },
                private_data: Unmanaged.passRetained(owner).toOpaque()))
    }

    /// A child that its receiver has moved elsewhere has no `release` here any more, and lives on by itself.
    private static func release(_ array: UnsafeMutablePointer<ArrowArray>?) {
        guard let array, let data = array.pointee.private_data, array.pointee.release != nil else { return }
        let owner = Unmanaged<ExportedArray>.fromOpaque(data)
        for place in 0..<Int(array.pointee.n_children) {
            guard let child = array.pointee.children?[place] else { continue }
            child.pointee.release?(child)
        }
        array.pointee.release = nil
        array.pointee.private_data = nil
        owner.release()
    }
}

/// What one `ArrowSchema` owns: its texts and the structs of its children.
private final class ExportedSchema {
    private let format: UnsafeMutablePointer<CChar>
    private let name: UnsafeMutablePointer<CChar>
    private let metadata: UnsafeMutablePointer<CChar>?
    private let children: UnsafeMutablePointer<UnsafeMutablePointer<ArrowSchema>?>
    private let structs: UnsafeMutablePointer<ArrowSchema>

    private init(_ field: ArrowField) {
        format = Self.copy(Array(field.format.utf8) + [0])
        name = Self.copy(Array(field.name.utf8) + [0])
        metadata = field.metadata.isEmpty ? nil : Self.copy(Self.encoded(field.metadata))
        children = .allocate(capacity: max(field.children.count, 1))
        structs = .allocate(capacity: max(field.children.count, 1))
        for (place, child) in field.children.enumerated() {
            Self.initialize(structs + place, child)
            (children + place).initialize(to: structs + place)
        }
    }

    deinit {
        format.deallocate()
        name.deallocate()
        metadata?.deallocate()
        children.deallocate()
        structs.deallocate()
    }

    private static func copy(_ bytes: [UInt8]) -> UnsafeMutablePointer<CChar> {
        let memory = UnsafeMutablePointer<CChar>.allocate(capacity: bytes.count)
        for (place, byte) in bytes.enumerated() { (memory + place).initialize(to: CChar(bitPattern: byte)) }
        return memory
    }

    /// Counts and lengths as Int32 of this processor, as the specification has it.
    private static func encoded(_ metadata: [(key: String, value: String)]) -> [UInt8] {
        var bytes: [UInt8] = []
        func add(_ number: Int) { withUnsafeBytes(of: Int32(number)) { bytes.append(contentsOf: $0) } }
        add(metadata.count)
        for (key, value) in metadata {
            for text in [key, value] {
                add(text.utf8.count)
                bytes.append(contentsOf: text.utf8)
            }
        }
        return bytes
    }

    /// - Throws: before anything is written.
    static func fill(_ schema: UnsafeMutablePointer<ArrowSchema>, _ field: ArrowField) throws(EncodeFailure) {
        try check(field)
        initialize(schema, field)
    }

    private static func check(_ field: ArrowField) throws(EncodeFailure) {
        if field.name.utf8.contains(0) {
            throw EncodeFailure(.value, "A column's name has a NUL character in it, which C can't hold: rename it.")
        }
        for child in field.children { try check(child) }
    }

    private static func initialize(_ schema: UnsafeMutablePointer<ArrowSchema>, _ field: ArrowField) {
        let owner = ExportedSchema(field)
        schema.initialize(
            to: ArrowSchema(
                format: owner.format, name: owner.name, metadata: owner.metadata,
                flags: field.isNullable ? Int64(ARROW_FLAG_NULLABLE) : 0, n_children: Int64(field.children.count),
                children: owner.children, dictionary: nil, release: { ExportedSchema.release($0) },
                private_data: Unmanaged.passRetained(owner).toOpaque()))
    }

    private static func release(_ schema: UnsafeMutablePointer<ArrowSchema>?) {
        guard let schema, let data = schema.pointee.private_data, schema.pointee.release != nil else { return }
        let owner = Unmanaged<ExportedSchema>.fromOpaque(data)
        for place in 0..<Int(schema.pointee.n_children) {
            guard let child = schema.pointee.children?[place] else { continue }
            child.pointee.release?(child)
        }
        schema.pointee.release = nil
        schema.pointee.private_data = nil
        owner.release()
    }
}
