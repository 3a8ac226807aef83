internal import LaminarFormats
internal import LaminarQuery
internal import LaminarSQL

// CAST and JSON.
extension FlinkDialect {
    mutating func cast(_ value: SQL.Expression, _ type: SQL.TypeName, _ scope: FlinkScope) -> FlinkPiece {
        if case .interval = type { return refused("CAST AS INTERVAL: write the interval beside + or -") }
        if case .literal(.string(let text), _) = value {
            switch type {
            case .timestamp, .timestamptz:
                if let instant = Timestamp(text) {
                    return FlinkPiece(
                        "CAST(\(FlinkText.string(Self.wallClock(instant))) AS TIMESTAMP_LTZ(6))", .timestamp)
                }
            case .bytea where text.hasPrefix("\\x"): return FlinkPiece("x'\(text.dropFirst(2))'", .bytea)
            default: break
            }
        }
        let piece = expression(value, scope)
        if case .literal(.null, _) = value {
            return FlinkType.inQuery(ColumnType(type)).map { FlinkPiece("CAST(NULL AS \($0))", ColumnType(type)) }
                ?? refused("a NULL of that type")
        }
        return cast(piece, to: ColumnType(type))
    }

    /// A value as one of another type, with PostgreSQL's meaning.
    mutating func cast(_ piece: FlinkPiece, to type: ColumnType) -> FlinkPiece {
        if piece.type == type { return piece }
        guard let name = FlinkType.inQuery(type) else { return refused("CAST AS \(type): Flink has no such type") }
        let plain = FlinkPiece("CAST(\(piece.text) AS \(name))", type)
        switch (piece.type, type) {
        case (.boolean?, .text):
            return FlinkPiece(
                "CASE WHEN \(piece.operand) THEN 'true' WHEN NOT \(piece.operand) THEN 'false' END", .text)
        case (.real?, .text), (.double?, .text):
            return refused(
                "CAST of a DOUBLE AS TEXT: Flink writes 1.0 where PostgreSQL writes 1; cast it AS DECIMAL first")
        case (.timestamp?, .text):
            return refused("CAST of an instant AS TEXT: Flink writes it in another form; keep it a TIMESTAMP")
        case (.bytea?, .text): return refused("CAST of BYTEA AS TEXT: declare the column as TEXT")
        case (.text?, .bytea): return refused("CAST of TEXT AS BYTEA: declare the column as BYTEA")
        case (.decimal?, .smallint), (.decimal?, .int), (.decimal?, .bigint):
            return FlinkPiece("CAST(ROUND(\(piece.text), 0) AS \(name))", type)
        case (.real?, .smallint), (.real?, .int), (.real?, .bigint), (.double?, .smallint), (.double?, .int),
            (.double?, .bigint):
            findings.note("CAST of a DOUBLE to an integer: where it lies in the middle Flink goes away from zero")
            return FlinkPiece("CAST(ROUND(\(piece.text)) AS \(name))", type)
        case (.text?, .json), (.json?, .text): return FlinkPiece(piece.text, type, isAtom: piece.isAtom)
        case (.boolean?, .int): return plain
        default: return plain
        }
    }

    // MARK: JSON

    /// `a -> 'b' ->> 'c'`: one path over the JSON at its left end.
    mutating func member(
        _ left: SQL.Expression, _ right: SQL.Expression, _ scope: FlinkScope, asText: Bool
    ) -> FlinkPiece {
        var path: [String] = []
        var base = left
        guard let last = step(right) else { return FlinkPiece("NULL", .text) }
        path.append(last)
        while case .binary(.member, let inner, let key) = base {
            guard let next = step(key) else { return FlinkPiece("NULL", .text) }
            path.append(next)
            base = inner
        }
        if isHeaders(base, scope) {
            return refused("headers are a MAP in Flink: take them apart by hand, as `_kafka_headers`['name']")
        }
        let document = expression(base, scope)
        let text = FlinkText.string("$" + path.reversed().joined())
        guard asText else {
            // JSON_QUERY gives objects and arrays only, unless they are wrapped: the brackets go again.
            let wrapped = "JSON_QUERY(\(document.text), \(text) WITH UNCONDITIONAL ARRAY WRAPPER)"
            return FlinkPiece("SUBSTRING(\(wrapped) FROM 2 FOR CHAR_LENGTH(\(wrapped)) - 2)", .json)
        }
        return FlinkPiece(
            "COALESCE(JSON_VALUE(\(document.text), \(text)), JSON_QUERY(\(document.text), \(text)))", .text)
    }

    private mutating func step(_ key: SQL.Expression) -> String? {
        switch key {
        case .literal(.string(let name), _):
            let isPlain =
                !name.isEmpty && name.utf8.allSatisfy { $0 >= 97 && $0 <= 122 || $0 >= 65 && $0 <= 90 || $0 == 95 }
            return isPlain
                ? ".\(name)"
                : "['\(name.replacing("\\", with: "\\\\").replacing("'", with: "\\'"))']"
        case .literal(.number(let digits), _) where Int32(digits) != nil: return "[\(digits)]"
        default:
            findings.refuse("-> and ->> take a name or a number that is written out; Flink's paths are constants")
            return nil
        }
    }
}
