/// What is known from elsewhere and absent here: refused by name, with the way to do it here.
enum Refusals {
    /// By the word that begins the statement.
    static let statements: [String: (what: String, cure: String)] = [
        "alter": ("ALTER isn't known here", "CREATE OR REPLACE with the new definition"),
        "update": ("records of a topic can't be changed", "INSERT INTO a sink"),
        "delete": ("records of a topic can't be deleted", "the topic's retention, or a tombstone"),
        "merge": ("MERGE isn't known here", "CREATE PIPELINE … AS SELECT … GROUP BY, which keeps its groups"),
        "upsert": ("UPSERT isn't known here", "INSERT INTO a sink whose sink.key_field is set"),
        "truncate": ("a topic can't be truncated", "laminar kafka reset-offset, or the topic's retention"),
        "begin": ("statements have no transactions", "each statement by itself; a checkpoint commits rows and offsets"),
        "commit": (
            "statements have no transactions", "each statement by itself; a checkpoint commits rows and offsets"
        ),
        "rollback": ("statements have no transactions", "each statement by itself"),
        "set": ("SET isn't known here", "options of the connection or table"),
        "reset": ("RESET isn't known here", "laminar kafka reset-offset, for offsets"),
        "use": ("there is one catalog, and no USE", "names without a schema; system.… for the system's tables"),
        "grant": ("there are no users and rights", "the rights of the database file"),
        "revoke": ("there are no users and rights", "the rights of the database file"),
        "copy": ("COPY isn't known here", "laminar consume and laminar produce"),
        "pause": ("PAUSE isn't known here", "STOP PIPELINE"),
        "resume": ("RESUME isn't known here", "START PIPELINE"),
        "terminate": ("TERMINATE isn't known here", "STOP PIPELINE, or DROP PIPELINE"),
        "replace": ("REPLACE isn't known here", "CREATE OR REPLACE"),
        "list": ("LIST isn't known here", "SHOW CONNECTIONS, SHOW TABLES or SHOW PIPELINES"),
        "print": ("PRINT isn't known here", "laminar consume"),
        "pragma": ("PRAGMA isn't known here", "options of the connection or table"),
        "prepare": ("PREPARE isn't known here", "laminar.query with parameters"),
        "execute": ("EXECUTE isn't known here", "START PIPELINE, or the statement itself"),
        "call": ("there are no procedures", "SELECT function(…)"),
        "test": ("TEST isn't known here", "SELECT test_connection('name')"),
        "table": ("TABLE name isn't known here", "SELECT * FROM name"),
        "from": ("a query begins with SELECT", "SELECT * FROM …"),
        "analyze": ("there are no statistics to gather", "EXPLAIN SELECT …"),
        "vacuum": ("VACUUM isn't known here", "nothing: the database looks after itself"),
    ]

    /// By the word behind CREATE or DROP.
    static let objects: [String: String] = [
        "view": "CREATE PIPELINE name AS SELECT …, or WITH inside the query",
        "materialized": "CREATE PIPELINE name AS SELECT … GROUP BY …, which keeps its groups",
        "source": "CREATE CONNECTION … (type = 'source'), then CREATE TABLE … WITH (connector = '…')",
        "sink": "CREATE CONNECTION … (type = 'sink'), then CREATE TABLE … WITH (connector = '…') and INSERT INTO",
        "stream": "CREATE TABLE … WITH (connector = '…'), or CREATE PIPELINE for a derived one",
        "connector": "CREATE CONNECTION … TO kafka (…)",
        "function": "a SELECT of the built-in functions",
        "database": "a file: every database is one",
        "schema": "names without a schema",
        "catalog": "names without a catalog",
        "secret": "'${secret:name}' in an option; the host's SecretProvider knows the value",
        "index": "nothing: a topic has no index",
        "type": "STRUCT<…> in the column",
        "temporary": "CREATE TABLE, and DROP TABLE afterwards",
        "temp": "CREATE TABLE, and DROP TABLE afterwards",
        "external": "CREATE TABLE … WITH (connector = '…')",
        "topic": "Kafka's own tools: Laminar reads and writes topics, it doesn't create them",
        "user": "the rights of the database file",
        "role": "the rights of the database file",
        "trigger": "CREATE PIPELINE",
        "job": "PIPELINE",
        "sequence": "the impulse connector's counter",
        "aggregate": "a SELECT of the built-in functions",
    ]

    /// By the word behind SHOW.
    static let shown: [String: String] = [
        "streams": "SHOW TABLES", "sources": "SHOW CONNECTIONS", "sinks": "SHOW CONNECTIONS",
        "connectors": "SHOW CONNECTIONS", "views": "SHOW PIPELINES", "queries": "SHOW PIPELINES",
        "jobs": "SHOW PIPELINES", "topics": "laminar kafka topics", "columns": "DESCRIBE name",
        "functions": "the reference in docs", "databases": "SHOW TABLES: every file is one database",
        "schemas": "SHOW TABLES", "partitions": "SELECT * FROM system.kafka_partitions",
        "offsets": "SELECT * FROM system.kafka_consumer_groups", "status": "SELECT * FROM system.pipelines",
    ]

    /// By the name of the function.
    static let functions: [String: (what: String, cure: String)] = [
        "tumble": windows, "hop": windows, "tumbling": windows, "hopping": windows, "cumulate": windows,
        "session": windows, "tumble_start": windows, "tumble_end": windows, "hop_start": windows, "hop_end": windows,
        "unnest": ("unnest isn't known here", "an element by its number, such as tags[1], or the array as it is"),
        "try_cast": conversion, "safe_cast": conversion,
        "proctime": ("PROCTIME isn't known here", "NOW()"),
        "grouping": ("GROUPING isn't known here", "a query for each grouping, combined by UNION ALL"),
    ]

    private static let conversion = (
        what: "conversions that give NULL aren't known here", cure: "CAST, which fails on a value that doesn't fit"
    )
    private static let windows = (
        what: "window functions of time aren't known here",
        cure: "GROUP BY DATE_TRUNC('minute', _kafka_timestamp)"
    )
}

extension Parser {
    func refusedStatement() throws(SQLError) -> SQLError? {
        guard at(.word), let refusal = Refusals.statements[folded(token)] else { return nil }
        return refuse(refusal.what, refusal.cure)
    }

    /// - Parameter verb: CREATE or DROP, which was just taken.
    func refusedObject(to verb: String) -> SQLError? {
        guard at(.word), let cure = Refusals.objects[folded(token)] else { return nil }
        let object = at(.materialized) ? "MATERIALIZED VIEW" : text(token).uppercased()
        return refuse("\(verb) \(object) isn't known here", cure)
    }

    /// What stands among the columns and isn't one.
    func refusedTableConstraint() throws(SQLError) -> SQLError? {
        switch keyword {
        case .watermark where try nextIs(.for):
            return refuse(
                "WATERMARK FOR isn't known here",
                "nothing: results follow the records as they come; GROUP BY DATE_TRUNC('minute', …) for windows of time"
            )
        case .primary, .unique, .foreign, .constraint, .check: return refusedKey()
        case .like where at(.like):
            return refuse("LIKE another table isn't known here", "the columns, as DESCRIBE shows them")
        default: return nil
        }
    }

    func refusedColumnConstraint(_ column: SQL.Identifier?) -> SQLError? {
        switch keyword {
        case .primary, .unique, .references, .check, .constraint: return refusedKey()
        case .key:
            return refuse("KEY behind a column isn't known here", "_kafka_key BYTEA, with include_metadata = 'true'")
        case .default:
            return refuse("DEFAULT isn't known here", "COALESCE(\(column?.name ?? "column"), …) in the query")
        case .generated, .as:
            return refuse("computed columns aren't known here", "the expression in the SELECT of a pipeline")
        case .collate: return refuse("COLLATE isn't known here", "text as it is, which is ordered by its bytes")
        case .comment: return refuse("COMMENT isn't known here", "a comment: -- …")
        default: return nil
        }
    }

    private func refusedKey() -> SQLError {
        switch keyword {
        case .primary:
            refuse(
                "a table over a topic has no PRIMARY KEY: every record is a row",
                "CREATE PIPELINE … AS SELECT id, MAX(…) FROM … GROUP BY id for a row of each key")
        case .check: refuse("CHECK isn't known here", "WHERE in the query; NOT NULL refuses records without a value")
        default: refuse("\(text(token).uppercased()) isn't known here", "columns with types and NOT NULL only")
        }
    }

    /// What stands behind the columns of a table and isn't WITH.
    func refusedTableClause() -> SQLError? {
        switch keyword {
        case .as: return refuse("CREATE TABLE … AS SELECT isn't known here", "CREATE PIPELINE name AS SELECT …")
        case .partitioned:
            return refuse("PARTITIONED BY isn't known here", "the topic's own partitions; sink.key_field for a sink")
        case .comment: return refuse("COMMENT isn't known here", "a comment: -- …")
        case .using: return refuse("USING isn't known here", "WITH (connector = '…')")
        default: return nil
        }
    }
}
