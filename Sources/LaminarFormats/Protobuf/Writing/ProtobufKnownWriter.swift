/// The content of messages that are one value.
enum ProtobufKnownWriter {
    static func write(
        _ known: KnownMessage, _ column: Column, _ row: Int, _ output: inout ProtobufOutput
    ) throws(EncodeFailure) {
        switch known {
        case .timestamp:
            let (seconds, rest) = floored(column.fixed(row, as: Int64.self), by: 1_000_000)
            output.unlessZero(1, seconds)
            output.unlessZero(2, rest * 1000)
        case .duration:
            let value = column.fixed(row, as: CalendarInterval.self)
            guard value.months == 0, value.days == 0 else {
                throw EncodeFailure(
                    .range, "google.protobuf.Duration holds no months and days, which have no fixed length")
            }
            output.unlessZero(1, value.microseconds / 1_000_000)
            output.unlessZero(2, value.microseconds % 1_000_000 * 1000)
        case .date:
            let (year, month, day) = CivilTime.civil(days: Int(column.fixed(row, as: Int32.self)))
            guard (1...9999).contains(year) else {
                throw EncodeFailure(.range, "google.type.Date holds the years 1 to 9999")
            }
            output.unlessZero(1, Int64(year))
            output.unlessZero(2, Int64(month))
            output.unlessZero(3, Int64(day))
        case .timeOfDay:
            let (seconds, rest) = floored(column.fixed(row, as: Int64.self), by: 1_000_000)
            output.unlessZero(1, seconds / 3600)
            output.unlessZero(2, seconds / 60 % 60)
            output.unlessZero(3, seconds % 60)
            output.unlessZero(4, rest * 1000)
        case .decimal:
            guard case .decimal(let precision, let scale) = column.type else { return }
            var bytes: [UInt8] = []
            var value = column.fixed(row, as: Int128.self)
            // The shortest two's complement, the highest byte first.
            repeat {
                bytes.append(UInt8(truncatingIfNeeded: value))
                value >>= 8
            } while !(value == 0 && (bytes.last ?? 0) < 0x80 || value == -1 && (bytes.last ?? 0) >= 0x80)
            output.tag(1, 2)
            output.varint(UInt64(bytes.count))
            output.bytes.append(contentsOf: bytes.reversed())
            output.unlessZero(2, Int64(precision))
            output.unlessZero(3, Int64(scale))
        case .fieldMask:
            let text = String(decoding: column.bytes(row), as: UTF8.self)
            for path in text.split(separator: ",") {
                output.tag(1, 2)
                output.text(path.map { $0.isUppercase ? "_" + $0.lowercased() : String($0) }.joined())
            }
        default: break
        }
    }

    private static func floored(_ value: Int64, by divisor: Int64) -> (quotient: Int64, rest: Int64) {
        let (quotient, rest) = value.quotientAndRemainder(dividingBy: divisor)
        return rest < 0 ? (quotient - 1, rest + divisor) : (quotient, rest)
    }
}

/// google.protobuf.Value, Struct and ListValue from JSON.
///
/// Their numbers are doubles: one that a double doesn't hold exactly is refused, not rounded.
enum ProtobufValueWriter {
    static func write(
        _ known: KnownMessage, _ text: UnsafeRawBufferPointer, _ output: inout ProtobufOutput
    ) throws(EncodeFailure) {
        let document = JSONDocument()
        do {
            try document.load(text)
            let root = try document.node(0)
            switch (known, root.kind) {
            case (.value, _): try value(document, 0, &output)
            case (.structure, .object): try members(document, 0, &output)
            case (.list, .array): try elements(document, 0, &output)
            default:
                throw EncodeFailure(.type, "\(known.rawValue) is \(known == .list ? "an array" : "an object") of JSON")
            }
        } catch let failure as EncodeFailure {
            throw failure
        } catch {
            throw EncodeFailure(.value, "the JSON can't be read")
        }
    }

    private static func value(_ document: JSONDocument, _ index: Int, _ output: inout ProtobufOutput) throws {
        let node = try document.node(index)
        switch node.kind {
        case .null:
            output.tag(1, 0)
            output.varint(0)
        case .number:
            let number = try document.double(index)
            if let digits = document.digits(node)?.unscaled(scale: 0), Int128(exactly: number) != digits {
                throw EncodeFailure(
                    .range, "a number of the JSON isn't exact as a double, which Protobuf's Value holds")
            }
            output.tag(2, 1)
            output.fixed64(number.bitPattern)
        case .plain, .escaped:
            output.tag(3, 2)
            output.text(try document.string(index))
        case .yes, .no:
            output.tag(4, 0)
            output.varint(node.kind == .yes ? 1 : 0)
        case .object:
            output.tag(5, 2)
            let start = output.begin()
            try members(document, index, &output)
            output.end(start)
        case .array:
            output.tag(6, 2)
            let start = output.begin()
            try elements(document, index, &output)
            output.end(start)
        }
    }

    private static func members(_ document: JSONDocument, _ index: Int, _ output: inout ProtobufOutput) throws {
        let node = try document.node(index)
        var at = index + 1
        for _ in 0..<node.count {
            output.tag(1, 2)
            let start = output.begin()
            output.tag(1, 2)
            output.text(try document.string(at))
            output.tag(2, 2)
            let content = output.begin()
            try value(document, at + 1, &output)
            output.end(content)
            output.end(start)
            at = Int(try document.node(at + 1).next)
        }
    }

    private static func elements(_ document: JSONDocument, _ index: Int, _ output: inout ProtobufOutput) throws {
        let node = try document.node(index)
        var at = index + 1
        for _ in 0..<node.count {
            output.tag(1, 2)
            let start = output.begin()
            try value(document, at, &output)
            output.end(start)
            at = Int(try document.node(at).next)
        }
    }
}
