import LaminarSQL

/// Makes syntax trees, the same ones for the same seed.
struct RandomTree {
    private var state: UInt64
    /// How many nodes may still be made; the trees close when it is spent.
    private var budget = 0

    init(seed: UInt64) { state = seed }

    /// SplitMix64 (Steele, Lea, Flood 2014).
    private mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    mutating func number(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }
    private mutating func flag() -> Bool { next() & 1 == 0 }
    private mutating func rarely() -> Bool { number(4) == 0 }
    private mutating func one<Element>(of elements: [Element]) -> Element { elements[number(elements.count)] }

    private mutating func some<Element>(
        _ range: ClosedRange<Int>, _ make: (inout RandomTree) -> Element
    ) -> [Element] {
        (0..<(range.lowerBound + number(range.count))).map { _ in make(&self) }
    }

    private mutating func maybe<Element>(_ make: (inout RandomTree) -> Element) -> Element? {
        rarely() ? make(&self) : nil
    }

    // MARK: Statements

    mutating func statement() -> SQL.Statement {
        budget = 40
        switch number(14) {
        case 0:
            return .createConnection(
                SQL.CreateConnection(
                    orReplace: flag(), ifNotExists: flag(), name: name(), connector: name(),
                    options: some(0...5) { $0.option() }))
        case 1:
            let columns = some(0...4) { $0.column() }
            return .createTable(
                SQL.CreateTable(
                    orReplace: flag(), ifNotExists: flag(), name: name(), columns: columns,
                    options: some((columns.isEmpty ? 1 : 0)...3) { $0.option() }))
        case 2:
            return .createPipeline(
                SQL.CreatePipeline(
                    orReplace: flag(), ifNotExists: flag(), name: name(), options: some(0...1) { $0.option() },
                    body: flag() ? .select(query()) : .insert(insert())))
        case 3: return .insert(insert())
        case 4: return .drop(SQL.Drop(kind: one(of: SQL.ObjectKind.allCases), name: name(), ifExists: flag()))
        case 5: return flag() ? .startPipeline(name()) : .stopPipeline(name())
        case 6:
            return .show(
                one(of: [
                    .connections, .tables, .pipelines, .create(nil, name()),
                    .create(one(of: SQL.ObjectKind.allCases), name()),
                ]))
        case 7: return .describe(objectName())
        case 8: return .explain(query())
        default: return .select(query())
        }
    }

    private mutating func insert() -> SQL.Insert {
        SQL.Insert(table: objectName(), columns: some(0...3) { $0.name() }, source: query())
    }

    private mutating func option() -> SQL.Option {
        let values: [SQL.OptionValue] = [.string(text()), .number("-5"), .number("1.5"), .boolean(flag())]
        return SQL.Option(
            key: one(of: ["topic", "auth.type", "offset", "select", "a key", "it's", "from", "x-y"]),
            value: one(of: values))
    }

    private mutating func column() -> SQL.ColumnDefinition {
        SQL.ColumnDefinition(name: name(), type: type(), isNotNull: flag(), metadataField: maybe { $0.text() })
    }

    private mutating func type() -> SQL.TypeName {
        budget -= 1
        let plain: [SQL.TypeName] = [
            .boolean, .smallint, .int, .bigint, .real, .double, .decimal(precision: nil, scale: nil),
            .decimal(precision: 10, scale: nil), .decimal(precision: 38, scale: 38), .text, .bytea, .date, .time,
            .timestamp(precision: nil), .timestamp(precision: 3), .timestamptz, .interval, .uuid, .json,
        ]
        switch budget > 0 ? number(7) : 9 {
        case 0: return .array(type())
        case 1: return .map(type())
        case 2:
            return .structure(some(1...3) { SQL.StructField(name: $0.name(), type: $0.type(), isNotNull: $0.flag()) })
        default: return one(of: plain)
        }
    }

    // MARK: Words

    private mutating func name() -> SQL.Identifier {
        SQL.Identifier(
            one(of: [
                "a", "id", "offset", "timestamp", "partition", "key", "value", "topic", "Odd Name", "select", "order",
                "quote\"d",
                "é", "rows", "range", "interval", "date", "row", "exists", "values", "filter", "over", "first", "at",
                "e", "both",
                "unbounded", "current", "symmetric", "recursive", "watermark", "metadata", "table", "connection", "1st",
                "x$1",
                "nulls", "unknown", "materialized", "end", "zone", "position", "trim",
            ]))
    }

    private mutating func objectName() -> SQL.ObjectName {
        SQL.ObjectName(some(1...(rarely() ? 3 : 1)) { $0.name() })
    }

    private mutating func text() -> String {
        one(of: ["", "x", "it's", "a\nb", "\\", "--", "/*", "é😀", "${secret:p}", "\"", ";", "'"])
    }

    // MARK: Queries

    private mutating func query() -> SQL.Query {
        let with = maybe { tree in
            SQL.WithClause(
                isRecursive: tree.flag(),
                tables: tree.some(1...2) { tree in
                    SQL.CommonTable(
                        name: tree.name(), columns: tree.some(0...2) { $0.name() },
                        isMaterialized: tree.maybe { $0.flag() }, query: tree.query())
                })
        }
        let orderBy = rarely() ? some(1...2) { $0.orderItem() } : []
        let limit = maybe { $0.expression() }
        let offset = maybe { $0.expression() }
        var body = self.body()
        // A query in parentheses and nothing more is that query.
        if case .nested(let inner) = body, with == nil, orderBy.isEmpty, limit == nil, offset == nil { return inner }
        if case .nested(let inner) = body, inner.limit == nil, inner.orderBy.isEmpty { body = inner.body }
        return SQL.Query(with: with, body: body, orderBy: orderBy, limit: limit, offset: offset)
    }

    private mutating func body() -> SQL.QueryBody {
        budget -= 1
        switch budget > 0 ? number(8) : 9 {
        case 0: return .combined(one(of: SQL.SetOperation.allCases), some(2...3) { $0.body() })
        case 1:
            let width = 1 + number(3)
            return .values(some(1...3) { tree in tree.some(width...width) { $0.expression() } })
        case 2: return .nested(SQL.Query(body: .select(select()), limit: expression()))
        default: return .select(select())
        }
    }

    private mutating func select() -> SQL.Select {
        SQL.Select(
            isDistinct: rarely(), items: some(1...3) { $0.item() },
            from: budget > 0 && flag() ? some(1...2) { $0.tableReference() } : [], condition: maybe { $0.expression() },
            groupBy: rarely() ? some(1...2) { $0.expression() } : [], having: maybe { $0.expression() },
            windows: rarely() ? some(1...2) { SQL.NamedWindow($0.name(), $0.window()) } : [])
    }

    private mutating func item() -> SQL.SelectItem {
        switch number(6) {
        case 0: .all
        case 1: .allOf(objectName())
        default: .expression(expression(), alias: maybe { $0.name() })
        }
    }

    private mutating func orderItem() -> SQL.OrderItem {
        SQL.OrderItem(expression(), isDescending: flag(), nullsFirst: maybe { $0.flag() })
    }

    private mutating func tableReference() -> SQL.TableReference {
        SQL.TableReference(factor(), joins: budget > 0 && rarely() ? some(1...2) { $0.join() } : [])
    }

    private mutating func factor() -> SQL.TableFactor {
        budget -= 2
        let alias = maybe { tree in SQL.TableAlias(tree.name(), columns: tree.some(0...2) { $0.name() }) }
        switch budget > 0 ? number(6) : 9 {
        case 0: return .subquery(query(), alias: alias)
        case 1:
            return .function(
                SQL.FunctionCall(name: SQL.ObjectName(SQL.Identifier("f")), arguments: .list([expression()])),
                alias: alias)
        case 2: return .nested(SQL.TableReference(factor(), joins: [join()]))
        default: return .table(objectName(), alias: alias)
        }
    }

    private mutating func join() -> SQL.Join {
        let kind = one(of: SQL.Join.Kind.allCases)
        let table = factor()
        if kind == .cross { return SQL.Join(kind, table, .none) }
        switch number(3) {
        case 0: return SQL.Join(kind, table, .natural)
        case 1: return SQL.Join(kind, table, .using(some(1...2) { $0.name() }))
        default: return SQL.Join(kind, table, .on(expression()))
        }
    }

    // MARK: Expressions

    mutating func expression() -> SQL.Expression {
        budget -= 1
        guard budget > 0 else { return leaf() }
        switch number(22) {
        case 0: return .unary(one(of: SQL.UnaryOperator.allCases), expression())
        case 1, 2, 3: return .binary(one(of: SQL.BinaryOperator.allCases), expression(), expression())
        case 4, 5: return .chain(one(of: SQL.ChainOperator.allCases), some(2...3) { $0.expression() })
        case 6: return .isTest(expression(), one(of: SQL.IsTest.allCases), isNegated: flag())
        case 7: return .isDistinct(expression(), expression(), isNegated: flag())
        case 8:
            return .between(
                SQL.Between(expression(), low: expression(), high: expression(), isSymmetric: flag(), isNegated: flag())
            )
        case 9: return .inList(expression(), [leaf()] + some(0...2) { $0.expression() }, isNegated: flag())
        case 10: return .inQuery(expression(), query(), isNegated: flag())
        case 11:
            return .like(
                SQL.Like(
                    expression(), pattern: expression(), escape: maybe { $0.expression() }, ignoresCase: flag(),
                    isNegated: flag()))
        case 12:
            let comparison = one(of: [SQL.BinaryOperator.equal, .notEqual, .less, .greaterOrEqual])
            return .quantified(
                SQL.Quantified(
                    expression(), comparison, isAll: flag(), operand: flag() ? .query(query()) : .array(leaf())))
        case 13:
            return .caseWhen(
                SQL.CaseWhen(
                    operand: maybe { $0.expression() },
                    branches: some(1...2) { SQL.CaseWhen.Branch(condition: $0.expression(), result: $0.expression()) },
                    otherwise: maybe { $0.expression() }))
        case 14: return .cast(expression(), type())
        case 15: return .extract(one(of: ["epoch", "hour", "odd field", "it's"]), expression())
        case 16, 17: return .function(call())
        case 18: return flag() ? .exists(query()) : .subquery(query())
        case 19: return flag() ? .row(some(0...3) { $0.expression() }) : .array(some(0...3) { $0.expression() })
        case 20: return .subscripted(expression(), expression())
        default: return .field(expression(), name())
        }
    }

    private mutating func leaf() -> SQL.Expression {
        switch number(8) {
        case 0: return .literal(.null)
        case 1: return .literal(.boolean(flag()))
        case 2: return .literal(.number(one(of: ["0", "1", "1.5", ".5", "1.", "1e10", "2.5e-3"])))
        case 3: return .literal(.string(text()))
        case 4:
            return .typedLiteral(
                one(of: [
                    .date, .timestamp(precision: nil), .timestamp(precision: 3), .timestamptz, .uuid, .double, .json,
                ]), text())
        case 5: return .interval(text())
        case 6: return .parameter(1 + number(9))
        default: return .column(objectName())
        }
    }

    private mutating func call() -> SQL.FunctionCall {
        let names = ["count", "sum", "left", "coalesce", "Odd", "replace", "date", "format", "key", "offset", "filter"]
        let isStar = rarely()
        return SQL.FunctionCall(
            name: SQL.ObjectName(SQL.Identifier(one(of: names))),
            arguments: isStar ? .star : .list(some(1...3) { $0.expression() }),
            isDistinct: !isStar && rarely(), orderBy: !isStar && rarely() ? [orderItem()] : [],
            filter: maybe { $0.expression() }, over: maybe { $0.flag() ? .named($0.name()) : .window($0.window()) })
    }

    private mutating func window() -> SQL.Window {
        SQL.Window(
            base: maybe { SQL.Identifier($0.one(of: ["w", "partition", "order", "Odd Name"])) },
            partitionBy: rarely() ? some(1...2) { $0.expression() } : [],
            orderBy: rarely() ? [orderItem()] : [], frame: maybe { $0.frame() })
    }

    private mutating func frame() -> SQL.WindowFrame {
        let starts: [SQL.WindowFrame.Bound] = [
            .unboundedPreceding, .preceding(expression()), .currentRow, .following(expression()),
        ]
        let ends: [SQL.WindowFrame.Bound] = [
            .preceding(expression()), .currentRow, .following(expression()), .unboundedFollowing,
        ]
        return SQL.WindowFrame(
            unit: one(of: SQL.WindowFrame.Unit.allCases), start: one(of: starts), end: flag() ? one(of: ends) : nil,
            exclusion: maybe { $0.one(of: SQL.WindowFrame.Exclusion.allCases) })
    }
}
