internal import LaminarStore

extension SQLiteSchema {
    /// The tables that Laminar keeps in its database. Their names begin with `laminar_`, so that tables of the user's own
    /// can be named freely. Steps that have been published never change.
    ///
    /// A definition is kept as the text of its statement, with `${secret:name}` references and no secret; what Laminar
    /// adds to it, a generated group id, has a column of its own.
    static let catalog = SQLiteSchema(
        applicationID: 0x4c61_6d69, application: "Laminar",
        migrations: [
            SQLiteMigration(
                name: "connections, tables and pipelines",
                script: """
                    CREATE TABLE laminar_connections (
                        name TEXT NOT NULL PRIMARY KEY,
                        definition TEXT NOT NULL,
                        group_id TEXT,
                        created_at INTEGER NOT NULL,
                        changed_at INTEGER NOT NULL
                    ) STRICT, WITHOUT ROWID;
                    CREATE TABLE laminar_tables (
                        name TEXT NOT NULL PRIMARY KEY,
                        connection TEXT NOT NULL REFERENCES laminar_connections (name),
                        definition TEXT NOT NULL,
                        group_id TEXT,
                        created_at INTEGER NOT NULL,
                        changed_at INTEGER NOT NULL
                    ) STRICT, WITHOUT ROWID;
                    CREATE INDEX laminar_tables_connection ON laminar_tables (connection);
                    CREATE TABLE laminar_pipelines (
                        name TEXT NOT NULL PRIMARY KEY,
                        definition TEXT NOT NULL,
                        is_started INTEGER NOT NULL,
                        created_at INTEGER NOT NULL,
                        changed_at INTEGER NOT NULL
                    ) STRICT, WITHOUT ROWID;
                    CREATE TABLE laminar_pipeline_tables (
                        pipeline TEXT NOT NULL REFERENCES laminar_pipelines (name) ON DELETE CASCADE,
                        "table" TEXT NOT NULL REFERENCES laminar_tables (name),
                        PRIMARY KEY (pipeline, "table")
                    ) STRICT, WITHOUT ROWID;
                    """),
            // No version before this step could make a pipeline, so the table that is made anew was empty.
            SQLiteMigration(
                name: "local tables, and what pipelines keep",
                script: """
                    CREATE TABLE laminar_local_tables (
                        name TEXT NOT NULL PRIMARY KEY,
                        definition TEXT NOT NULL,
                        created_at INTEGER NOT NULL,
                        changed_at INTEGER NOT NULL
                    ) STRICT, WITHOUT ROWID;
                    DROP TABLE laminar_pipeline_tables;
                    CREATE TABLE laminar_pipeline_tables (
                        pipeline TEXT NOT NULL REFERENCES laminar_pipelines (name) ON DELETE CASCADE,
                        "table" TEXT NOT NULL,
                        PRIMARY KEY (pipeline, "table")
                    ) STRICT, WITHOUT ROWID;
                    CREATE TABLE laminar_pipeline_progress (
                        pipeline TEXT NOT NULL PRIMARY KEY REFERENCES laminar_pipelines (name) ON DELETE CASCADE,
                        owner INTEGER NOT NULL DEFAULT 0,
                        checkpoint INTEGER NOT NULL DEFAULT 0,
                        checkpoint_at INTEGER,
                        emitted INTEGER NOT NULL DEFAULT 0,
                        rows_in INTEGER NOT NULL DEFAULT 0,
                        rows_out INTEGER NOT NULL DEFAULT 0,
                        last_error TEXT
                    ) STRICT, WITHOUT ROWID;
                    CREATE TABLE laminar_pipeline_origins (
                        reader TEXT NOT NULL,
                        topic TEXT NOT NULL,
                        partition INTEGER NOT NULL,
                        first_offset INTEGER NOT NULL,
                        PRIMARY KEY (reader, topic, partition)
                    ) STRICT, WITHOUT ROWID;
                    """),
            SQLiteMigration(
                name: "which groups are which, for those that a topic has",
                script: "ALTER TABLE laminar_pipeline_progress ADD COLUMN life INTEGER NOT NULL DEFAULT 0;"),
        ])
}
