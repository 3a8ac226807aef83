/// The format `protobuf`, written: the row's columns as a message's fields, in the order of their numbers.
///
/// NULL isn't written; a field without presence reads back as its zero then. A NULL element of an array, or value of a map,
/// can't be said and is refused, as is NULL for a required field.
struct ProtobufRecordEncoder: RecordEncoder {
    private let plan: ProtobufWritePlan

    init(_ types: ProtobufTypes, message: Int, schema: RowSchema) throws(FormatError) {
        plan = try ProtobufWritePlan(types, message: message, columns: schema.columns.map { ($0.name, $0.type) })
    }

    mutating func encode(_ row: Row, into payload: inout EncodedPayload) throws(EncodeFailure) {
        var output = ProtobufOutput(bytes: [])
        swap(&output.bytes, &payload.bytes)
        defer { swap(&output.bytes, &payload.bytes) }
        try Self.write(plan, row.batch.columns, row.index, &output)
    }

    private static func write(
        _ plan: ProtobufWritePlan, _ columns: [Column], _ row: Int, _ output: inout ProtobufOutput
    ) throws(EncodeFailure) {
        for field in plan.fields {
            do throws(EncodeFailure) { try write(field, columns[field.column], row, &output) } catch {
                let rest = error.path.isEmpty ? "" : "." + error.path
                throw EncodeFailure(error.code, error.message, path: field.name + rest)
            }
        }
    }

    private static func write(
        _ field: ProtobufWritePlan.Field, _ column: Column, _ row: Int, _ output: inout ProtobufOutput
    ) throws(EncodeFailure) {
        let number = field.field.number
        if column.isNull(row) {
            if field.field.isRequired { throw EncodeFailure(.missing, "the field is required, and the column is NULL") }
            return
        }
        if let entry = field.entry {
            for place in column.range(row) {
                guard !column.children[1].isNull(place) else { throw noNull }
                output.tag(number, 2)
                let start = output.begin()
                try ProtobufScalarWriter.key(entry.key, column.children[0].bytes(place), &output)
                try value(field.how, entry.value, column.children[1], place, isTagged: true, &output)
                output.end(start)
            }
            return
        }
        guard field.field.isRepeated else {
            if !field.field.hasPresence, ProtobufScalarWriter.isZero(column, row) { return }
            return try value(field.how, field.field, column, row, isTagged: true, &output)
        }
        let range = column.range(row)
        if range.isEmpty { return }
        var start = 0
        if field.field.isPacked {
            output.tag(number, 2)
            start = output.begin()
        }
        for place in range {
            guard !column.children[0].isNull(place) else { throw noNull }
            try value(field.how, field.field, column.children[0], place, isTagged: !field.field.isPacked, &output)
        }
        if field.field.isPacked { output.end(start) }
    }

    private static var noNull: EncodeFailure {
        EncodeFailure(.missing, "Protobuf's lists and maps hold no NULL")
    }

    /// One value that isn't NULL.
    private static func value(
        _ how: ProtobufWritePlan.How, _ field: ProtobufField, _ column: Column, _ row: Int, isTagged: Bool,
        _ output: inout ProtobufOutput
    ) throws(EncodeFailure) {
        if isTagged { output.tag(field.number, field.kind.wireType) }
        if case .scalar(let names) = how { return try ProtobufScalarWriter.write(field, names, column, row, &output) }
        let isGroup = field.kind == .group
        let start = isGroup ? 0 : output.begin()
        switch how {
        case .scalar: break
        case .message(let plan): try write(plan, column.children, row, &output)
        case .wrapper(let inner):
            if !ProtobufScalarWriter.isZero(column, row) {
                output.tag(inner.number, inner.kind.wireType)
                try ProtobufScalarWriter.write(inner, nil, column, row, &output)
            }
        case .known(let known): try ProtobufKnownWriter.write(known, column, row, &output)
        case .json(let known): try ProtobufValueWriter.write(known, column.bytes(row), &output)
        }
        if isGroup { output.tag(field.number, 4) } else { output.end(start) }
    }
}
