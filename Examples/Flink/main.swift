import LaminarKafka

// Hands the catalog of ./laminar.db to Apache Flink: prints a script, or takes one over.
let laminar = try await Laminar(database: .file("laminar.db"))

if CommandLine.arguments.count > 1 {
    let taken = try FlinkImport(script: CommandLine.arguments[1])
    for notice in taken.notices { print("-- \(notice)") }
    try await laminar.execute(taken.sql)
} else {
    do {
        let script = try await laminar.exportFlink(from: .checkpoint)
        print(script.text)
    } catch let error as FlinkError {
        for refusal in error.refusals { print("\(refusal.subject): \(refusal.reason)") }
    }
}
await laminar.shutdown()
