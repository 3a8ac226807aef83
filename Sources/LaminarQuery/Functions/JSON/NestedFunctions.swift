package import LaminarFormats
import LaminarStore

// What the translator writes for elements, fields and constructors of nested values, which are JSON texts inside SQLite, and
// the functions of arrays.
extension FunctionCatalog {
    /// A type as a literal of SQLite's, for the functions below.
    package static func typeLiteral(_ type: ColumnType) -> String { TypeCode.literal(type) }

    /// Functions that only a translation names.
    static let nestedAccess: [SQLiteScalarFunction] = [
        // (json, name, type): a field of a STRUCT or an entry of a MAP; NULL where there is none.
        SQLiteScalarFunction("laminar_json_member", arguments: 3) { arguments, result in
            try set(result, JSONText.member(arguments.bytes(0), arguments.bytes(1)), arguments.bytes(2))
        },
        // (json, index from 1, type): an element of an array; NULL where there is none.
        SQLiteScalarFunction("laminar_json_element", arguments: 3) { arguments, result in
            let index = arguments.int64(1)
            try set(result, index < 1 ? nil : JSONText.element(arguments.bytes(0), index - 1), arguments.bytes(2))
        },
        // (json, type): a JSON value in stored form.
        SQLiteScalarFunction("laminar_json_value", arguments: 2) { arguments, result in
            try set(result, JSONText.trimmed(arguments.bytes(0)), arguments.bytes(1))
        },
        // (type of the elements, elements…): an array.
        SQLiteScalarFunction("laminar_json_array", arguments: nil, isStrict: false) { arguments, result in
            let type = try TypeCode.type(arguments.bytes(0))
            let elements = try (1..<arguments.count).map { try StoredValue.value(arguments.value($0), of: type) }
            result.set(Value.array(elements).json)
        },
    ]

    private static func set(
        _ result: SQLiteResult, _ part: UnsafeRawBufferPointer?, _ code: UnsafeRawBufferPointer
    ) throws {
        guard let part else { return result.setNull() }
        let type = try TypeCode.type(code)
        switch type {
        case .json, .array, .structure, .map:
            if type != .json, JSONText.kind(part) == .null { return result.setNull() }
            result.set(text: part)
        case .text where JSONText.kind(part) == .string: result.set(JSONText.string(part) ?? "")
        default: try setScalar(result, part, type)
        }
    }

    /// The numbers that are asked for most, then whatever the `json` format reads.
    private static func setScalar(_ result: SQLiteResult, _ part: UnsafeRawBufferPointer, _ type: ColumnType) throws {
        switch (JSONText.kind(part), type) {
        case (.null, _): result.setNull()
        case (.boolean, .boolean): result.set(part.first == 0x74)
        case (.number, .bigint), (.number, .int), (.number, .smallint):
            guard let value = Int64(String(decoding: part, as: UTF8.self)) else { throw QueryError.outOfRange(type) }
            result.set(value)
        case (.number, .double):
            result.set(try FloatText.parse(String(decoding: part, as: UTF8.self), isReal: false))
        default: result.set(StoredValue.stored(try NestedText(type).value(part, of: type)))
        }
    }

    // MARK: Arrays

    private static func doc(
        _ summary: String, _ sql: String? = nil, _ result: String = ""
    ) -> FunctionDocumentation {
        FunctionDocumentation(.arrays, summary, sql.map { ($0, result) })
    }

    private static let elementType: @Sendable ([FunctionArgument], ColumnType) -> [String] = { arguments, _ in
        for argument in arguments {
            if case .array(let element) = argument.type { return [TypeCode.literal(element)] }
        }
        return [TypeCode.literal(.text)]
    }

    static let arrayFunctions: [ScalarFunction] = [
        .ours("cardinality", [.array], .int, doc("How many elements the array has.", "cardinality(ARRAY[1, 2])", "2")) {
            $1.set(JSONText.count($0.bytes(0)) ?? 0)
        },
        .ours(
            "array_length", [.array, .int], .int,
            doc("The same for dimension 1; NULL where the array is empty.", "array_length(ARRAY[1, 2], 1)", "2")
        ) { arguments, result in
            let count = JSONText.count(arguments.bytes(0)) ?? 0
            if count > 0, arguments.int64(1) == 1 { result.set(count) }
        },
        .ours(
            "array_position", [.array, .element], .int,
            doc(
                "The place of the first equal element, from 1; NULL where there is none.",
                "array_position(ARRAY[5, 6], 6)", "2"),
            extras: elementType
        ) { arguments, result in
            if let place = try places(arguments).first { result.set(place) }
        },
        .ours(
            "array_contains", [.array, .element], .boolean,
            doc("Whether an element is equal. PostgreSQL writes `= ANY (array)`."), extras: elementType
        ) { $1.set(try !places($0).isEmpty) },
        .ours(
            "array_append", [.array, .element], .argument(0),
            doc("The array with one element more.", "array_append(ARRAY[1], 2)", "[1,2]"), isStrict: false,
            extras: elementType
        ) { $1.set(try joined($0, [elements($0, 0), one($0, 1)])) },
        .ours(
            "array_prepend", [.element, .array], .argument(1),
            doc("The array with one element more before it.", "array_prepend(1, ARRAY[2])", "[1,2]"), isStrict: false,
            extras: elementType
        ) { $1.set(try joined($0, [one($0, 0), elements($0, 1)])) },
        .ours(
            "||", [.array, .array], .argument(0), doc("The elements of both.", "ARRAY[1] || ARRAY[2]", "[1,2]"),
            isStrict: false, extras: elementType
        ) { arguments, result in
            if arguments.isNull(0), arguments.isNull(1) { return result.setNull() }
            result.set(try joined(arguments, [elements(arguments, 0), elements(arguments, 1)]))
        },
        .ours(
            "||", [.array, .element], .argument(0), doc("The array with one element more."), isStrict: false,
            extras: elementType
        ) { $1.set(try joined($0, [elements($0, 0), one($0, 1)])) },
        .ours(
            "||", [.element, .array], .argument(1), doc("The array with one element more before it."), isStrict: false,
            extras: elementType
        ) { $1.set(try joined($0, [one($0, 0), elements($0, 1)])) },
        .ours(
            "array_to_string", [.array, .text], .text,
            doc(
                "The elements as text with the second argument between them, without NULL.",
                "array_to_string(ARRAY[1, 2], '-')", "1-2")
        ) { $1.set(try text($0, null: nil)) },
        .ours(
            "array_to_string", [.array, .text, .text], .text,
            doc("The same with a text for NULL.", "array_to_string(ARRAY[1, NULL], ',', '?')", "1,?")
        ) { $1.set(try text($0, null: $0.text(2))) },
        .ours(
            "string_to_array", [.text, .text], .type(.array(.text)),
            doc("What lies between delimiters.", "string_to_array('a,b', ',')", "[\"a\",\"b\"]")
        ) { arguments, result in
            let text = arguments.bytes(0)
            let parts = text.isEmpty ? [] : Characters.split(text, at: arguments.bytes(1))
            result.set(Value.array(parts.map { .text(String(decoding: $0, as: UTF8.self)) }).json)
        },
    ]

    private static func joined(_ arguments: SQLiteArguments, _ parts: [[String]]) -> String {
        "[" + parts.joined().joined(separator: ",") + "]"
    }

    /// The elements of an array argument as JSON texts; none for NULL.
    private static func elements(_ arguments: SQLiteArguments, _ index: Int) throws -> [String] {
        var elements: [String] = []
        if arguments.isNull(index) { return elements }
        let isArray = JSONText.elements(arguments.bytes(index)) { elements.append(String(decoding: $0, as: UTF8.self)) }
        guard isArray else { throw QueryError.notStored("an array") }
        return elements
    }

    /// An element argument as JSON; its type is told behind the arguments.
    private static func one(_ arguments: SQLiteArguments, _ index: Int) throws -> [String] {
        let type = try TypeCode.type(arguments.bytes(arguments.count - 1))
        return [try StoredValue.value(arguments.value(index), of: type).json]
    }

    private static func places(_ arguments: SQLiteArguments) throws -> [Int] {
        let wanted = try one(arguments, 1)[0]
        return try elements(arguments, 0).enumerated().filter { $0.element == wanted }.map { $0.offset + 1 }
    }

    private static func text(_ arguments: SQLiteArguments, null: String?) throws -> String {
        var texts: [String] = []
        _ = JSONText.elements(arguments.bytes(0)) { element in
            switch JSONText.kind(element) {
            case .null: if let null { texts.append(null) }
            case .string: texts.append(JSONText.string(element) ?? "")
            default: texts.append(String(decoding: element, as: UTF8.self))
            }
        }
        return texts.joined(separator: arguments.text(1))
    }
}
