extension Command {
    /// Every command, in the order of the help.
    static let all: [Command] =
        [shell, sql, run, consume, produce] + kafka + [generate, export, `import`, demo, completions, manual, version]

    static let shell = Command(
        name: "shell",
        summary: "Type statements at a prompt; what laminar does without a command",
        discussion: [
            """
            A statement may take several lines and ends with a semicolon. Tab completes keywords, tables, columns and \
            options; the arrow keys and Ctrl-R find earlier statements, kept in ~/.laminar_history or $LAMINAR_HISTORY, \
            but for those in which a secret is written out. Ctrl-C gives up the line or cancels the statement that runs. \
            \\? lists the shell's own commands: \\d, \\x, \\timing, \\q.
            """,
            "Where standard input isn't a terminal, its statements are executed as laminar sql does.",
        ],
        examples: [
            Example(line: "laminar", summary: "the catalog in ./laminar.db"),
            Example(line: "laminar --database shop.db", summary: "another catalog"),
        ])

    static let sql = Command(
        name: "sql",
        summary: "Execute SQL statements",
        operands: [
            Operand(name: "SQL", isRequired: false, summary: "one or more statements, separated by semicolons")
        ],
        flags: [
            Flag("--file", short: "-f", value: "FILE", summary: "read the statements from a file; - is standard input"),
            Flag(
                "--follow",
                summary: "go on past the end of the SELECT's Kafka table with rows as they come, until interrupted"),
            .columnFormat,
        ],
        discussion: [
            """
            Executes statements one by one and prints one result each. Without SQL and without -f they are read from \
            standard input. The first statement that fails ends the script; what was done before it stands, and since \
            a CREATE with an identical definition changes nothing, the script can simply be run again.
            """,
            """
            Rows go to standard output as they come, however many there are; notices, and what each statement did, go to \
            standard error. A query that takes long shows there how far it has read, on a terminal.
            """,
            """
            With --follow the last statement is a SELECT over one Kafka table without groups, order and joins: its filters and \
            expressions are applied to each record as it comes, and LIMIT ends it.
            """,
        ],
        examples: [
            Example(line: "laminar sql -f shop.sql", summary: "run a script"),
            Example(line: "laminar sql \"SHOW TABLES\"", summary: "what is in the catalog"),
            Example(line: "laminar sql --format json \"DESCRIBE orders\" | jq .column", summary: "for other programs"),
            Example(
                line: "laminar sql --follow \"SELECT id, amount FROM orders WHERE amount > 1000\"",
                summary: "what is there, and what comes"),
            Example(
                line: "echo \"DROP TABLE IF EXISTS orders\" | laminar --database shop.db sql",
                summary: "from standard input, with another catalog"),
        ])

    static let run = Command(
        name: "run",
        summary: "Run the pipelines of the catalog, until SIGTERM or Ctrl-C",
        flags: [
            Flag(
                "--http", value: "ADDRESS",
                summary: "serve /metrics, /health/live, /health/ready and a status page there: 127.0.0.1:9404")
        ],
        discussion: [
            """
            Runs every pipeline that was created and not stopped. The rows of one that has no INSERT INTO and no GROUP BY \
            are printed, an object a line; with the pipeline's name where there are several. At the end everything that was \
            processed is stored and committed, and the groups are left.
            """
        ],
        examples: [
            Example(line: "laminar run", summary: "the pipelines of ./laminar.db"),
            Example(line: "laminar --database shop.db run --http 127.0.0.1:9404", summary: "with a status page"),
        ])

    static let consume = Command(
        name: "consume",
        summary: "Print the rows of a table",
        operands: [
            Operand(name: "TABLE", isRequired: true, summary: "a table made by CREATE TABLE … WITH (connector = …)")
        ],
        flags: [
            Flag("--limit", value: "N", summary: "stop after N rows"),
            Flag("--follow", summary: "wait for new rows at the end of the topic, until interrupted"),
            Flag(
                "--group",
                summary: "join the connection's consumer group and commit what was printed, as a program would"),
            .columnFormat,
        ],
        discussion: [
            """
            Reads from where the connection's offset option says, up to the end that each partition had at the \
            start. It joins no consumer group and commits nothing, so it can be used beside running programs; \
            with --group it takes part in the group, takes partitions from its other members, and moves its offsets.
            """
        ],
        examples: [
            Example(line: "laminar consume orders --limit 10", summary: "the first ten rows"),
            Example(line: "laminar consume orders --follow --format json", summary: "everything, and what comes"),
            Example(line: "laminar consume orders --format csv > orders.csv", summary: "into a file"),
            Example(
                line: "laminar consume orders --format arrow > orders.arrows",
                summary: "typed columns for pyarrow, Polars, DuckDB"),
        ])

    static let produce = Command(
        name: "produce",
        summary: "Write the lines of standard input to a topic",
        operands: [Operand(name: "CONNECTION", isRequired: true, summary: "a connection with a topic of its own")],
        flags: [
            Flag("--keyed", summary: "each line is a key, a tab and a value; a line without a tab has no key")
        ],
        discussion: [
            """
            One record a line, its bytes as they are, without the line's end. Ends when the broker has acknowledged \
            all of them; a record that can't be delivered ends it with exit code 1.
            """
        ],
        examples: [
            Example(line: "echo '{\"id\": 1}' | laminar produce shop", summary: "one record"),
            Example(line: "laminar produce shop --keyed < orders.tsv", summary: "key<TAB>value, a line each"),
        ])

    static let generate = Command(
        name: "generate",
        summary: "Print a Swift type for the rows of a table",
        operands: [
            Operand(name: "LANGUAGE", isRequired: true, summary: "swift"),
            Operand(name: "TABLE", isRequired: true, summary: "a table made by CREATE TABLE"),
        ],
        discussion: [
            """
            Prints a struct with a property for each column, nested structs for STRUCT columns, Codable, and the \
            RowDecodable initializer that reads columns without going through Codable. A NOT NULL column is a property \
            that isn't optional. Names become Swift's, user_id userId, and CodingKeys keep the columns' own. Nothing is \
            contacted: the catalog says it all.
            """
        ],
        examples: [
            Example(line: "laminar generate swift orders > Orders.swift", summary: "a file for a host's sources")
        ])

    static let export = Command(
        name: "export",
        summary: "Print the catalog as a script for Apache Flink",
        operands: [Operand(name: "ENGINE", isRequired: true, summary: "flink")],
        flags: [
            Flag(
                "--pipeline", value: "P", isRepeatable: true,
                summary: "only this pipeline and what it reads and writes; may be given several times"),
            Flag(
                "--from-checkpoint",
                summary: "start where the checkpoints in the database stand, so that a pipeline moves over"),
        ],
        discussion: [
            """
            Prints Flink SQL: CREATE TABLE for each table with its connection, INSERT INTO or a view for each pipeline. \
            What has no equivalent is named with what to do instead, and nothing is printed; exit code 1. Secrets stay \
            ${secret:name}. For Avro tables the schema registry is asked; nothing else is contacted.
            """,
            "Notes about differences in detail go to standard error, and stand at the head of the script.",
        ],
        examples: [
            Example(line: "laminar export flink > shop.sql", summary: "everything"),
            Example(
                line: "laminar export flink --pipeline spend --from-checkpoint > spend.sql",
                summary: "one pipeline, from where it was stopped"),
        ])

    static let `import` = Command(
        name: "import",
        summary: "Make connections and tables of a Flink script's kafka tables",
        operands: [
            Operand(name: "ENGINE", isRequired: true, summary: "flink"),
            Operand(name: "FILE", isRequired: true, summary: "a script of Flink SQL; - is standard input"),
        ],
        flags: [Flag("--print", summary: "print the statements, and execute nothing")],
        discussion: [
            """
            Executes CREATE CONNECTION and CREATE TABLE for each CREATE TABLE … WITH ('connector' = 'kafka', …). What can't \
            be kept is named on standard error; queries and views are, too. A script that laminar export flink printed gives \
            back the connections and tables that it was made of.
            """
        ],
        examples: [
            Example(line: "laminar import flink --print shop.sql", summary: "what it would make"),
            Example(line: "laminar --database shop.db import flink shop.sql", summary: "into a catalog"),
        ])

    static let demo = Command(
        name: "demo",
        summary: "Show the whole way of a record, with a broker inside of this process",
        discussion: [
            """
            Starts a Kafka broker in this process (librdkafka's own test broker: no Java, no network, nothing is left \
            behind), writes orders to a topic, creates a connection and a table for it, prints its rows with \
            their metadata, and commits. It says what it does as it goes.
            """
        ],
        examples: [Example(line: "laminar demo", summary: "takes a few seconds")])

    static let completions = Command(
        name: "completions",
        summary: "Print a completion script for a shell",
        operands: [Operand(name: "SHELL", isRequired: true, summary: "bash, zsh or fish")],
        examples: [
            Example(line: "source <(laminar completions bash)", summary: "for this session"),
            Example(
                line: "laminar completions fish > ~/.config/fish/completions/laminar.fish", summary: "for every session"
            ),
        ])

    static let manual = Command(
        name: "man",
        summary: "Print the man page",
        examples: [
            Example(line: "laminar man > laminar.1 && man ./laminar.1", summary: "to read it"),
            Example(line: "laminar man | sudo tee /usr/local/share/man/man1/laminar.1", summary: "to keep it"),
        ])

    static let version = Command(
        name: "version",
        summary: "Print the versions of Laminar and of the libraries that it runs on",
        examples: [Example(line: "laminar version", summary: "for a bug report")])
}
