import LaminarFormats
package import LaminarStore

// The table of aggregates and of functions over windows.
extension FunctionCatalog {
    static let aggregateFunctions: [AggregateFunction] =
        counts + sums + averages + extremes + statistics + collections + windows

    private static func entry(
        _ name: String, _ parameters: [ParameterType], _ result: ResultRule,
        _ implementation: AggregateFunction.Implementation, _ summary: String,
        use: AggregateFunction.Use = .groupsAndWindows, takesStar: Bool = false, takesOrder: Bool = false
    ) -> AggregateFunction {
        AggregateFunction(
            name: name, parameters: parameters, takesStar: takesStar, result: result, use: use,
            implementation: implementation, takesOrder: takesOrder,
            documentation: FunctionDocumentation(use == .windows ? .windows : .aggregates, summary))
    }

    private static func named(_ name: String) -> AggregateFunction.Implementation { .registered { _, _ in name } }

    private static let counts = [
        entry(
            "count", [.any], .bigint, .native("count"), "How many values aren't NULL; `count(*)` counts rows.",
            takesStar: true)
    ]

    // MARK: Sums and averages

    private static let sums = [
        entry("sum", [.smallint], .bigint, .native("sum"), "The sum; NULL of no values."),
        entry("sum", [.int], .bigint, .native("sum"), "The sum; NULL of no values."),
        entry(
            "sum", [.bigint], .type(.decimal(precision: 38, scale: 0)), named("laminar_sum_bigint"), "The sum, exact."),
        entry(
            "sum", [.decimal],
            .computed { .decimal(precision: 38, scale: $0.first?.type.decimalScale ?? 0) },
            named("laminar_sum_decimal"), "The sum, exact."),
        entry("sum", [.real], .real, named("laminar_sum_real"), "The sum."),
        entry("sum", [.double], .double, .native("sum"), "The sum."),
        entry("sum", [.interval], .interval, named("laminar_sum_interval"), "The sum."),
    ]

    private static let averages =
        [ParameterType.smallint, .int, .bigint].map { parameter in
            entry(
                "avg", [parameter], .type(.decimal(precision: 38, scale: quotientScale)), named("laminar_avg_integer"),
                "The mean, with 16 digits after its point.")
        } + [
            entry(
                "avg", [.decimal],
                .computed { .decimal(precision: 38, scale: max(quotientScale, $0.first?.type.decimalScale ?? 0)) },
                .registered { _, result in "laminar_avg_decimal_\(result.decimalScale)" },
                "The mean, with 16 digits after its point or more."),
            entry("avg", [.real], .double, .native("avg"), "The mean."),
            entry("avg", [.double], .double, .native("avg"), "The mean."),
            entry("avg", [.interval], .interval, named("laminar_avg_interval"), "The mean."),
        ]

    // MARK: Extremes

    private static let extremes =
        [
            ParameterType.smallint, .int, .bigint, .real, .double, .decimal, .text, .bytea, .date, .time, .timestamp,
            .interval, .uuid,
        ].flatMap { parameter in
            [
                entry("min", [parameter], .argument(0), .native("min"), "The least value."),
                entry("max", [parameter], .argument(0), .native("max"), "The greatest value."),
            ]
        } + [
            entry("bool_and", [.boolean], .boolean, .native("min"), "Whether all are true."),
            entry("every", [.boolean], .boolean, .native("min"), "Whether all are true."),
            entry("bool_or", [.boolean], .boolean, .native("max"), "Whether one is true."),
            entry("any_value", [.any], .argument(0), named("laminar_any_value"), "One of the values.", use: .groups),
            entry(
                "single_value", [.any], .argument(0), named("laminar_single_value"),
                "The only value; what a subquery used as an expression is made of.", use: .groups),
        ]

    // MARK: Statistics

    private static let statistics =
        [
            ("var_samp", "The variance of a sample."), ("variance", "The variance of a sample."),
            ("var_pop", "The variance of all."), ("stddev_samp", "The standard deviation of a sample."),
            ("stddev", "The standard deviation of a sample."), ("stddev_pop", "The standard deviation of all."),
        ].map { name, summary in
            entry(name, [.double], .double, named("laminar_\(name)"), summary)
        }
        + [
            ("corr", "How far the pairs lie on a line, -1 to 1."), ("covar_pop", "The covariance of all pairs."),
            ("covar_samp", "The covariance of a sample of pairs."),
        ].map { name, summary in
            entry(name, [.double, .double], .double, named("laminar_\(name)"), summary, use: .groups)
        }

    // MARK: Lists

    private static func typed(_ name: String, _ count: Int) -> AggregateFunction.Implementation {
        .registered { arguments, _ in
            "laminar_\(name)"
                + arguments.prefix(count).map { "_" + HexText.text(Array(TypeCode.code($0.type).utf8)) }.joined()
        }
    }

    private static let collections: [AggregateFunction] =
        [
            entry(
                "string_agg", [.text, .text], .text, named("laminar_string_agg"),
                "The texts with the second argument between them; ORDER BY inside of the parentheses puts them in order.",
                takesOrder: true),
            entry(
                "string_agg", [.bytea, .bytea], .bytea, named("laminar_bytes_agg"),
                "The bytes with the second argument between them.", takesOrder: true),
            entry(
                "array_agg", [.any], .arrayOfArgument(0), typed("array_agg", 1),
                "The values as an array, NULL too.", takesOrder: true),
        ]
        + ["json", "jsonb"].flatMap { prefix in
            [
                entry(
                    "\(prefix)_agg", [.any], .json, typed("array_agg", 1),
                    "The values as a JSON array, NULL too.", takesOrder: true),
                entry(
                    "\(prefix)_object_agg", [.castToText, .any], .json, typed("object_agg", 2),
                    "Names and values as a JSON object.", takesOrder: true),
            ]
        }

    // MARK: Windows

    private static let windows: [AggregateFunction] =
        [
            ("row_number", "The row's number."), ("rank", "The number of the first equal row."),
            ("dense_rank", "The number of the row's group of equal rows."),
        ].map { name, summary in entry(name, [], .bigint, .native(name), summary, use: .windows) }
        + [("percent_rank", "The rank from 0 to 1."), ("cume_dist", "Which part of the rows isn't after the row.")].map
    {
        name, summary in entry(name, [], .double, .native(name), summary, use: .windows)
    } + [
        entry("ntile", [.int], .int, .native("ntile"), "Which of so many equal parts the row is in.", use: .windows),
        entry("first_value", [.any], .argument(0), .native("first_value"), "The frame's first value.", use: .windows),
        entry("last_value", [.any], .argument(0), .native("last_value"), "The frame's last value.", use: .windows),
        entry(
            "nth_value", [.any, .int], .argument(0), .native("nth_value"), "The frame's value of a number.",
            use: .windows),
    ]
        + [("lag", "before"), ("lead", "after")].flatMap { name, place in
            [
                entry(name, [.any], .argument(0), .native(name), "The value one row \(place).", use: .windows),
                entry(
                    name, [.any, .int], .argument(0), .native(name), "The value so many rows \(place).", use: .windows),
                entry(
                    name, [.element, .int, .element], .argument(0), .native(name),
                    "The same with a value for where there is no such row.", use: .windows),
            ]
        }

    // MARK: What runs

    private static func function(
        _ name: String, _ arguments: Int?, isWindow: Bool = true,
        _ makeState: @escaping @Sendable () -> any SQLiteAggregate
    ) -> SQLiteAggregateFunction {
        SQLiteAggregateFunction(name, arguments: arguments, isWindow: isWindow, makeState: makeState)
    }

    private static let fixedAggregates: [String: SQLiteAggregateFunction] = {
        let functions = [
            function("laminar_sum_bigint", 1) { IntegerSum(averageScale: nil) },
            function("laminar_avg_integer", 1) { IntegerSum(averageScale: quotientScale) },
            function("laminar_sum_decimal", 1) { DecimalSum(averageScale: nil) },
            function("laminar_sum_real", 1) { RealSum() },
            function("laminar_sum_interval", 1) { IntervalSum(isAverage: false) },
            function("laminar_avg_interval", 1) { IntervalSum(isAverage: true) },
            function("laminar_any_value", 1, isWindow: false) { FirstValue() },
            function("laminar_single_value", 1, isWindow: false) { SingleValue() },
            function("laminar_var_samp", 1) { Variance(isSample: true, isRoot: false) },
            function("laminar_variance", 1) { Variance(isSample: true, isRoot: false) },
            function("laminar_var_pop", 1) { Variance(isSample: false, isRoot: false) },
            function("laminar_stddev_samp", 1) { Variance(isSample: true, isRoot: true) },
            function("laminar_stddev", 1) { Variance(isSample: true, isRoot: true) },
            function("laminar_stddev_pop", 1) { Variance(isSample: false, isRoot: true) },
            function("laminar_corr", 2, isWindow: false) { Covariance(.correlation) },
            function("laminar_covar_pop", 2, isWindow: false) { Covariance(.population) },
            function("laminar_covar_samp", 2, isWindow: false) { Covariance(.sample) },
            function("laminar_string_agg", nil) { CollectedRows(argumentCount: 2, skipsNull: true, join: joinTexts) },
            function("laminar_bytes_agg", nil) { CollectedRows(argumentCount: 2, skipsNull: true, join: joinBytes) },
        ]
        return Dictionary(functions.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    }()

    /// The registered aggregate of this name, made for it where the name says a scale or a type.
    package static func registeredAggregate(_ sqlName: String) -> SQLiteAggregateFunction? {
        if let fixed = fixedAggregates[sqlName] { return fixed }
        if let scale = number(sqlName, after: "laminar_avg_decimal_") {
            return function(sqlName, 1) { DecimalSum(averageScale: scale) }
        }
        if let types = types(sqlName, after: "laminar_array_agg_"), types.count == 1 {
            return function(sqlName, nil) {
                CollectedRows(argumentCount: 1, skipsNull: false) { try joinArray($0, $1, of: types[0]) }
            }
        }
        if let types = types(sqlName, after: "laminar_object_agg_"), types.count == 2 {
            return function(sqlName, nil) {
                CollectedRows(argumentCount: 2, skipsNull: false) { try joinObject($0, $1, of: types[1]) }
            }
        }
        return nil
    }

    private static func number(_ name: String, after prefix: String) -> Int? {
        guard name.hasPrefix(prefix), let number = Int(name.dropFirst(prefix.count)), (0...38).contains(number) else {
            return nil
        }
        return number
    }

    private static func types(_ name: String, after prefix: String) -> [ColumnType]? {
        guard name.hasPrefix(prefix) else { return nil }
        var types: [ColumnType] = []
        for part in name.dropFirst(prefix.count).split(separator: "_") {
            guard let code = HexText.parse(part.utf8), let type = try? code.withUnsafeBytes({ try TypeCode.type($0) })
            else { return nil }
            types.append(type)
        }
        return types
    }

    // MARK: Joining

    private static func joinTexts(_ rows: ArraySlice<CollectedRows.Row>, _ result: SQLiteResult) throws {
        var text = ""
        for (index, row) in rows.enumerated() {
            if index > 0, case .text(let separator) = row.values[1] { text += separator }
            if case .text(let value) = row.values[0] { text += value }
        }
        result.set(text)
    }

    private static func joinBytes(_ rows: ArraySlice<CollectedRows.Row>, _ result: SQLiteResult) throws {
        var bytes: [UInt8] = []
        for (index, row) in rows.enumerated() {
            if index > 0, case .blob(let separator) = row.values[1] { bytes += separator }
            if case .blob(let value) = row.values[0] { bytes += value }
        }
        result.set(blob: bytes)
    }

    private static func joinArray(
        _ rows: ArraySlice<CollectedRows.Row>, _ result: SQLiteResult, of type: ColumnType
    ) throws {
        var writer = JSONWriter()
        var text: [UInt8] = [0x5B]
        for (index, row) in rows.enumerated() {
            if index > 0 { text.append(0x2C) }
            writer.removeAll()
            try write(row.values[0], of: type, to: &writer)
            text += writer.bytes
        }
        text.append(0x5D)
        text.withUnsafeBytes { result.set(text: $0) }
    }

    private static func joinObject(
        _ rows: ArraySlice<CollectedRows.Row>, _ result: SQLiteResult, of type: ColumnType
    ) throws {
        var writer = JSONWriter()
        var text: [UInt8] = [0x7B]
        for (index, row) in rows.enumerated() {
            guard case .text(let name) = row.values[0] else {
                throw QueryError(.invalidArgument, "a name of a JSON object can't be null")
            }
            if index > 0 { text.append(0x2C) }
            writer.removeAll()
            writer.write(.text(name))
            text += writer.bytes
            text.append(0x3A)
            writer.removeAll()
            try write(row.values[1], of: type, to: &writer)
            text += writer.bytes
        }
        text.append(0x7D)
        text.withUnsafeBytes { result.set(text: $0) }
    }
}
