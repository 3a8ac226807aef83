import Foundation
import LaminarFormats
import LaminarKafka
import LaminarTesting
import Testing

/// Orders there and back: a peer writes a topic, a table whose DDL lists no columns reads it, a sink writes what was read to
/// another topic, and the peer reads that.
struct WireRoundTrip {
    let peer: WireOrders
    /// The options of the connection that reads: its format, and where its schemas are.
    let source: String
    /// Those of the connection that writes.
    let sink: String
    var isProtobuf = false

    func check(_ count: Int = 400) async throws {
        let input = try await Topic(records: 0, partitions: 2, on: peer.kafka)
        let output = try await Topic(records: 0, partitions: 1, on: peer.kafka)
        let written = try await peer.write(count, to: input.name, partitions: 2)
        try #require(written.count == count)

        let laminar = try await Laminar(database: .inMemory)
        let rows = try await read(laminar, input)
        #expect(rows.count == count)
        var differences: [String] = []
        for (number, row) in rows {
            let read = try WireOrders.object(row.jsonLine)
            if let difference = WireOrders.difference(written[number], read) {
                differences.append("\(number): \(difference)")
            }
        }
        #expect(differences.isEmpty, "\(differences.count) differ: \(differences.prefix(3))")

        try await write(rows, count, laminar, output)
        let read = try await peer.read(count, from: output.name)
        var others: [String] = []
        for (written, read) in zip(written, read) {
            let difference = WireOrders.difference(written, read, isProtobuf: isProtobuf)
            if let difference { others.append(difference) }
        }
        #expect(read.count == count)
        #expect(others.isEmpty, "\(others.count) differ: \(others.prefix(3))")
        await laminar.shutdown()
    }

    /// The rows by their records' keys.
    private func read(_ laminar: Laminar, _ topic: Topic) async throws -> [Int: Row] {
        try await laminar.execute(
            connection("shop", "source", topic, source)
                + "CREATE TABLE orders WITH (connector = 'shop', include_metadata = 'true');")
        var rows: [Int: Row] = [:]
        for try await record in try laminar.rows("orders", extent: .snapshot).records {
            let number = Int(String(decoding: record.key ?? [], as: UTF8.self)) ?? -1
            rows[number] = record.value
        }
        return rows
    }

    /// Writes the rows in their order, without metadata.
    private func write(_ rows: [Int: Row], _ count: Int, _ laminar: Laminar, _ topic: Topic) async throws {
        let schema = try #require(rows[0]).schema
        let indices = schema.columns.indices.filter { schema.columns[$0].metadata == nil }
        let columns = try RowSchema(indices.map { schema.columns[$0] })
        try await laminar.execute(
            connection("out", "sink", topic, sink) + "CREATE TABLE written \(columns) WITH (connector = 'out');")
        let sink = try await laminar.rowSink("written")
        for number in 0..<count {
            guard let row = rows[number] else { continue }
            let part = try RecordBatch(
                schema: columns, columns: indices.map { row.batch.columns[$0] }, count: row.batch.count)
            try await sink.enqueue(Row(batch: part, index: row.index))
        }
        try await sink.flush()
    }

    private func connection(_ name: String, _ type: String, _ topic: Topic, _ options: String) -> String {
        """
        CREATE CONNECTION \(name) TO kafka (bootstrap_servers = '\(topic.kafka.bootstrapServers)',
            topic = '\(topic.name)', type = '\(type)', \(options));
        """
    }
}
