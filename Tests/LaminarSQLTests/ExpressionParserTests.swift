import LaminarSQL
import Testing

@Suite struct ExpressionParserTests {
    /// What is written, and how it is printed: the tree's canonical form.
    static let canonical: [(String, String)] = [
        // Literals
        ("1", "1"), ("1.50", "1.50"), (".5", ".5"), ("1.", "1."), ("1E-3", "1e-3"), ("NULL", "NULL"), ("true", "TRUE"),
        ("'it''s'", "'it''s'"), ("''", "''"), (#"E'a\nb\'c\u00e9'"#, "'a\nb''cé'"), ("'a\nb'", "'a\nb'"),
        ("DATE '2024-01-01'", "DATE '2024-01-01'"), ("timestamp '2024-01-01 10:00'", "TIMESTAMP '2024-01-01 10:00'"),
        ("TIMESTAMP WITH TIME ZONE 'x'", "TIMESTAMPTZ 'x'"), ("timestamp(3) 'x'", "TIMESTAMP(3) 'x'"),
        ("double precision '1'", "DOUBLE '1'"), ("json '{}'", "JSON '{}'"),
        ("decimal(10, 2) '1'", "DECIMAL(10, 2) '1'"),
        ("INTERVAL '1 hour'", "INTERVAL '1 hour'"), ("interval '5' MINUTE", "INTERVAL '5 minute'"),
        // Names
        ("id", "id"), ("userId", "userid"), ("\"userId\"", "\"userId\""), ("\"a\"\"b\"", "\"a\"\"b\""),
        ("a.b.c", "a.b.c"),
        ("t.order", "t.\"order\""), ("naïve", "naïve"), ("_kafka_offset", "_kafka_offset"), ("a$1", "a$1"),
        ("offset", "offset"), ("timestamp", "timestamp"), ("partition", "partition"), ("key", "key"),
        ("value", "value"),
        ("topic", "topic"), ("type", "type"), ("format", "format"), ("date", "date"), ("interval", "interval"),
        ("exists", "exists"), ("row", "row"), ("position", "position"), ("end_", "end_"),
        // Operators
        ("a+b-c", "a + b - c"), ("a != b", "a <> b"), ("-x", "-x"), ("- - x", "- -x"), ("+x", "+x"), ("- -1", "- -1"),
        ("-(-(x))", "- -x"), ("NOT NOT a", "NOT NOT a"), ("a||b||c", "a || b || c"),
        ("a->'b'->>'c'", "a -> 'b' ->> 'c'"),
        ("a % b", "a % b"), ("a ^ b", "a ^ b"), ("a and b or c", "a AND b OR c"), ("a AND (b OR c)", "a AND (b OR c)"),
        ("(a AND b) AND c", "(a AND b) AND c"), ("((a))", "a"), ("(a + b) + c", "a + b + c"),
        ("a + (b + c)", "a + (b + c)"),
        // Predicates
        ("a IS NULL", "a IS NULL"), ("a is not null", "a IS NOT NULL"), ("a ISNULL", "a IS NULL"),
        ("a NOTNULL", "a IS NOT NULL"), ("a IS TRUE", "a IS TRUE"), ("a IS NOT FALSE", "a IS NOT FALSE"),
        ("a IS UNKNOWN", "a IS UNKNOWN"), ("a IS DISTINCT FROM b", "a IS DISTINCT FROM b"),
        ("a IS NOT DISTINCT FROM b", "a IS NOT DISTINCT FROM b"), ("a BETWEEN 1 AND 2", "a BETWEEN 1 AND 2"),
        ("a NOT BETWEEN SYMMETRIC 1 AND 2 AND b", "a NOT BETWEEN SYMMETRIC 1 AND 2 AND b"),
        ("a between asymmetric 1 and 2", "a BETWEEN 1 AND 2"), ("a IN (1, 2,)", "a IN (1, 2)"),
        ("a NOT IN (SELECT b FROM t)", "a NOT IN (SELECT b FROM t)"),
        ("a IN ((SELECT 1) UNION (SELECT 2))", "a IN (SELECT 1 UNION SELECT 2)"),
        ("a IN ((SELECT 1))", "a IN (SELECT 1)"),
        ("a LIKE 'x%'", "a LIKE 'x%'"), ("a NOT ILIKE b ESCAPE '!'", "a NOT ILIKE b ESCAPE '!'"),
        ("a = ANY (SELECT 1)", "a = ANY (SELECT 1)"), ("a > SOME (b)", "a > ANY (b)"), ("a <> ALL (b)", "a <> ALL (b)"),
        ("EXISTS (SELECT 1)", "EXISTS (SELECT 1)"), ("not exists (select 1)", "NOT EXISTS (SELECT 1)"),
        // Constructs
        ("CASE WHEN a THEN 1 ELSE 2 END", "CASE WHEN a THEN 1 ELSE 2 END"),
        ("case a when 1 then 'x' when 2 then 'y' end", "CASE a WHEN 1 THEN 'x' WHEN 2 THEN 'y' END"),
        ("CAST(a AS VARCHAR(10))", "CAST(a AS TEXT)"), ("a::int::text", "CAST(CAST(a AS INT) AS TEXT)"),
        ("-a::int", "-CAST(a AS INT)"), ("a::int[]", "CAST(a AS INT[])"), ("a::double precision", "CAST(a AS DOUBLE)"),
        ("a::timestamp with time zone", "CAST(a AS TIMESTAMPTZ)"), ("EXTRACT(EPOCH FROM a)", "EXTRACT(EPOCH FROM a)"),
        ("extract('hour' from a - b)", "EXTRACT(HOUR FROM a - b)"), ("(a, b)", "(a, b)"), ("ROW(a)", "ROW(a)"),
        ("row()", "ROW()"), ("ROW(a, b)", "(a, b)"), ("ARRAY[1, 2]", "ARRAY[1, 2]"), ("array[]", "ARRAY[]"),
        ("a[1]", "a[1]"),
        ("a[1][b + 1]", "a[1][b + 1]"), ("(a).b", "(a).b"), ("(a).b.c", "(a).b.c"), ("a.b[1].c", "a.b[1].c"),
        ("f(a).b", "f(a).b"), ("(a + b)[1]", "(a + b)[1]"), ("(SELECT 1)", "(SELECT 1)"),
        ("((SELECT 1))", "(SELECT 1)"),
        ("((SELECT 1) UNION SELECT 2)", "(SELECT 1 UNION SELECT 2)"), ("(SELECT 1) + 1", "(SELECT 1) + 1"),
        ("((SELECT 1) LIMIT 1)", "(SELECT 1 LIMIT 1)"), ("(VALUES (1))", "(VALUES (1))"),
        // Parameters
        ("?", "$1"), ("? + ?", "$1 + $2"), ("$2 + $1", "$2 + $1"),
        // Calls
        ("NOW()", "now()"), ("COUNT(*)", "count(*)"), ("count(DISTINCT a)", "count(DISTINCT a)"),
        ("sum(ALL a)", "sum(a)"),
        ("MOD(hash(id), 2)", "mod(hash(id), 2)"), ("left(a, 2)", "left(a, 2)"), ("RIGHT(a, 2)", "right(a, 2)"),
        ("replace(a, 'x', 'y')", "replace(a, 'x', 'y')"), ("date('2024-01-01')", "date('2024-01-01')"),
        ("timestamp(a)", "timestamp(a)"), ("string_agg(a, ',' ORDER BY b DESC)", "string_agg(a, ',' ORDER BY b DESC)"),
        ("count(*) FILTER (WHERE a > 1)", "count(*) FILTER (WHERE a > 1)"), ("\"Odd\"(1)", "\"Odd\"(1)"),
        ("POSITION('a' IN b)", "strpos(b, 'a')"), ("SUBSTRING(a FROM 2 FOR 3)", "substring(a, 2, 3)"),
        ("substring(a FOR 3)", "substring(a, 1, 3)"), ("substring(a, 2)", "substring(a, 2)"), ("TRIM(a)", "btrim(a)"),
        ("TRIM(BOTH FROM a)", "btrim(a)"), ("TRIM(LEADING 'x' FROM a)", "ltrim(a, 'x')"), ("trim(both)", "btrim(both)"),
        ("TRIM(TRAILING FROM a)", "rtrim(a)"), ("trim('x' from a)", "btrim(a, 'x')"), ("trim(a, 'x')", "btrim(a, 'x')"),
        ("OVERLAY(a PLACING 'x' FROM 2 FOR 1)", "overlay(a, 'x', 2, 1)"),
        ("a AT TIME ZONE 'UTC'", "timezone('UTC', a)"),
        ("CURRENT_TIMESTAMP", "now()"), ("CURRENT_DATE", "CAST(now() AS DATE)"), ("LOCALTIME", "CAST(now() AS TIME)"),
        // Windows
        ("rank() OVER w", "rank() OVER w"),
        ("rank() over (partition by a order by b)", "rank() OVER (PARTITION BY a ORDER BY b)"),
        ("sum(a) OVER (w ORDER BY b)", "sum(a) OVER (w ORDER BY b)"), ("sum(a) OVER ()", "sum(a) OVER ()"),
        ("sum(a) OVER (ROWS 5 PRECEDING)", "sum(a) OVER (ROWS 5 PRECEDING)"),
        ("sum(a) OVER (partition)", "sum(a) OVER (partition)"),
        (
            "sum(a) OVER (ORDER BY b RANGE BETWEEN INTERVAL '1 day' PRECEDING AND CURRENT ROW EXCLUDE TIES)",
            "sum(a) OVER (ORDER BY b RANGE BETWEEN INTERVAL '1 day' PRECEDING AND CURRENT ROW EXCLUDE TIES)"
        ),
        (
            "sum(a) OVER (GROUPS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING EXCLUDE NO OTHERS)",
            "sum(a) OVER (GROUPS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING EXCLUDE NO OTHERS)"
        ),
        (
            "count(*) FILTER (WHERE a) OVER (ORDER BY b NULLS LAST)",
            "count(*) FILTER (WHERE a) OVER (ORDER BY b NULLS LAST)"
        ),
    ]

    @Test("an expression is printed canonically, and what is printed is the same tree", arguments: canonical)
    func canonicalForm(text: String, printed: String) throws {
        let tree = try SQL.parseExpression(text)
        #expect(tree.sql() == printed)
        #expect(try SQL.parseExpression(printed) == tree)
        #expect(try SQL.parse("SELECT \(text) FROM t").first?.statement.sql() == "SELECT \(printed) FROM t")
    }

    /// What binds to what: an expression, and the same with all its parentheses.
    static let precedence: [(String, String)] = [
        ("a OR b AND c", "a OR (b AND c)"), ("NOT a AND b", "(NOT a) AND b"), ("NOT a = b", "NOT (a = b)"),
        ("NOT a IS NULL", "NOT (a IS NULL)"), ("a = b IS NULL", "(a = b) IS NULL"), ("a + b = c", "(a + b) = c"),
        ("a = b IN (1)", "a = (b IN (1))"), ("a IN (1) = b", "(a IN (1)) = b"), ("a LIKE b || c", "a LIKE (b || c)"),
        ("a BETWEEN b + 1 AND c || d", "a BETWEEN (b + 1) AND (c || d)"), ("a || b + c", "a || (b + c)"),
        ("a -> 'b' = c", "(a -> 'b') = c"), ("a -> b + c", "a -> (b + c)"), ("a || b -> c", "(a || b) -> c"),
        ("a + b * c", "a + (b * c)"), ("a - b - c", "(a - b) - c"), ("a / b * c", "(a / b) * c"),
        ("a * b ^ c", "a * (b ^ c)"),
        ("a ^ b ^ c", "(a ^ b) ^ c"), ("-a ^ b", "(-a) ^ b"), ("-a * b", "(-a) * b"), ("-a.b", "-(a.b)"),
        ("-a[1]", "-(a[1])"),
        ("-a::int", "-(a::int)"), ("a + b::int", "a + (b::int)"), ("a < b AND c > d", "(a < b) AND (c > d)"),
        ("a IS NULL OR b", "(a IS NULL) OR b"), ("a IS DISTINCT FROM b = c", "a IS DISTINCT FROM (b = c)"),
        ("a AND b IS NOT NULL", "a AND (b IS NOT NULL)"), ("a BETWEEN 1 AND 2 OR b", "(a BETWEEN 1 AND 2) OR b"),
        ("a NOT LIKE b = c", "(a NOT LIKE b) = c"), ("a * b AT TIME ZONE c", "a * (b AT TIME ZONE c)"),
        ("a -> 'b' ->> 'c' LIKE 'd'", "((a -> 'b') ->> 'c') LIKE 'd'"), ("a - -b", "a - (-b)"),
    ]

    @Test("operators bind as in PostgreSQL", arguments: precedence)
    func binding(text: String, explicit: String) throws {
        #expect(try SQL.parseExpression(text) == SQL.parseExpression(explicit))
    }

    @Test(
        "parentheses are printed where they are needed, and only there",
        arguments: [
            "(a OR b) AND c", "NOT (a AND b)", "(NOT a) = b", "(a = b) = c", "a = (b = c)", "(a LIKE b) LIKE c",
            "(a BETWEEN 1 AND 2) BETWEEN 3 AND 4", "a BETWEEN (b = c) AND 2", "(a, b) = (c, d)", "-(a + b)", "(-a) ^ b",
            "-(a ^ b)",
            "(a + b) * c", "a - (b - c)", "a / (b * c)", "(a || b) || c", "a || (b || c)", "a -> (b -> c)",
            "a || (b -> c)",
            "(a -> b) || c", "(a OR b) OR c", "(a IN (1)) IN (2)", "(a = b) IN (TRUE)", "(NOT a) IS NULL",
            "NOT (a OR b)", "a AND (NOT b)",
        ])
    func minimalParentheses(text: String) throws {
        let tree = try SQL.parseExpression(text)
        let printed = tree.sql()
        #expect(try SQL.parseExpression(printed) == tree)
        // Taking any pair of parentheses away either breaks the expression or changes it.
        #expect(printed.count <= text.count)
        for (start, end) in pairs(printed) {
            var less = printed
            less.remove(at: end)
            less.remove(at: start)
            #expect((try? SQL.parseExpression(less)) != tree, "\(less) says the same as \(printed)")
        }
    }

    /// The places of matching parentheses, but for those that belong to a list or a call.
    private func pairs(_ text: String) -> [(String.Index, String.Index)] {
        var open: [String.Index] = []
        var pairs: [(String.Index, String.Index)] = []
        for index in text.indices {
            if text[index] == "(" { open.append(index) }
            if text[index] == ")", let start = open.popLast() { pairs.append((start, index)) }
        }
        return pairs
    }
}
