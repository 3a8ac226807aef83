#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// A cell from its text form, for decoders whose payload is text: CSV, plain lines.
enum TextCell {
    enum Outcome { case appended, wrong, tooLarge }

    static func append(_ text: inout String, to builder: inout ColumnBuilder) -> Outcome {
        switch builder.type {
        case .text, .bytea: return bytes(&text, to: &builder)
        case .json:
            let isJSON = text.withUTF8 { JSONText.isValid(UnsafeRawBufferPointer($0)) }
            return isJSON ? bytes(&text, to: &builder) : .wrong
        default:
            guard let value = value(text, builder.type), builder.append(value) else { return .wrong }
            return .appended
        }
    }

    private static func bytes(_ text: inout String, to builder: inout ColumnBuilder) -> Outcome {
        text.withUTF8 { builder.append(bytes: UnsafeRawBufferPointer($0)) } ? .appended : .tooLarge
    }

    private static func value(_ text: String, _ type: ColumnType) -> Value? {
        switch type {
        case .boolean: text == "true" ? .boolean(true) : text == "false" ? .boolean(false) : nil
        case .smallint: Int16(text).map { .smallint($0) }
        case .int: Int32(text).map { .int($0) }
        case .bigint: Int64(text).map { .bigint($0) }
        case .real: Float(text).map { .real($0) }
        case .double: Double(text).map { .double($0) }
        case .decimal: ExactDecimal(text).map { .decimal($0) }
        case .date: CalendarDate(text).map { .date($0) }
        case .time: TimeOfDay(text).map { .time($0) }
        case .timestamp: Timestamp(text).map { .timestamp($0) }
        case .interval: CalendarInterval(text).map { .interval($0) }
        case .uuid: UUID(uuidString: text).map { .uuid($0) }
        case .text, .bytea, .json, .array, .structure, .map: nil
        }
    }
}
