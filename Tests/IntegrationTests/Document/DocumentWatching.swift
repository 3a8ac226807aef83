import Foundation
import LaminarKafka
import LaminarTesting
import Testing

extension DocumentPromise {
    /// Monitoring and Troubleshooting.
    static let watching = [
        DocumentPromise("Consumer Lag Metrics") { round, results in
            let rows = try #require(results.first?.table?.rows)
            let expected: [[Value]] = [10, 11].map { last in
                [
                    .int(Int32(last % 2)), .bigint(5), .bigint(6),
                    .timestamp(Timestamp(milliseconds: round.world.time(last))),
                ]
            }
            #expect(Set(rows) == Set(expected))
            #expect(
                results.first?.table?.columns.map(\.name)
                    == ["_kafka_partition", "latest_offset", "messages_processed", "latest_message_time"])
        },
        DocumentPromise("Connection Health") { round, results in
            let connection = try #require(results.first?.table)
            #expect(connection.rows.count == 1)
            let world = round.world
            #expect(
                connection.rows.first?.prefix(7).map(\.description) == [
                    "kafka_source", "kafka", "source", world.topic("events"), "json",
                    world.topic("laminar-consumer-group"), "unused",
                ])
            let groups = try #require(results.last?.table)
            func values(_ name: String) -> [String] {
                guard let place = groups.columns.firstIndex(where: { $0.name == name }) else { return [] }
                return groups.rows.map { $0[place].description }
            }
            #expect(values("connection") == ["kafka_custom_group", "kafka_custom_group"])
            #expect(Set(values("state").map { $0.lowercased() }) == ["empty"])
            #expect(values("topic") == [world.topic("events"), world.topic("events")])
            #expect(values("partition").sorted() == ["0", "1"])
            #expect(values("committed_offset") == ["6", "6"])
            #expect(values("high_watermark") == ["6", "6"])
            #expect(values("lag") == ["0", "0"])
        },
        DocumentPromise("Connection Issues") { round, results in
            let test = try #require(results.first?.table)
            #expect(test.columns.map(\.name) == ["ok", "stage", "message", "latency_ms"])
            #expect(test.rows.count == 1 && test.rows.first?.first == .boolean(true), "\(test.rows)")
            let brokers = try #require(results.last?.table)
            let port = round.world.kafka.bootstrapServers.split(separator: ":").last ?? ""
            #expect(brokers.rows.count == 1)
            let row = Dictionary(
                uniqueKeysWithValues: zip(brokers.columns.map(\.name), brokers.rows.first?.map(\.description) ?? []))
            #expect(row["connection"] == "kafka_source" && row["port"] == "\(port)", "\(row)")
            #expect(row["is_controller"] == "true", "\(row)")
        },
        DocumentPromise("Performance Issues") { round, results in
            let rows = try #require(results.first?.table?.rows)
            let minutes = [1, 0].map { round.world.minute + $0 * 60_000 }
            #expect(
                rows.map { Array($0.prefix(2)) }
                    == minutes.map { [.timestamp(Timestamp(milliseconds: $0)), .bigint(2)] })
            let now = Date().timeIntervalSince1970
            for (row, minute) in zip(rows, minutes) {
                // A minute's two records are of its beginning and of its middle.
                let middle = Double(minute) / 1000 + 15
                let lag = try #require(row.last.flatMap { Double($0.description) })
                #expect(lag > round.world.started.timeIntervalSince1970 - middle && lag < now - middle + 1)
            }
        },
    ]
}
