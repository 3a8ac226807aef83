import LaminarFormats
import LaminarStore
import Testing

@testable import LaminarQuery

/// Aggregates and window functions over samples, against PostgreSQL itself.
@Suite struct AggregateTests {
    private struct Question {
        var sql: String
        var arguments: [TypeKind]
        var function: AggregateFunction
        var isWindow = false
        /// Behind the arguments in PostgreSQL's call.
        var order = ""
        var specification: String?
    }

    @Test("aggregates over groups give what PostgreSQL gives")
    func groups() throws {
        var questions: [Question] = []
        for function in FunctionCatalog.aggregates where function.use != .windows && function.name != "single_value" {
            if function.name == "any_value" || function.name.contains("agg") { continue }
            if function.parameters == [.kind(.bytea)] || function.parameters == [.kind(.uuid)] { continue }
            questions.append(Question(sql: function.name, arguments: Self.kinds(function), function: function))
        }
        try Self.compare(questions)
    }

    @Test("aggregates over a moving frame give what PostgreSQL gives")
    func windows() throws {
        var questions: [Question] = []
        for function in FunctionCatalog.aggregates where function.use == .groupsAndWindows {
            if function.name.contains("agg") || function.parameters == [.kind(.bytea)]
                || function.parameters == [.kind(.uuid)]
            {
                continue
            }
            questions.append(
                Question(sql: function.name, arguments: Self.kinds(function), function: function, isWindow: true))
        }
        try Self.compare(questions)
    }

    @Test("lists are in the order and without the repetitions that are asked for")
    func lists() throws {
        let text = try #require(FunctionCatalog.aggregates(named: "string_agg").first)
        var questions: [Question] = []
        for (order, specification) in [
            ("", nil), (" ORDER BY n", "a"), (" ORDER BY n DESC", "d"), (" ORDER BY n NULLS FIRST", "A"),
            (" ORDER BY n DESC NULLS LAST", "D"),
        ] as [(String, String?)] {
            questions.append(
                Question(
                    sql: "string_agg", arguments: [.text, .text], function: text, order: order,
                    specification: specification))
        }
        try Self.compare(questions)
    }

    @Test("a subquery of two rows is no value")
    func singleValue() throws {
        #expect(try Self.run("SELECT laminar_single_value(v) FROM (SELECT 1 AS v)", .int) == ["1"])
        #expect(try Self.run("SELECT laminar_single_value(v) FROM (SELECT 1 AS v WHERE false)", .int) == [nil])
        #expect(throws: QueryError.self) {
            try Self.run("SELECT laminar_single_value(v) FROM (SELECT 1 AS v UNION ALL SELECT 1)", .int)
        }
    }

    @Test("arrays and JSON of groups hold NULL, too")
    func arrays() throws {
        let array = try #require(FunctionCatalog.aggregates(named: "array_agg").first)
        let name = array.sqlName(of: [FunctionArgument(.int)], giving: .array(.int))
        #expect(
            try Self.run(
                "SELECT \(name)(v) FROM (SELECT 2 AS v UNION ALL SELECT NULL UNION ALL SELECT 1)", .array(.int))
                == ["[2,null,1]"])
        #expect(
            try Self.run(
                "SELECT \(name)(v, 'u') FROM (SELECT 2 AS v UNION ALL SELECT 2 UNION ALL SELECT 1)", .array(.int))
                == ["[1,2]"])
        let object = try #require(FunctionCatalog.aggregates(named: "json_object_agg").first)
        let objectName = object.sqlName(of: [FunctionArgument(.text), FunctionArgument(.double)], giving: .json)
        #expect(
            try Self.run(
                "SELECT \(objectName)(k, v) FROM (SELECT 'a' AS k, 1.5 AS v UNION ALL SELECT 'b', NULL)", .json)
                == [#"{"a":1.5,"b":null}"#])
    }

    // MARK: How it is compared

    private static func kinds(_ function: AggregateFunction) -> [TypeKind] {
        function.parameters.map { parameter in
            if case .kind(let kind) = parameter { return kind }
            return .int
        }
    }

    /// Rows for each argument: some samples and NULL, moderate so that sums fit.
    private static func rows(_ kinds: [TypeKind]) -> [[SampleValues.Sample?]] {
        let pools = kinds.map { kind in
            SampleValues.of(kind).filter { sample in
                switch sample.value {
                case .double(let value): abs(value) < 1e9
                case .real(let value): abs(value) < 1e6
                case .smallint, .int: true
                case .bigint: true
                case .decimal(let value): value.unscaled.magnitude < 1_000_000_000_000
                default: true
                }
            }
        }
        return (0..<12).map { row in pools.map { row % 5 == 3 ? nil : $0[(row * 7 + 1) % $0.count] } }
    }

    private static func compare(_ questions: [Question]) throws {
        let answers = try PostgresPeer().texts(of: questions.map { postgres($0) })
        var failures: [String] = []
        for (question, expected) in zip(questions, answers) {
            let actual: String?
            do { actual = try here(question) } catch { actual = "ERROR: \(error)" }
            if !isSame(actual, expected) {
                failures.append(
                    "\(question.sql)(\(question.arguments))\(question.order)\n    PostgreSQL: \(expected ?? "NULL")\n"
                        + "    here: \(actual ?? "NULL")")
            }
        }
        #expect(failures.isEmpty, "\(failures.joined(separator: "\n"))")
    }

    private static func typeName(_ kind: TypeKind) -> String {
        switch kind {
        case .int: "integer"
        case .double: "double precision"
        case .decimal: "numeric"
        default: kind.rawValue
        }
    }

    private static let over = " OVER (ORDER BY n ROWS BETWEEN 2 PRECEDING AND 1 FOLLOWING)"

    private static func postgres(_ question: Question) -> String {
        let rows = rows(question.arguments).enumerated().map { index, row in
            "(\(index), "
                + row.enumerated().map { column, sample in
                    sample?.sql ?? "NULL::\(typeName(question.arguments[column]))"
                }.joined(separator: ", ") + ")"
        }
        let names = question.arguments.indices.map { "a\($0)" }
        let key = question.order.isEmpty ? "n" : "nullif(n * 7 % 13, 2) AS n"
        let table =
            "(SELECT \(key)\(names.map { ", " + $0 }.joined()) FROM (VALUES \(rows.joined(separator: ", "))) AS v(n\(names.map { ", " + $0 }.joined()))) AS t"
        let call = "\(question.sql)(\(names.joined(separator: ", "))\(question.order))"
        if question.isWindow {
            return
                "SELECT string_agg(coalesce(x::text, 'NULL'), ';' ORDER BY n) FROM (SELECT n, \(call)\(over) AS x FROM \(table)) AS w"
        }
        return "SELECT \(call) FROM \(table)"
    }

    private static func here(_ question: Question) throws -> String? {
        let arguments = question.arguments.map { FunctionArgument(SampleValues.of($0)[0].type(for: $0)) }
        let type = question.function.result.type(for: arguments)
        let name = question.function.sqlName(of: arguments, giving: type)
        var values: [SQLiteValue] = []
        let rows = rows(question.arguments).enumerated().map { index, row in
            "SELECT \(index) AS n"
                + row.enumerated().map { column, sample in
                    values.append(sample.map { StoredValue.stored($0.value) } ?? .null)
                    return ", ?\(values.count) AS a\(column)"
                }.joined()
        }
        let key = question.order.isEmpty ? "n" : "nullif(n * 7 % 13, 2) AS n"
        let names = question.arguments.indices.map { ", a\($0)" }.joined()
        let table = "(SELECT \(key)\(names) FROM (\(rows.joined(separator: " UNION ALL "))))"
        var call = question.arguments.indices.map { "a\($0)" }.joined(separator: ", ")
        if let specification = question.specification { call += ", '\(specification)', n" }
        let sql =
            question.isWindow
            ? "SELECT \(name)(\(call))\(over) FROM \(table) ORDER BY n" : "SELECT \(name)(\(call)) FROM \(table)"
        let results = try run(sql, type, values)
        return question.isWindow ? results.map { $0 ?? "NULL" }.joined(separator: ";") : results.first ?? nil
    }

    /// The texts of the only column of a statement of SQLite's.
    static func run(_ sql: String, _ type: ColumnType, _ values: [SQLiteValue] = []) throws -> [String?] {
        let text =
            type == .text
            ? "c" : try #require(FunctionCatalog.cast(from: type.kind, to: .text)).sql("c", from: type, to: .text)
        let query = try MicroBatchQuery(
            TranslatedQuery(
                sql: "WITH x(c) AS (\(sql)) SELECT \(text) FROM x", values: values, columns: [ColumnSchema("t", .text)],
                scans: []))
        var results: [String?] = []
        try query.run(over: { _ in try BatchListSupply([], ScanRequest(columns: [])) }) { batch in
            for row in batch { results.append(try row[0, as: String?.self]) }
        }
        return results
    }

    private static func isSame(_ actual: String?, _ expected: String?) -> Bool {
        guard let actual, let expected else { return actual == nil && expected == nil }
        let left = actual.split(separator: ";", omittingEmptySubsequences: false)
        let right = expected.split(separator: ";", omittingEmptySubsequences: false)
        guard left.count == right.count else { return false }
        return zip(left, right).allSatisfy { left, right in
            if left == right { return true }
            guard let left = Double(left), let right = Double(right) else { return false }
            return abs(left - right) <= max(abs(right) * 1e-12, 1e-6)
        }
    }
}

extension SampleValues.Sample {
    /// One type for all samples of a kind: DECIMAL of the widest scale.
    func type(for kind: TypeKind) -> ColumnType { kind == .decimal ? .decimal(precision: 38, scale: 6) : type }
}
