/// Scalars from cells.
enum ProtobufScalarWriter {
    /// Whether a cell is what an absent field without presence means.
    static func isZero(_ column: Column, _ row: Int) -> Bool {
        switch column.type {
        case .boolean: return !column.bit(row)
        case .smallint: return column.fixed(row, as: Int16.self) == 0
        case .int: return column.fixed(row, as: Int32.self) == 0
        case .bigint: return column.fixed(row, as: Int64.self) == 0
        // Minus zero is written.
        case .real: return column.fixed(row, as: UInt32.self) == 0
        case .double: return column.fixed(row, as: UInt64.self) == 0
        case .text, .bytea: return column.bytes(row).isEmpty
        default: return false
        }
    }

    static func write(
        _ field: ProtobufField, _ names: ProtobufEnum?, _ column: Column, _ row: Int, _ output: inout ProtobufOutput
    ) throws(EncodeFailure) {
        switch field.kind {
        case .string, .bytes:
            if column.type.isVariableWidth {
                let bytes = column.bytes(row)
                if field.kind == .string, column.type == .bytea, !UTF8Check.isValid(bytes) {
                    throw EncodeFailure(.value, "the bytes aren't UTF-8, which a string field needs")
                }
                output.data(bytes)
            } else {
                output.text(column.value(at: row).description)
            }
        case .double, .float:
            let isReal = column.type == .real
            let value = isReal ? Double(column.fixed(row, as: Float.self)) : column.fixed(row, as: Double.self)
            if field.kind == .double {
                output.fixed64(value.bitPattern)
            } else {
                output.fixed32(Float(value).bitPattern)
            }
        case .bool: output.varint(column.bit(row) ? 1 : 0)
        case .enumeration where column.type == .text:
            let text = String(decoding: column.bytes(row), as: UTF8.self)
            guard let number = names?.numbers[text] ?? Int32(text) else {
                throw EncodeFailure(.value, "the text is no name of the enum \(names?.fullName ?? "")")
            }
            output.varint(UInt64(bitPattern: Int64(number)))
        default: try integer(number(column, row), field.kind, &output)
        }
    }

    /// The cell as a whole number.
    private static func number(_ column: Column, _ row: Int) throws(EncodeFailure) -> Int128 {
        switch column.type {
        case .smallint: return Int128(column.fixed(row, as: Int16.self))
        case .int: return Int128(column.fixed(row, as: Int32.self))
        case .bigint: return Int128(column.fixed(row, as: Int64.self))
        case .double:
            let value = column.fixed(row, as: Double.self)
            guard let exact = Int64(exactly: value) else {
                throw EncodeFailure(.range, "the number isn't a whole one, which the field needs")
            }
            return Int128(exact)
        case .decimal(_, let scale):
            let value = ExactDecimal(unscaled: column.fixed(row, as: Int128.self), scale: scale)
            guard let whole = value.rescaled(to: 0) else {
                throw EncodeFailure(.range, "the number has a fraction, which the field can't keep")
            }
            return whole.unscaled
        default: throw EncodeFailure(.type, "a whole number is expected, not \(column.type)")
        }
    }

    static func integer(_ value: Int128, _ kind: ProtoKind, _ output: inout ProtobufOutput) throws(EncodeFailure) {
        func fit<Integer: FixedWidthInteger>(_ type: Integer.Type) throws(EncodeFailure) -> Integer {
            guard let fits = Integer(exactly: value) else {
                throw EncodeFailure(.range, "the number doesn't fit into \(kind)")
            }
            return fits
        }
        switch kind {
        case .int32, .enumeration: output.varint(UInt64(bitPattern: Int64(try fit(Int32.self))))
        case .int64: output.varint(UInt64(bitPattern: try fit(Int64.self)))
        case .uint32: output.varint(UInt64(try fit(UInt32.self)))
        case .uint64: output.varint(try fit(UInt64.self))
        case .sint32:
            let number = try fit(Int32.self)
            output.varint(UInt64(UInt32(bitPattern: number << 1 ^ number >> 31)))
        case .sint64:
            let number = try fit(Int64.self)
            output.varint(UInt64(bitPattern: number << 1 ^ number >> 63))
        case .fixed32: output.fixed32(try fit(UInt32.self))
        case .fixed64: output.fixed64(try fit(UInt64.self))
        case .sfixed32: output.fixed32(UInt32(bitPattern: try fit(Int32.self)))
        case .sfixed64: output.fixed64(UInt64(bitPattern: try fit(Int64.self)))
        default: throw EncodeFailure(.type, "a whole number can't be \(kind)")
        }
    }

    /// A map's key from its text.
    static func key(
        _ field: ProtobufField, _ bytes: UnsafeRawBufferPointer, _ output: inout ProtobufOutput
    ) throws(EncodeFailure) {
        output.tag(field.number, field.kind.wireType)
        if field.kind == .string { return output.data(bytes) }
        let text = String(decoding: bytes, as: UTF8.self)
        if field.kind == .bool, text == "true" || text == "false" { return output.varint(text == "true" ? 1 : 0) }
        guard field.kind != .bool, let number = Int128(text) else {
            throw EncodeFailure(.value, "a key of the map isn't a \(field.kind)")
        }
        try integer(number, field.kind, &output)
    }
}
