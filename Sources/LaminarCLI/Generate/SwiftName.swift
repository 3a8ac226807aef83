/// A column's name as Swift spells names: `user_id` is `userId`, as a type `UserId`.
///
///     let names = SwiftName.properties(["user_id", "class", "1st"])      // userId, class, _1st
///     SwiftName.quoted("class")                                          // `class`
enum SwiftName {
    /// One a column, all different: where two would be the same, each keeps as much of its own spelling as it needs.
    static func properties(_ columns: [String]) -> [String] {
        let camel = columns.map { camelCase($0) }
        var taken = Set<String>()
        return columns.indices.map { index in
            let isShared = camel.filter { $0 == camel[index] }.count > 1
            var name = isShared ? identifier(columns[index]) : camel[index]
            while !taken.insert(name).inserted { name += "_" }
            return name
        }
    }

    /// The name of a type, none of which the generated code uses itself.
    static func type(_ name: String, taken: Set<String> = []) -> String {
        let camel = camelCase(name)
        let body = camel.drop { $0 == "_" }
        var type = camel.prefix { $0 == "_" } + body.prefix(1).uppercased() + body.dropFirst()
        while reserved.contains(String(type)) || taken.contains(String(type)) { type += "Value" }
        return String(type)
    }

    /// In backticks where it is a keyword.
    static func quoted(_ name: String) -> String { keywords.contains(name) ? "`\(name)`" : name }

    /// The words between underscores and other marks, the first one with a small letter.
    private static func camelCase(_ name: String) -> String {
        let words = name.split { !($0.isLetter || $0.isNumber) }
        guard let first = words.first else { return "column" }
        let isShouted = !name.contains { $0.isLowercase }
        let parts = words.dropFirst().map { word in
            word.prefix(1).uppercased() + (isShouted ? word.dropFirst().lowercased() : String(word.dropFirst()))
        }
        let head = isShouted ? first.lowercased() : first.prefix(1).lowercased() + first.dropFirst()
        return identifier(head + parts.joined())
    }

    /// The name without what an identifier can't hold.
    private static func identifier(_ name: String) -> String {
        let kept = name.filter { $0.isLetter || $0.isNumber || $0 == "_" }
        if kept.allSatisfy({ $0 == "_" }) { return "column" }
        return kept.first?.isNumber ?? true ? "_" + kept : kept
    }

    /// What generated code refers to, and must not be hidden by a nested type.
    private static let reserved: Set<String> = [
        "Any", "Array", "Bool", "CalendarDate", "CalendarInterval", "Codable", "CodingKey", "CodingKeys", "Column",
        "ColumnValue", "DecodeFailure", "Dictionary", "Double", "ExactDecimal", "Float", "Int", "Int16", "Int32",
        "Int64", "Optional", "Protocol", "Row", "RowDecodable", "Self", "Sendable", "String", "TimeOfDay", "Timestamp",
        "Type", "UInt8", "UUID",
    ]

    /// "The Swift Programming Language", "Lexical Structure › Keywords and Punctuation": those reserved in declarations,
    /// statements, expressions and types.
    private static let keywords: Set<String> = [
        "as", "associatedtype", "break", "case", "catch", "class", "continue", "default", "defer", "deinit", "do",
        "else", "enum", "extension", "fallthrough", "false", "fileprivate", "for", "func", "guard", "if", "import",
        "in", "init", "inout", "internal", "is", "let", "nil", "operator", "precedencegroup", "private", "protocol",
        "public", "repeat", "rethrows", "return", "self", "static", "struct", "subscript", "super", "switch", "throw",
        "throws", "true", "try", "typealias", "var", "where", "while",
    ]
}
