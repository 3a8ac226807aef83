/// How a scalar gets from the wire into a column, or into JSON text, where it isn't simply copied.
///
/// Three steps: read what the writer wrote (`wire`), promote it to what the reader declares (`via`), store what that means
/// (`logical`) as what the column is (`target`).
struct AvroConversion: BitwiseCopyable {
    enum Wire: UInt8 {
        case boolean, int, long, float, double, bytes, string, fixed
        /// All that is left: a top-level `bytes` in Confluent's frame.
        case rest

        init?(_ kind: AvroSchema.Kind) {
            switch kind {
            case .boolean: self = .boolean
            case .int: self = .int
            case .long: self = .long
            case .float: self = .float
            case .double: self = .double
            case .bytes: self = .bytes
            case .string: self = .string
            case .fixed: self = .fixed
            case .null, .record, .enumeration, .array, .map, .union: return nil
            }
        }
    }

    enum Meaning: UInt8 {
        case plain, decimal, uuid, date, timeMillis, timeMicros, millis, micros, nanos, duration, json

        init(_ logical: AvroSchema.Logical?) {
            switch logical {
            case nil: self = .plain
            case .decimal: self = .decimal
            case .uuid: self = .uuid
            case .date: self = .date
            case .timeMillis: self = .timeMillis
            case .timeMicros: self = .timeMicros
            case .timestampMillis, .localTimestampMillis: self = .millis
            case .timestampMicros, .localTimestampMicros: self = .micros
            case .timestampNanos, .localTimestampNanos: self = .nanos
            case .duration: self = .duration
            case .json: self = .json
            }
        }
    }

    enum Target: UInt8 {
        case boolean, smallint, int, bigint, real, double, decimal, text, bytea, date, time, timestamp, interval, uuid,
            json
    }

    var wire: Wire
    var via: Wire
    var meaning: Meaning
    var target: Target
    /// Bytes of a fixed value.
    var size: Int32 = 0
    /// Digits after the point that the writer's decimal has.
    var scale: Int32 = 0
    /// Of the column's DECIMAL.
    var targetPrecision: Int32 = 0
    var targetScale: Int32 = 0

    /// - Returns: nil where a column of that type can't take such values.
    init?(writer: AvroSchema.Node, reader: AvroSchema.Node, type: ColumnType) {
        guard let wire = Wire(writer.kind), let via = Wire(reader.kind) else { return nil }
        let logical = Self.logical(writer, reader)
        self.wire = wire
        self.via = via
        meaning = Meaning(logical)
        if case .fixed(let size) = writer.kind { self.size = Int32(truncatingIfNeeded: size) }
        if case .decimal(_, let scale) = logical { self.scale = Int32(truncatingIfNeeded: scale) }
        guard let target = Self.target(type, via, meaning) else { return nil }
        self.target = target
        if case .decimal(let precision, let scale) = type {
            targetPrecision = Int32(truncatingIfNeeded: precision)
            targetScale = Int32(truncatingIfNeeded: scale)
        }
    }

    /// What the value means: the reader says so, but the unit in which it was written is the writer's.
    private static func logical(_ writer: AvroSchema.Node, _ reader: AvroSchema.Node) -> AvroSchema.Logical? {
        guard let wanted = reader.logical, let written = writer.logical else { return reader.logical }
        let isTimed: (AvroSchema.Logical) -> Bool = { [.millis, .micros, .nanos].contains(Meaning($0)) }
        if Meaning(wanted) == Meaning(written) || isTimed(wanted) && isTimed(written) { return written }
        return wanted
    }

    private static func target(_ type: ColumnType, _ via: Wire, _ meaning: Meaning) -> Target? {
        let isInteger = via == .int || via == .long
        let isNumber = isInteger || via == .float || via == .double
        switch type {
        case .boolean: return via == .boolean ? .boolean : nil
        case .smallint: return isInteger ? .smallint : nil
        case .int: return isInteger ? .int : nil
        case .bigint: return isInteger ? .bigint : nil
        case .real: return isNumber && meaning == .plain ? .real : nil
        case .double: return isNumber && meaning == .plain ? .double : nil
        case .decimal: return meaning == .decimal || isInteger && meaning == .plain ? .decimal : nil
        case .text:
            if via == .string || via == .bytes && meaning == .plain || meaning == .uuid { return .text }
            return nil
        case .bytea: return via == .bytes || via == .string || via == .fixed ? .bytea : nil
        case .date: return meaning == .date ? .date : nil
        case .time: return meaning == .timeMillis || meaning == .timeMicros ? .time : nil
        case .timestamp: return meaning == .millis || meaning == .micros || meaning == .nanos ? .timestamp : nil
        case .interval: return meaning == .duration ? .interval : nil
        case .uuid: return meaning == .uuid || via == .string ? .uuid : nil
        case .json: return .json
        case .array, .structure, .map: return nil
        }
    }

    /// The operation that does the same without conversion.
    var direct: AvroOperation.Code? {
        if target == .bytea, wire == .rest { return .rest }
        return switch (target, wire, via) {
        case (.bigint, .long, .long): .long
        case (.bigint, .int, .int), (.bigint, .int, .long): .intWide
        case (.timestamp, .long, _) where meaning == .micros: .long
        case (.timestamp, .long, _) where meaning == .millis: .millis
        case (.int, .int, .int), (.date, .int, .int): .int
        case (.boolean, .boolean, _): .boolean
        case (.real, .float, .float): .float
        case (.double, .double, .double): .double
        case (.text, .string, _), (.text, .bytes, .string): .text
        case (.text, .bytes, .bytes): .text
        case (.bytea, .bytes, _), (.bytea, .string, _): .bytes
        default: nil
        }
    }
}
