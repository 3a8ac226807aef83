internal import LaminarFormats

/// SQL's functions in Flink's dialect: a declared table, and what isn't in it is refused by name.
///
/// Where Flink's function of that name means something else than PostgreSQL's, the table says so; a call that can't be said
/// the same way isn't said at all.
enum FlinkFunctions {
    /// What a call becomes.
    enum Rule: Sendable {
        /// The same arguments under Flink's name.
        case named(String, result: Result)
        /// A text with `$1`, `$2` … for the operands.
        case pattern(String, arity: ClosedRange<Int>, result: Result)
        /// What to do instead.
        case refused(String)
    }

    /// The type of the result.
    enum Result: Sendable {
        case type(ColumnType)
        case firstArgument
        case unknown
    }

    static func rule(_ name: String, arity: Int) -> Rule? {
        switch table[name] {
        case .pattern(_, let range, _)? where !range.contains(arity):
            patterns[name]?.first { $0.arity.contains(arity) }?.rule
        case let rule?: rule
        case nil: patterns[name]?.first { $0.arity.contains(arity) }?.rule
        }
    }

    /// Every name that is known, for suggestions and the documents.
    static var names: [String] { (Array(table.keys) + Array(patterns.keys)).sorted() }

    static let table: [String: Rule] = {
        var rules: [String: Rule] = [:]
        // Text.
        for name in [
            "lower", "upper", "initcap", "reverse", "ltrim", "rtrim", "btrim", "repeat", "replace", "translate",
        ] {
            rules[name] = .named(name.uppercased(), result: .type(.text))
        }
        for (name, flink) in [
            ("substr", "SUBSTR"), ("substring", "SUBSTRING"), ("concat_ws", "CONCAT_WS"), ("md5", "MD5"),
            ("chr", "CHR"),
        ] { rules[name] = .named(flink, result: .type(.text)) }
        for name in ["length", "char_length", "character_length"] {
            rules[name] = .named("CHAR_LENGTH", result: .type(.int))
        }
        rules["ascii"] = .named("ASCII", result: .type(.int))
        rules["starts_with"] = .named("STARTSWITH", result: .type(.boolean))
        rules["strpos"] = .named("INSTR", result: .type(.int))
        rules["concat"] = .refused("Flink's CONCAT is NULL where an argument is: write || with COALESCE(x, '')")
        rules["regexp_replace"] = .refused(
            "PostgreSQL replaces the first match and Flink all of them, by Java's expressions: write REPLACE, or do it by "
                + "hand in the script")
        // Numbers.
        for name in ["abs", "sign", "ceil", "floor", "round", "mod"] {
            rules[name] = .named(name.uppercased(), result: .firstArgument)
        }
        rules["ceiling"] = .named("CEIL", result: .firstArgument)
        rules["trunc"] = .named("TRUNCATE", result: .firstArgument)
        for (name, flink) in [
            ("power", "POWER"), ("pow", "POWER"), ("sqrt", "SQRT"), ("exp", "EXP"), ("ln", "LN"), ("log10", "LOG10"),
            ("sin", "SIN"), ("cos", "COS"), ("tan", "TAN"), ("asin", "ASIN"), ("acos", "ACOS"), ("atan", "ATAN"),
            ("atan2", "ATAN2"), ("degrees", "DEGREES"), ("radians", "RADIANS"), ("pi", "PI"),
        ] { rules[flink.lowercased()] = .named(flink, result: .type(.double)); rules[name] = rules[flink.lowercased()] }
        // Conditions.
        rules["nullif"] = .named("NULLIF", result: .firstArgument)
        // Time.
        rules["now"] = .pattern("CURRENT_TIMESTAMP", arity: 0...0, result: .type(.timestamp))
        rules["transaction_timestamp"] = rules["now"]
        rules["statement_timestamp"] = rules["now"]
        rules["clock_timestamp"] = .refused("Flink has one time for each record: write NOW()")
        rules["to_timestamp"] = .refused("write CAST(x AS TIMESTAMP), or in the script TO_TIMESTAMP_LTZ by hand")
        rules["to_char"] = .refused("Flink's DATE_FORMAT has Java's patterns: write it into the script by hand")
        rules["age"] = .refused("Flink has no interval of years, months and days together: subtract EXTRACT(EPOCH …)")
        rules["make_date"] = .refused("write CAST(… AS DATE) of a text")
        // Windows.
        for name in ["row_number", "rank", "dense_rank", "ntile"] {
            rules[name] = .named(name.uppercased(), result: .type(.bigint))
        }
        for name in ["percent_rank", "cume_dist"] {
            rules[name] = .named(name.uppercased(), result: .type(.double))
        }
        for name in ["lag", "lead", "first_value", "last_value"] {
            rules[name] = .named(name.uppercased(), result: .firstArgument)
        }
        // Laminar's own.
        rules["hash"] = .refused(
            "Laminar's hash has no counterpart in Flink: take MOD of a numeric column itself, or split the rows by "
                + "_kafka_partition")
        rules["encode"] = .refused("Flink's ENCODE makes bytes of text: write the bytes out as BYTEA")
        rules["decode"] = .refused("Flink's DECODE makes text of bytes: write the value out as TEXT")
        rules["generate_series"] = .refused("Flink has no generate_series: join a table of the numbers")
        return rules
    }()

    /// Functions whose forms differ with the number of arguments.
    private static let patterns: [String: [(arity: ClosedRange<Int>, rule: Rule)]] = [
        "left": [(2...2, .named("LEFT", result: .type(.text)))],
        "right": [(2...2, .named("RIGHT", result: .type(.text)))],
        "lpad": [
            (2...2, .pattern("LPAD($1, $2, ' ')", arity: 2...2, result: .type(.text))),
            (3...3, .named("LPAD", result: .type(.text))),
        ],
        "rpad": [
            (2...2, .pattern("RPAD($1, $2, ' ')", arity: 2...2, result: .type(.text))),
            (3...3, .named("RPAD", result: .type(.text))),
        ],
        "overlay": [
            (3...3, .pattern("OVERLAY($1 PLACING $2 FROM $3)", arity: 3...3, result: .type(.text))),
            (4...4, .pattern("OVERLAY($1 PLACING $2 FROM $3 FOR $4)", arity: 4...4, result: .type(.text))),
        ],
        "split_part": [
            (3...3, .pattern("COALESCE(SPLIT_INDEX($1, $2, $3 - 1), '')", arity: 3...3, result: .type(.text)))
        ],
        "log": [(1...1, .named("LOG10", result: .type(.double))), (2...2, .named("LOG", result: .type(.double)))],
    ]

    /// Aggregates that Flink has under the same name, with the type of their result.
    static let aggregates: [String: (flink: String, result: Result)] = [
        "count": ("COUNT", .type(.bigint)), "min": ("MIN", .firstArgument), "max": ("MAX", .firstArgument),
    ]

    /// Aggregates that compute in DOUBLE on both sides.
    static let statistics: [String: String] = [
        "stddev": "STDDEV_SAMP", "stddev_samp": "STDDEV_SAMP", "stddev_pop": "STDDEV_POP", "variance": "VAR_SAMP",
        "var_samp": "VAR_SAMP", "var_pop": "VAR_POP",
    ]

    /// Aggregates that have no equal.
    static let refusedAggregates: [String: String] = [
        "bool_and": "write MIN(CASE WHEN x THEN 1 ELSE 0 END) = 1",
        "every": "write MIN(CASE WHEN x THEN 1 ELSE 0 END) = 1",
        "bool_or": "write MAX(CASE WHEN x THEN 1 ELSE 0 END) = 1",
        "array_agg":
            "Flink's ARRAY_AGG keeps no order and leaves out NULLs as it likes: write it into the script by hand",
        "string_agg": "Flink's LISTAGG keeps no order: write it into the script by hand",
        "json_agg": "write it into the script by hand with JSON_ARRAYAGG",
        "json_object_agg": "write it into the script by hand with JSON_OBJECTAGG",
    ]
}
