/// Random queries that both engines read.
struct QueryGenerator {
    typealias Kind = ExpressionGenerator.Kind
    typealias Column = ExpressionGenerator.Column

    private var dice: Dice
    private var aliases = 0

    init(seed: UInt64) { dice = Dice(seed: seed) }

    /// A query, and whether the order of its rows counts.
    struct Generated {
        var sql: String
        var isOrdered: Bool
    }

    mutating func next() -> Generated {
        switch dice.below(10) {
        case 0, 1, 2: plain()
        case 3, 4: grouped()
        case 5: combined()
        case 6: windowed()
        case 7: derived()
        case 8: distinct()
        default: scalar()
        }
    }

    // MARK: FROM

    private static let tables: [String: [Column]] = [
        "t1": [
            Column(sql: "id", kind: .int, isWild: true), Column(sql: "i", kind: .int), Column(sql: "s", kind: .int),
            Column(sql: "big", kind: .int, isWild: true), Column(sql: "d", kind: .double),
            Column(sql: "m", kind: .decimal),
            Column(sql: "x", kind: .text), Column(sql: "f", kind: .boolean), Column(sql: "day", kind: .date),
            Column(sql: "moment", kind: .timestamp),
        ],
        "t2": [
            Column(sql: "id", kind: .int, isWild: true), Column(sql: "i", kind: .int), Column(sql: "m", kind: .decimal),
            Column(sql: "x", kind: .text), Column(sql: "moment", kind: .timestamp), Column(sql: "r", kind: .double),
        ],
        "t3": [
            Column(sql: "i", kind: .int), Column(sql: "x", kind: .text), Column(sql: "f", kind: .boolean),
            Column(sql: "day", kind: .date),
        ],
        "nothing": [Column(sql: "i", kind: .int), Column(sql: "x", kind: .text), Column(sql: "d", kind: .double)],
    ]

    private mutating func source() -> (sql: String, columns: [Column]) {
        aliases += 1
        let alias = "a\(aliases)"
        let table = dice.pick(["t1", "t1", "t1", "t2", "t2", "t3", "nothing"])
        let columns = (Self.tables[table] ?? []).map {
            Column(sql: "\(alias).\($0.sql)", kind: $0.kind, isWild: $0.isWild)
        }
        return ("\(table) AS \(alias)", columns)
    }

    private mutating func from() -> (sql: String, columns: [Column]) {
        var (sql, columns) = source()
        let joins = dice.pick([0, 0, 0, 1, 1, 2])
        for _ in 0..<joins {
            let (right, more) = source()
            let kind = dice.pick(["JOIN", "LEFT JOIN", "RIGHT JOIN", "FULL JOIN"])
            var generator = generator(columns + more)
            let left = dice.pick(columns.filter { $0.kind == .int && !$0.isWild }).sql
            let other = dice.pick(more.filter { $0.kind == .int && !$0.isWild }).sql
            // DuckDB's FULL JOIN takes equalities; more conditions stand behind one.
            let extra = dice.one(in: 4) && kind != "FULL JOIN" ? " AND " + generator.expression(.boolean, 1) : ""
            dice = generator.dice
            sql += " \(kind) \(right) ON \(left) = \(other)\(extra)"
            columns += more
        }
        return (sql, columns)
    }

    private func generator(_ columns: [Column], subqueries: Bool = false) -> ExpressionGenerator {
        var generator = ExpressionGenerator(dice: dice)
        generator.columns = columns
        if subqueries { generator.subquery = { Self.inner(&$0, $1, columns) } }
        return generator
    }

    /// A subquery of one column, at times correlated.
    private static func inner(_ dice: inout Dice, _ kind: Kind, _ outer: [Column]) -> String {
        let table = dice.pick(["t1", "t2", "t3"])
        let alias = "q\(dice.below(1_000_000))"
        let columns = (tables[table] ?? []).map { Column(sql: "\(alias).\($0.sql)", kind: $0.kind, isWild: $0.isWild) }
        var generator = ExpressionGenerator(dice: dice)
        generator.columns = columns
        var condition = generator.expression(.boolean, 1)
        let value = generator.expression(kind, 1)
        dice = generator.dice
        let matching = outer.filter { $0.kind == .int && !$0.isWild }
        if dice.one(in: 2), let column = matching.first {
            condition = "\(alias).i = \(column.sql) AND \(condition)"
        }
        return "SELECT \(value) FROM \(table) AS \(alias) WHERE \(condition)"
    }

    // MARK: Queries

    /// ORDER BY all columns, so that ties are equal rows; NULLs and directions at random.
    private mutating func order(_ count: Int, always: Bool = false) -> (sql: String, isOrdered: Bool) {
        guard always || dice.one(in: 2) else { return ("", false) }
        let keys = (1...max(1, count)).map { place in
            "\(place)" + dice.pick(["", "", " DESC", " ASC NULLS FIRST", " DESC NULLS LAST"])
        }
        let limit = dice.one(in: 3) ? " LIMIT \(dice.below(12))" + dice.pick(["", " OFFSET 2"]) : ""
        return (" ORDER BY " + keys.joined(separator: ", ") + limit, true)
    }

    private mutating func items(_ generator: inout ExpressionGenerator, _ depth: Int) -> [String] {
        let count = generator.dice.below(4) + 1
        return (0..<count).map { _ in generator.expression(generator.dice.pick(Kind.allCases), depth) }
    }

    private mutating func plain() -> Generated {
        let (sql, columns) = from()
        var generator = generator(columns, subqueries: dice.one(in: 2))
        let items = items(&generator, 3)
        let condition = generator.dice.one(in: 3) ? "" : " WHERE " + generator.expression(.boolean, 2)
        dice = generator.dice
        let (order, isOrdered) = order(items.count)
        return Generated(
            sql: "SELECT \(items.joined(separator: ", ")) FROM \(sql)\(condition)\(order)", isOrdered: isOrdered)
    }

    private mutating func distinct() -> Generated {
        let (sql, columns) = from()
        var generator = generator(columns)
        let items = (0..<(generator.dice.below(2) + 1)).map { _ in
            generator.expression(generator.dice.pick(Kind.allCases), 1)
        }
        dice = generator.dice
        let (order, isOrdered) = order(items.count)
        return Generated(
            sql: "SELECT DISTINCT \(items.joined(separator: ", ")) FROM \(sql)\(order)", isOrdered: isOrdered)
    }

    private mutating func aggregate(_ generator: inout ExpressionGenerator) -> String {
        let filter = generator.dice.one(in: 5) ? " FILTER (WHERE \(generator.expression(.boolean, 1)))" : ""
        let distinct = generator.dice.one(in: 4) ? "DISTINCT " : ""
        switch generator.dice.below(11) {
        case 0: return "count(*)" + filter
        case 1: return "count(\(distinct)\(generator.expression(generator.dice.pick(Kind.allCases), 1)))" + filter
        case 2: return "sum(\(distinct)\(generator.expression(.int, 1)))" + filter
        case 3: return "sum(\(generator.expression(.decimal, 1)))" + filter
        case 4:
            return "avg(\(distinct)\(generator.expression(generator.dice.pick([.int, .decimal, .double]), 1)))" + filter
        case 5, 6:
            let kind = generator.dice.pick(Kind.allCases.filter { $0 != .boolean })
            return generator.dice.pick(["min", "max"]) + "(\(generator.expression(kind, 1)))" + filter
        case 7: return generator.dice.pick(["bool_and", "bool_or"]) + "(\(generator.expression(.boolean, 1)))" + filter
        case 8:
            let value = generator.expression(.text, 1)
            return "string_agg(\(distinct)\(value), ',' ORDER BY \(value)\(generator.dice.pick(["", " DESC"])))"
                + filter
        case 9:
            return generator.dice.pick(["stddev_samp", "var_pop", "stddev_pop", "var_samp"])
                + "(\(generator.expression(.int, 1)))"
        default: return "sum(\(generator.expression(.double, 1)))" + filter
        }
    }

    private mutating func grouped() -> Generated {
        let (sql, columns) = from()
        var generator = generator(columns)
        let keys = (0..<generator.dice.below(3)).map { _ in
            generator.expression(generator.dice.pick(Kind.allCases), 1)
        }
        let aggregates = (0..<(generator.dice.below(3) + 1)).map { _ in aggregate(&generator) }
        let condition = generator.dice.one(in: 2) ? "" : " WHERE " + generator.expression(.boolean, 1)
        let having = generator.dice.one(in: 3) ? " HAVING count(*) > \(generator.dice.below(3))" : ""
        dice = generator.dice
        let places = keys.indices.map { "\($0 + 1)" }.joined(separator: ", ")
        let (order, isOrdered) = order(keys.count, always: false)
        // Aggregates behind the keys may tie; an order by the keys alone is one by all columns, since keys are unique.
        return Generated(
            sql: "SELECT \((keys + aggregates).joined(separator: ", ")) FROM \(sql)\(condition)"
                + (keys.isEmpty ? "" : " GROUP BY \(places)") + having + (keys.isEmpty ? "" : order),
            isOrdered: isOrdered && !keys.isEmpty)
    }

    private mutating func combined() -> Generated {
        let kinds = (0..<(dice.below(2) + 1)).map { _ in dice.pick(Kind.allCases) }
        let parts = (0..<(dice.below(2) + 2)).map { _ in
            let (sql, columns) = source()
            var generator = generator(columns)
            let items = kinds.map { generator.expression($0, 1) }
            let condition = generator.dice.one(in: 2) ? "" : " WHERE " + generator.expression(.boolean, 1)
            dice = generator.dice
            return "SELECT \(items.joined(separator: ", ")) FROM \(sql)\(condition)"
        }
        var text = parts[0]
        for part in parts.dropFirst() {
            let operation = dice.pick(["UNION", "UNION ALL", "INTERSECT", "EXCEPT", "INTERSECT ALL", "EXCEPT ALL"])
            text = "(\(text)) \(operation) (\(part))"
        }
        let (order, isOrdered) = order(kinds.count)
        return Generated(sql: text + order, isOrdered: isOrdered)
    }

    private mutating func windowed() -> Generated {
        aliases += 1
        let table = dice.pick(["t1", "t2"])
        let columns = (Self.tables[table] ?? [])
        var generator = generator(columns)
        let partition =
            generator.dice.one(in: 2)
            ? "PARTITION BY \(generator.expression(generator.dice.pick([.int, .boolean, .text]), 1)) " : ""
        let value = generator.expression(generator.dice.pick([.int, .decimal, .text, .timestamp]), 1)
        let number = generator.expression(.int, 1)
        let key = generator.expression(generator.dice.pick(Kind.allCases), 1)
        let direction = generator.dice.pick(["", " DESC", " NULLS FIRST", " DESC NULLS LAST"])
        let unique = "ORDER BY \(key)\(direction), id"
        let frame = generator.dice.pick([
            "", " ROWS BETWEEN 2 PRECEDING AND CURRENT ROW",
            " ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING",
            " ROWS BETWEEN 1 FOLLOWING AND 3 FOLLOWING",
            " ROWS BETWEEN 1 PRECEDING AND 1 FOLLOWING EXCLUDE CURRENT ROW",
        ])
        let call =
            switch generator.dice.below(10) {
            case 0: "row_number() OVER (\(partition)\(unique))"
            case 1: "rank() OVER (\(partition)ORDER BY \(key)\(direction))"
            case 2: "dense_rank() OVER (\(partition)ORDER BY \(key)\(direction))"
            case 3: "lag(\(value), \(generator.dice.below(3))) OVER (\(partition)\(unique))"
            case 4: "lead(\(value)) OVER (\(partition)\(unique))"
            case 5:
                generator.dice.pick(["first_value", "last_value", "max", "min", "count"])
                    + "(\(value)) OVER (\(partition)\(unique)\(frame))"
            case 6: "sum(\(number)) OVER (\(partition)\(unique)\(frame))"
            case 7:
                "count(*) FILTER (WHERE \(generator.expression(.boolean, 1))) OVER (\(partition)ORDER BY \(key)\(direction))"
            case 8: "ntile(\(generator.dice.below(4) + 1)) OVER (\(partition)\(unique))"
            default: "avg(\(number)) OVER (\(partition)ORDER BY i RANGE BETWEEN 2 PRECEDING AND 1 FOLLOWING)"
            }
        dice = generator.dice
        return Generated(sql: "SELECT id, \(call) FROM \(table)", isOrdered: false)
    }

    private mutating func derived() -> Generated {
        let (sql, columns) = from()
        var generator = generator(columns)
        let kinds = [Kind.int, generator.dice.pick(Kind.allCases), generator.dice.pick(Kind.allCases)]
        let items = kinds.enumerated().map { "\(generator.expression($1, 2)) AS c\($0)" }
        dice = generator.dice
        let inner = "SELECT \(items.joined(separator: ", ")) FROM \(sql)"
        let named = kinds.enumerated().map { Column(sql: "c\($0)", kind: $1) }
        var outer = self.generator(named)
        let list = [outer.expression(kinds[1], 1), outer.expression(.int, 2)]
        let condition = outer.expression(.boolean, 1)
        dice = outer.dice
        let (order, isOrdered) = order(2)
        return dice.one(in: 2)
            ? Generated(
                sql: "SELECT \(list.joined(separator: ", ")) FROM (\(inner)) AS z WHERE \(condition)\(order)",
                isOrdered: isOrdered)
            : Generated(
                sql: "WITH z AS (\(inner)) SELECT \(list.joined(separator: ", ")) FROM z WHERE \(condition)\(order)",
                isOrdered: isOrdered)
    }

    private mutating func scalar() -> Generated {
        let (sql, columns) = source()
        var generator = generator(columns)
        let alias = "k\(generator.dice.below(1000))"
        let matching = columns.filter { $0.kind == .int && !$0.isWild }
        let inner = generator.dice.pick(["max(\(alias).x)", "count(*)", "sum(\(alias).i)", "min(\(alias).i)"])
        let table = generator.dice.pick(["t1", "t2", "t3"])
        let condition = "\(alias).i \(generator.dice.pick(["=", "<", ">="])) \(generator.dice.pick(matching).sql)"
        let item = generator.expression(generator.dice.pick(Kind.allCases), 2)
        dice = generator.dice
        let (order, isOrdered) = order(2)
        return Generated(
            sql: "SELECT \(item), (SELECT \(inner) FROM \(table) AS \(alias) WHERE \(condition)) FROM \(sql)\(order)",
            isOrdered: isOrdered)
    }
}
