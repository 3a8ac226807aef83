import CAvro

/// One schema, as the C library knows it, with the value that it decodes into again and again.
///
/// The only file that handles the library's pointers. The library has no limit of depth and allocates what a count asks for:
/// it is here to compare with, on data that are trusted.
final class AvroLibraryValue {
    private let schema: avro_schema_t
    private let iface: UnsafeMutablePointer<avro_value_iface>
    private let reader: avro_reader_t
    private var value = avro_value_t()

    /// - Throws: ``FormatError`` with code `schema` where the library refuses it.
    init(_ schema: AvroSchema) throws(FormatError) {
        // One text without references, and names that the library has no opinion on.
        var plain = schema
        for index in plain.nodes.indices where !plain.nodes[index].name.isEmpty {
            plain.nodes[index].name = "T\(index)"
            plain.nodes[index].logical = nil
        }
        let text = try AvroCanonicalForm.text(of: plain)
        var parsed: avro_schema_t?
        let status = text.withUnsafeBufferPointer { bytes in
            bytes.withMemoryRebound(to: CChar.self) { avro_schema_from_json_length($0.baseAddress, $0.count, &parsed) }
        }
        guard status == 0, let parsed else { throw Self.refused }
        guard let iface = avro_generic_class_from_schema(parsed) else {
            avro_schema_decref(parsed)
            throw Self.refused
        }
        guard avro_generic_value_new(iface, &value) == 0 else {
            laminar_avro_free_class(iface)
            avro_schema_decref(parsed)
            throw Self.refused
        }
        guard let reader = avro_reader_memory("", 0) else {
            avro_value_decref(&value)
            laminar_avro_free_class(iface)
            avro_schema_decref(parsed)
            throw Self.refused
        }
        self.schema = parsed
        self.iface = iface
        self.reader = reader
    }

    deinit {
        avro_reader_free(reader)
        avro_value_decref(&value)
        laminar_avro_free_class(iface)
        avro_schema_decref(schema)
    }

    private static var refused: FormatError {
        FormatError(.schema, "libavro can't use the Avro schema: take avro.decoder = 'laminar'.")
    }

    /// Decodes a datum, which must end where the bytes do; the value is valid until the next one.
    ///
    /// A byte more can be skipped where there is one: of memory the library tells the end in no other way.
    func read(_ bytes: UnsafeRawBufferPointer) -> Part? {
        let start = bytes.baseAddress?.assumingMemoryBound(to: CChar.self)
        avro_reader_memory_set_source(reader, start, Int64(bytes.count))
        _ = laminar_avro_reset(&value)
        guard avro_value_read(reader, &value) == 0, bytes.isEmpty || avro_skip(reader, 1) != 0 else { return nil }
        return Part(value: value)
    }

    /// A value inside of the one that was read.
    struct Part {
        fileprivate var value: avro_value_t

        var boolean: Bool? {
            mutating get {
                var out: Int32 = 0
                return laminar_avro_boolean(&value, &out) == 0 ? out != 0 : nil
            }
        }

        var int: Int64? {
            mutating get {
                var out: Int32 = 0
                return laminar_avro_int(&value, &out) == 0 ? Int64(out) : nil
            }
        }

        var long: Int64? {
            mutating get {
                var out: Int64 = 0
                return laminar_avro_long(&value, &out) == 0 ? out : nil
            }
        }

        var float: Float? {
            mutating get {
                var out: Float = 0
                return laminar_avro_float(&value, &out) == 0 ? out : nil
            }
        }

        var double: Double? {
            mutating get {
                var out = 0.0
                return laminar_avro_double(&value, &out) == 0 ? out : nil
            }
        }

        var bytes: UnsafeRawBufferPointer? {
            mutating get {
                var start: UnsafeRawPointer?
                var size = 0
                guard laminar_avro_bytes(&value, &start, &size) == 0 else { return nil }
                return UnsafeRawBufferPointer(start: start, count: start == nil ? 0 : size)
            }
        }

        var fixed: UnsafeRawBufferPointer? {
            mutating get {
                var start: UnsafeRawPointer?
                var size = 0
                guard laminar_avro_fixed(&value, &start, &size) == 0 else { return nil }
                return UnsafeRawBufferPointer(start: start, count: start == nil ? 0 : size)
            }
        }

        var string: UnsafeRawBufferPointer? {
            mutating get {
                var start: UnsafePointer<CChar>?
                var size = 0
                guard laminar_avro_string(&value, &start, &size) == 0, let start else { return nil }
                return UnsafeRawBufferPointer(start: start, count: max(size - 1, 0))
            }
        }

        var symbol: Int? {
            mutating get {
                var out: Int32 = 0
                return laminar_avro_enum(&value, &out) == 0 ? Int(out) : nil
            }
        }

        /// Fields, items or entries.
        var count: Int {
            mutating get {
                var out = 0
                return laminar_avro_size(&value, &out) == 0 ? out : 0
            }
        }

        /// A field, an item, or an entry with its key.
        mutating func child(_ index: Int) -> (part: Part, key: UnsafeRawBufferPointer)? {
            var child = avro_value_t()
            var name: UnsafePointer<CChar>?
            guard laminar_avro_child(&value, index, &child, &name) == 0 else { return nil }
            var count = 0
            if let name { while name[count] != 0 { count += 1 } }
            return (Part(value: child), UnsafeRawBufferPointer(start: name, count: count))
        }

        /// A union's branch with its number.
        mutating func branch() -> (part: Part, index: Int)? {
            var child = avro_value_t()
            var index: Int32 = 0
            guard laminar_avro_discriminant(&value, &index) == 0, laminar_avro_branch(&value, &child) == 0 else {
                return nil
            }
            return (Part(value: child), Int(index))
        }
    }
}
