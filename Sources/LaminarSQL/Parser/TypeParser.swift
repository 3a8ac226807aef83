/// Types of columns and casts, with their synonyms.
extension Parser {
    func typeName() throws(SQLError) -> SQL.TypeName {
        let outer = try enter()
        var type = try elementType()
        while true {
            if at(.leftBracket) {
                try advance()
                if at(.number) { try advance() }
                try expect(.rightBracket, "]")
            } else if at(.array) {
                try advance()
            } else {
                break
            }
            type = .array(type)
            try wrap()
        }
        try leave(outer)
        return type
    }

    /// Whether a word begins a type, so that a string behind it is a literal of that type.
    func beginsType(_ other: Token) -> Bool {
        switch other.keyword {
        case .boolean, .bool, .tinyint, .smallint, .int2, .int, .integer, .int4, .bigint, .int8, .real, .float4, .float,
            .float8, .double, .decimal, .dec, .numeric, .text, .string, .varchar, .char, .character, .bytea, .bytes,
            .date, .time, .timestamp, .timestamptz, .uuid, .json, .jsonb:
            true
        default: false
        }
    }

    private func elementType() throws(SQLError) -> SQL.TypeName {
        guard kind == .word, let keyword = keyword else { throw unknownType() }
        switch keyword {
        case .boolean, .bool: return try plain(.boolean)
        case .tinyint, .smallint, .int2: return try plain(.smallint)
        case .int, .integer, .int4: return try plain(.int)
        case .bigint, .int8: return try plain(.bigint)
        case .real, .float4: return try plain(.real)
        case .float8: return try plain(.double)
        case .bytea, .bytes, .binary, .varbinary, .blob: return try sized(.bytea)
        case .text, .string: return try plain(.text)
        case .varchar, .nvarchar, .bpchar: return try sized(.text)
        case .date: return try plain(.date)
        case .uuid: return try plain(.uuid)
        case .json, .jsonb: return try plain(.json)
        case .char, .character:
            try advance()
            if at(.varying) { try advance() }
            _ = try length()
            return .text
        case .double:
            try advance()
            if at(.precision) { try advance() }
            return .double
        case .float:
            try advance()
            return try length().map { $0 <= 24 } ?? false ? .real : .double
        case .decimal, .dec, .numeric: return try decimal()
        case .time, .timestamp, .timestamptz: return try time(keyword)
        case .interval: return try interval()
        case .struct: return try structure()
        case .map: return try map()
        case .array: return try array()
        default: throw unknownType()
        }
    }

    private func plain(_ type: SQL.TypeName) throws(SQLError) -> SQL.TypeName {
        try advance()
        return type
    }

    private func sized(_ type: SQL.TypeName) throws(SQLError) -> SQL.TypeName {
        try advance()
        _ = try length()
        return type
    }

    /// `(n)`, if it is there.
    private func length() throws(SQLError) -> Int? {
        guard try take(.leftParenthesis) else { return nil }
        let number = try integer("a length")
        try expect(.rightParenthesis, ")")
        return number
    }

    private func integer(_ expected: String) throws(SQLError) -> Int {
        guard at(.number), let number = Int(text(token)) else { throw unexpected(expected) }
        try advance()
        return number
    }

    private func decimal() throws(SQLError) -> SQL.TypeName {
        try advance()
        guard try take(.leftParenthesis) else { return .decimal(precision: nil, scale: nil) }
        let start = token
        let precision = try integer("a precision from 1 to 38")
        guard (1...38).contains(precision) else {
            throw fail(.syntax, "a DECIMAL has 1 to 38 digits", at: start.position, expected: "DECIMAL(38, 10) or less")
        }
        var scale: Int?
        if try take(.comma) {
            let place = token
            let number = try integer("a scale")
            guard number <= precision else {
                throw fail(
                    .syntax, "the scale \(number) is greater than the precision \(precision)", at: place.position,
                    expected: "a scale from 0 to \(precision)")
            }
            scale = number
        }
        try expect(.rightParenthesis, scale == nil ? ", or )" : ")")
        return .decimal(precision: precision, scale: scale)
    }

    private func time(_ keyword: Keyword) throws(SQLError) -> SQL.TypeName {
        try advance()
        let place = token
        let precision = try length()
        if let precision, precision > 9 {
            throw fail(
                .syntax, "a second has 9 digits at most", at: place.position, expected: "a precision from 0 to 9")
        }
        var hasZone = keyword == .timestamptz
        let zone = token
        if at(.with), try isFollowed(by: .time, .local) {
            try advance()
            if at(.local) { try advance() }
            try expect(.time)
            try expect(.zone)
            hasZone = true
        } else if at(.without), try nextIs(.time) {
            try advance()
            try advance()
            try expect(.zone)
        }
        guard keyword == .time else { return hasZone ? .timestamptz : .timestamp(precision: precision) }
        guard !hasZone else {
            throw refuse(
                "a time of day with a zone isn't known here", "TIME, or TIMESTAMP for an instant", at: zone.position)
        }
        return .time
    }

    private func interval() throws(SQLError) -> SQL.TypeName {
        try advance()
        if at(.word), keyword == nil,
            ["year", "month", "day", "hour", "minute", "second"].contains(folded(token))
        {
            throw refuse("an INTERVAL of certain fields isn't known here", "INTERVAL, which holds them all")
        }
        return .interval
    }

    private func structure() throws(SQLError) -> SQL.TypeName {
        try advance()
        try expect(.less, "< and the fields: STRUCT<a INT, b TEXT>")
        var fields: [SQL.StructField] = []
        repeat {
            if at(.greater), !fields.isEmpty { break }
            let name = try name("the name of a field")
            let type = try typeName()
            let isNotNull = try take(.not, .null)
            fields.append(SQL.StructField(name: name, type: type, isNotNull: isNotNull))
        } while try take(.comma)
        try expect(.greater, ", or >")
        return .structure(fields)
    }

    private func map() throws(SQLError) -> SQL.TypeName {
        try advance()
        try expect(.less, "< and the types: MAP<TEXT, INT>")
        let place = token
        guard try typeName() == .text else {
            throw refuse("the keys of a MAP are TEXT", "MAP<TEXT, …>, as JSON and Avro have it", at: place.position)
        }
        try expect(.comma, ", and the type of the values")
        let type = try typeName()
        try expect(.greater, ">")
        return .map(type)
    }

    private func array() throws(SQLError) -> SQL.TypeName {
        try advance()
        try expect(.less, "< and the type of the elements: ARRAY<INT>, or INT[]")
        let type = try typeName()
        try expect(.greater, ">")
        try wrap()
        return .array(type)
    }

    private func unknownType() -> SQLError {
        guard kind == .word else { return unexpected("a type such as BIGINT or TEXT") }
        let word = text(token).uppercased()
        if let cure = TypeCatalog.replacements[word] {
            return refuse("the type \(word) isn't known here", cure)
        }
        return fail(
            .syntax, "\(found(token)) is not a type", at: token.position,
            expected: "a type: \(TypeCatalog.names.joined(separator: ", "))",
            suggestion: SQL.suggestion(for: word, among: TypeCatalog.names + TypeCatalog.synonyms))
    }
}

/// The names of types for messages.
enum TypeCatalog {
    static let names = [
        "BOOLEAN", "SMALLINT", "INT", "BIGINT", "REAL", "DOUBLE", "DECIMAL", "TEXT", "BYTEA", "DATE", "TIME",
        "TIMESTAMP", "INTERVAL", "UUID", "JSON", "STRUCT", "MAP",
    ]
    static let synonyms = [
        "BOOL", "TINYINT", "INTEGER", "FLOAT", "NUMERIC", "STRING", "VARCHAR", "CHAR", "BYTES", "TIMESTAMPTZ", "JSONB",
    ]
    static let replacements = [
        "DATETIME": "TIMESTAMP", "TIMESTAMP_LTZ": "TIMESTAMP", "ROW": "STRUCT<a INT, b TEXT>",
        "OBJECT": "JSON, or STRUCT<a INT, b TEXT>", "UINT": "BIGINT", "UINT8": "SMALLINT", "UINT16": "INT",
        "UINT32": "BIGINT", "UINT64": "DECIMAL(20, 0)", "INT64": "BIGINT", "INT32": "INT", "INT16": "SMALLINT",
        "LONG": "BIGINT", "FLOAT32": "REAL", "FLOAT64": "DOUBLE", "SERIAL": "BIGINT", "BIGSERIAL": "BIGINT",
        "MONEY": "DECIMAL(18, 2)", "ENUM": "TEXT", "CLOB": "TEXT", "UNSIGNED": "BIGINT", "HUGEINT": "DECIMAL(38, 0)",
    ]
}
