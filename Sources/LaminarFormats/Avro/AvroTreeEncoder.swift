#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Writes JSON values by a schema, as the decoder makes them of data that have no column type: base64 for bytes, text for times,
/// exact numbers. A union takes the first branch that the value fits.
struct AvroTreeEncoder {
    let schema: AvroSchema

    private static let failure = EncodeFailure(.type, "the JSON isn't a value of the Avro schema's type")

    func encode(
        _ value: JSONTree, _ type: AvroSchema.ID, into bytes: inout [UInt8], depth: Int
    ) throws(EncodeFailure) {
        guard depth < 2 * AvroReader.depthLimit else { throw EncodeFailure(.depth, "the JSON is nested too deeply") }
        let node = schema[type]
        switch node.kind {
        case .null: guard case .null = value else { throw Self.failure }
        case .boolean:
            guard let value = value.boolean else { throw Self.failure }
            bytes.append(value ? 1 : 0)
        case .int, .long:
            guard let number = integer(value, node.logical), node.kind == .long || Int32(exactly: number) != nil else {
                throw Self.failure
            }
            AvroWriter.long(number, into: &bytes)
        case .float:
            guard let number = number(value) else { throw Self.failure }
            AvroWriter.float(Float(number), into: &bytes)
        case .double:
            guard let number = number(value) else { throw Self.failure }
            AvroWriter.double(number, into: &bytes)
        case .string:
            if node.logical == .json { return AvroWriter.bytes(value.text.utf8, into: &bytes) }
            guard let text = value.string else { throw Self.failure }
            AvroWriter.bytes(text.utf8, into: &bytes)
        case .bytes:
            guard let raw = raw(value, node.logical, size: nil) else { throw Self.failure }
            AvroWriter.bytes(raw, into: &bytes)
        case .fixed(let size):
            guard let raw = raw(value, node.logical, size: size), raw.count == size else { throw Self.failure }
            bytes.append(contentsOf: raw)
        case .enumeration:
            guard let text = value.string, let place = node.symbols.firstIndex(of: text) else { throw Self.failure }
            AvroWriter.long(Int64(place), into: &bytes)
        case .array:
            guard let elements = value.elements else { throw Self.failure }
            if !elements.isEmpty { AvroWriter.long(Int64(elements.count), into: &bytes) }
            for element in elements { try encode(element, node.parts[0], into: &bytes, depth: depth + 1) }
            bytes.append(0)
        case .map:
            guard let members = value.members else { throw Self.failure }
            if !members.isEmpty { AvroWriter.long(Int64(members.count), into: &bytes) }
            for member in members {
                AvroWriter.bytes(member.name.utf8, into: &bytes)
                try encode(member.value, node.parts[0], into: &bytes, depth: depth + 1)
            }
            bytes.append(0)
        case .record: try record(value, node, into: &bytes, depth: depth)
        case .union: try union(value, node, into: &bytes, depth: depth)
        }
    }

    private func record(
        _ value: JSONTree, _ node: AvroSchema.Node, into bytes: inout [UInt8], depth: Int
    ) throws(EncodeFailure) {
        guard let members = value.members else { throw Self.failure }
        // A member that no field has would be lost, and tells another record of a union apart.
        guard members.allSatisfy({ member in node.fields.contains { $0.name == member.name } }) else {
            throw Self.failure
        }
        for field in node.fields {
            if let member = value[field.name] {
                try encode(member, field.type, into: &bytes, depth: depth + 1)
            } else if let value = field.defaultValue {
                do throws(FormatError) {
                    try AvroDefaults.encode(value, field.type, schema, into: &bytes)
                } catch {
                    throw EncodeFailure(.value, error.message)
                }
            } else {
                throw EncodeFailure(.missing, "the JSON lacks a field that the Avro schema has no default for")
            }
        }
    }

    private func union(
        _ value: JSONTree, _ node: AvroSchema.Node, into bytes: inout [UInt8], depth: Int
    ) throws(EncodeFailure) {
        let before = bytes.count
        for (index, part) in node.parts.enumerated() {
            do throws(EncodeFailure) {
                AvroWriter.long(Int64(index), into: &bytes)
                return try encode(value, part, into: &bytes, depth: depth + 1)
            } catch {
                bytes.removeSubrange(before...)
            }
        }
        throw Self.failure
    }

    private func number(_ value: JSONTree) -> Double? {
        if let number = value.double { return number }
        switch value.string {
        case "NaN": return .nan
        case "Infinity": return .infinity
        case "-Infinity": return -.infinity
        default: return nil
        }
    }

    private func integer(_ value: JSONTree, _ logical: AvroSchema.Logical?) -> Int64? {
        guard let text = value.string else { return value.integer }
        switch AvroConversion.Meaning(logical) {
        case .date: return CalendarDate(text).map { Int64($0.daysSinceEpoch) }
        case .timeMillis: return TimeOfDay(text).map { $0.microseconds / 1000 }
        case .timeMicros: return TimeOfDay(text)?.microseconds
        case .millis: return Timestamp(text)?.milliseconds
        case .micros: return Timestamp(text)?.microseconds
        case .nanos:
            guard let (value, overflow) = Timestamp(text)?.microseconds.multipliedReportingOverflow(by: 1000) else {
                return nil
            }
            return overflow ? nil : value
        default: return nil
        }
    }

    private func raw(_ value: JSONTree, _ logical: AvroSchema.Logical?, size: Int?) -> [UInt8]? {
        switch (value, logical) {
        case (.number(let text), .decimal(let precision, let scale)):
            guard let number = ExactDecimal(text)?.rescaled(to: scale),
                precision > 38 || number.unscaled.magnitude < UInt128(ExactDecimal.power(precision))
            else { return nil }
            let digits = AvroDecimal.bytes(number.unscaled)
            guard let size else { return digits }
            guard digits.count <= size else { return nil }
            return Array(repeating: number.unscaled < 0 ? 0xFF : 0, count: size - digits.count) + digits
        case (.string(let text), .uuid):
            return UUID(uuidString: text).map { uuid in withUnsafeBytes(of: uuid.uuid) { Array($0) } }
        case (.string(let text), .duration):
            guard let interval = CalendarInterval(text), interval.months >= 0, interval.days >= 0,
                interval.microseconds >= 0, let millis = UInt32(exactly: interval.microseconds / 1000)
            else { return nil }
            return [UInt32(interval.months), UInt32(interval.days), millis].flatMap { part in
                withUnsafeBytes(of: part.littleEndian) { Array($0) }
            }
        case (.string(var text), nil):
            return text.withUTF8 { bytes in bytes.baseAddress.map { Base64Text.decode($0, bytes.count) } ?? [] }
        default: return nil
        }
    }
}
