import LaminarSQL

extension SQL.Expression {
    /// The name of a column that has no alias, as PostgreSQL gives it.
    var resultName: String { nameOrNil ?? "?column?" }

    private var nameOrNil: String? {
        switch self {
        case .column(let name): name.parts.last?.name
        case .field(_, let name): name.name
        case .subscripted(let value, _): value.nameOrNil
        case .function(let call): call.name.parts.last?.name
        case .cast(let value, let type): value.nameOrNil ?? type.resultName
        case .typedLiteral(let type, _, _): type.resultName
        case .interval: "interval"
        case .literal(.boolean, _): "bool"
        case .caseWhen(let chosen):
            if case .column(let name)? = chosen.otherwise { name.parts.last?.name } else { "case" }
        case .extract: "extract"
        case .exists: "exists"
        case .array: "array"
        case .row: "row"
        case .subquery(let query): query.firstName
        case .literal, .parameter, .unary, .binary, .chain, .isTest, .isDistinct, .between, .inList, .inQuery, .like,
            .quantified:
            nil
        }
    }
}

extension SQL.Query {
    /// The name of the first column.
    fileprivate var firstName: String? {
        guard case .select(let select) = body, case .expression(let expression, let alias)? = select.items.first else {
            return nil
        }
        return alias?.name ?? expression.resultName
    }
}

extension SQL.TypeName {
    /// PostgreSQL's short name of the type.
    fileprivate var resultName: String {
        switch self {
        case .boolean: "bool"
        case .smallint: "int2"
        case .int: "int4"
        case .bigint: "int8"
        case .real: "float4"
        case .double: "float8"
        case .decimal: "numeric"
        case .text: "text"
        case .bytea: "bytea"
        case .date: "date"
        case .time: "time"
        case .timestamp: "timestamp"
        case .timestamptz: "timestamptz"
        case .interval: "interval"
        case .uuid: "uuid"
        case .json: "json"
        case .array(let element): element.resultName
        case .structure: "row"
        case .map: "map"
        }
    }
}
