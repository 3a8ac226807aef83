import LaminarFormats
import LaminarStore

// Functions of JSON. A member keeps its text: `{"a": 1.50}` -> 'a' is 1.50, digits and all.
extension FunctionCatalog {
    static let jsonFunctions: [ScalarFunction] =
        [("->", false), ("->>", true)].flatMap { sign, isText in
            [member(sign, isText: isText), element(sign, isText: isText)]
        } + ["json", "jsonb"].flatMap { prefix in paths(prefix) + shapes(prefix) } + builders

    private static func doc(
        _ summary: String, _ sql: String? = nil, _ result: String = ""
    ) -> FunctionDocumentation {
        FunctionDocumentation(.json, summary, sql.map { ($0, result) })
    }

    /// Sets a part of a JSON text: itself, or its text, which is NULL for null.
    private static func set(_ result: SQLiteResult, _ part: UnsafeRawBufferPointer?, isText: Bool) {
        guard let part else { return result.setNull() }
        guard isText else { return result.set(text: part) }
        switch JSONText.kind(part) {
        case .null: result.setNull()
        case .string: result.set(JSONText.string(part) ?? "")
        default: result.set(text: part)
        }
    }

    // MARK: Members and elements

    private static func member(_ sign: String, isText: Bool) -> ScalarFunction {
        .ours(
            sign, [.json, .text], isText ? .text : .json,
            isText
                ? doc("The member of a name, as text.", "JSON '{\"a\": \"x\"}' ->> 'a'", "x")
                : doc("The member of a name, as JSON.", "JSON '{\"a\": \"x\"}' -> 'a'", "\"x\"")
        ) { arguments, result in
            set(result, JSONText.member(arguments.bytes(0), arguments.bytes(1)), isText: isText)
        }
    }

    private static func element(_ sign: String, isText: Bool) -> ScalarFunction {
        .ours(
            sign, [.json, .int], isText ? .text : .json,
            doc(
                "The element at a place from 0, or from the end where it is negative.",
                "JSON '[1, 2, 3]' \(sign) -1", "3")
        ) { arguments, result in
            set(result, JSONText.element(arguments.bytes(0), arguments.int64(1)), isText: isText)
        }
    }

    /// A step of a path: a member's name, or an element's place.
    private static func step(
        _ value: UnsafeRawBufferPointer, _ name: UnsafeRawBufferPointer
    ) -> UnsafeRawBufferPointer? {
        if JSONText.kind(value) == .array {
            return Int64(String(decoding: name, as: UTF8.self)).flatMap { JSONText.element(value, $0) }
        }
        return JSONText.member(value, name)
    }

    private static func paths(_ prefix: String) -> [ScalarFunction] {
        [false, true].map { isText in
            let name = "\(prefix)_extract_path" + (isText ? "_text" : "")
            return .ours(
                name, [.json], variadic: .text, isText ? .text : .json,
                doc(
                    "What lies at the end of a path of names and places" + (isText ? ", as text." : ", as JSON."),
                    "\(name)(JSON '{\"a\": [5, 6]}', 'a', '1')", "6")
            ) { arguments, result in
                var value: UnsafeRawBufferPointer? = arguments.bytes(0)
                for index in 1..<max(arguments.count, 1) {
                    value = value.flatMap { step($0, arguments.bytes(index)) }
                }
                set(result, value, isText: isText)
            }
        }
    }

    // MARK: Shapes

    private static func shapes(_ prefix: String) -> [ScalarFunction] {
        [
            .ours(
                "\(prefix)_array_length", [.json], .int,
                doc("How many elements the array has.", "\(prefix)_array_length(JSON '[1, [2]]')", "2")
            ) { arguments, result in
                guard let count = JSONText.count(arguments.bytes(0)) else {
                    throw QueryError(.invalidArgument, "cannot get array length of a JSON value that isn't an array")
                }
                result.set(count)
            },
            .ours(
                "\(prefix)_typeof", [.json], .text,
                doc("object, array, string, number, boolean or null.", "\(prefix)_typeof(JSON '{}')", "object")
            ) { arguments, result in
                if let kind = JSONText.kind(arguments.bytes(0)) { result.set(kind.rawValue) }
            },
            .ours(
                "\(prefix)_valid", [.text], .boolean,
                doc("Whether the text is JSON. PostgreSQL hasn't this one.")
            ) { $1.set(JSONText.isValid($0.bytes(0))) },
            .ours(
                "\(prefix)_exists", [.json, .text], .boolean,
                doc("Whether the object has a member of that name. PostgreSQL writes `?`.")
            ) { $1.set(JSONText.member($0.bytes(0), $0.bytes(1)) != nil) },
        ]
    }

    // MARK: Made of values

    private static let typesOfArguments: @Sendable ([FunctionArgument], ColumnType) -> [String] = { arguments, _ in
        arguments.map { TypeCode.literal($0.type) }
    }

    /// A value in stored form as JSON.
    static func write(_ value: SQLiteValue, of type: ColumnType, to writer: inout JSONWriter) throws {
        writer.write(try StoredValue.value(value, of: type))
    }

    private static let builders: [ScalarFunction] =
        ["json", "jsonb"].flatMap { prefix in
            [
                ScalarFunction.ours(
                    "to_\(prefix)", [.any], .json, doc("The value as JSON.", "to_\(prefix)(1.50)", "1.50"),
                    extras: typesOfArguments
                ) { arguments, result in
                    var writer = JSONWriter()
                    try write(arguments.value(0), of: try TypeCode.type(arguments.bytes(1)), to: &writer)
                    writer.bytes.withUnsafeBytes { result.set(text: $0) }
                },
                .ours(
                    "\(prefix)_build_array", [], variadic: .any, .json,
                    doc("An array of the values.", "\(prefix)_build_array(1, 'a', NULL)", "[1,\"a\",null]"),
                    isStrict: false,
                    extras: typesOfArguments
                ) { arguments, result in
                    let count = arguments.count / 2
                    var text: [UInt8] = [0x5B]
                    for index in 0..<count {
                        if index > 0 { text.append(0x2C) }
                        text += try json(arguments, index, count)
                    }
                    text.append(0x5D)
                    text.withUnsafeBytes { result.set(text: $0) }
                },
                .ours(
                    "\(prefix)_build_object", [], variadic: .any, .json,
                    doc(
                        "An object of names and values in turn.", "\(prefix)_build_object('a', 1, 'b', true)",
                        "{\"a\":1,\"b\":true}"), isStrict: false, extras: typesOfArguments
                ) { arguments, result in
                    let count = arguments.count / 2
                    guard count.isMultiple(of: 2) else {
                        throw QueryError(.invalidArgument, "argument list must have even number of elements")
                    }
                    var text: [UInt8] = [0x7B]
                    for index in stride(from: 0, to: count, by: 2) {
                        if index > 0 { text.append(0x2C) }
                        if arguments.isNull(index) {
                            throw QueryError(.invalidArgument, "a name of a JSON object can't be null")
                        }
                        let name = try value(arguments, index, count)
                        text += Array(Value.text(name.description).json.utf8) + [0x3A]
                        text += try json(arguments, index + 1, count)
                    }
                    text.append(0x7D)
                    text.withUnsafeBytes { result.set(text: $0) }
                },
            ]
        }

    private static func value(_ arguments: SQLiteArguments, _ index: Int, _ count: Int) throws -> Value {
        try StoredValue.value(arguments.value(index), of: try TypeCode.type(arguments.bytes(count + index)))
    }

    private static func json(_ arguments: SQLiteArguments, _ index: Int, _ count: Int) throws -> [UInt8] {
        var writer = JSONWriter()
        writer.write(try value(arguments, index, count))
        return writer.bytes
    }
}
