import Foundation
import LaminarKafka
import LaminarPostgres
import LaminarStore

// Reads a topic exactly once into a table or a topic, says so line by line, and is killed for it.
//
//   LaminarVictim sqlite   SERVERS TOPIC GROUP FILE
//   LaminarVictim postgres SERVERS TOPIC GROUP CONNECTION
//   LaminarVictim kafka    SERVERS TOPIC GROUP OUTPUT
//   LaminarVictim careless SERVERS TOPIC GROUP FILE      into SQLite at least once: it must be found out
//   LaminarVictim groups   SERVERS TOPIC GROUP FILE      a pipeline with GROUP BY, a group for each record
//   LaminarVictim inserts  SERVERS TOPIC GROUP FILE      a pipeline that inserts into a table of the Laminar database
//   LaminarVictim emitted  SERVERS TOPIC GROUP FILE      the groups go into the topic <TOPIC>-groups, in transactions
//
// It ends cleanly when its standard input does. Standard output: `stored N` behind every checkpoint of N records,
// `away` for a database that can't be reached, `fenced`, `closed` at the end.

let arguments = Array(CommandLine.arguments.dropFirst())
guard arguments.count == 5 else {
    FileHandle.standardError.write(
        Data(
            "usage: LaminarVictim sqlite|postgres|kafka|careless|groups|inserts|emitted SERVERS TOPIC GROUP WHERE\n"
                .utf8))
    exit(2)
}

var configuration = KafkaSourceConfiguration(
    bootstrapServers: arguments[1], subscription: .topics([arguments[2]]), groupID: arguments[3])
// Small batches make many transactions to be killed in; a short session makes the dead leave soon.
configuration.batch.records = 40
configuration.properties = [
    "session.timeout.ms": "1500", "heartbeat.interval.ms": "300", "reconnect.backoff.max.ms": "500",
    "topic.metadata.refresh.interval.ms": "1000",
]

do {
    switch arguments[0] {
    case "sqlite":
        let store = try await SQLiteCheckpointStore(.file(arguments[4]), busyTimeout: .seconds(20))
        try await store.write { db in try db.execute(Rows.table) }
        try await read(configuration, into: store) { db, rows in
            let insert = try db.prepare("INSERT INTO rows VALUES (?, ?, ?)")
            for row in rows { try insert.run(row.partition, row.offset, row.value) }
        }
    case "postgres":
        let store = try PostgresCheckpointStore(arguments[4], timeout: .seconds(20))
        try await read(configuration, into: store) { db, rows in
            let insert = try db.prepare("INSERT INTO rows VALUES ($1, $2, $3)")
            try insert.run(each: rows) { [$0.partition, $0.offset, $0.value] }
        }
        await store.close()
    case "kafka":
        try await copy(configuration, into: arguments[4])
    case "careless":
        try await readCarelessly(configuration, into: arguments[4])
    case "groups", "inserts", "emitted":
        try await runPipeline(arguments[0], configuration, topic: arguments[2], in: arguments[4])
    default:
        throw Complaint("\(arguments[0]) is no kind of destination")
    }
    tell("closed")
} catch {
    FileHandle.standardError.write(Data("\(error)\n".utf8))
    exit(3)
}
