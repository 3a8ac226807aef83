import LaminarFormats
import LaminarKafka
import Synchronization
import Testing

@Suite("A SELECT that is followed, and how far one has read", .timeLimit(.minutes(5)))
struct FollowedQueryTests {
    /// The ids that a followed query gives, up to a number of them; `more` is called when the first of them are there.
    private func ids(
        _ queried: QueriedTopic, _ sql: String, count: Int, more: () async throws -> Void
    ) async throws -> [Int64] {
        var ids: [Int64] = []
        var isMore = false
        try await queried.laminar.execute(sql, isFollowed: true) { output in
            guard case .rows(let rows) = output else { return }
            #expect(rows.notices == [] && rows.progress.total == nil)
            for try await row in rows {
                ids.append(try row["id", as: Int64.self])
                if !isMore { try await more() }
                isMore = true
                if ids.count == count { break }
            }
        }
        return ids.sorted()
    }

    @Test("it goes on past the end, from where predicates on position and time let it begin")
    func bounds() async throws {
        let queried = try await QueriedTopic()
        try await queried.produceOrders(20)
        func more() async throws { try await queried.produceOrders(4, from: 20) }
        let offsets = try await ids(
            queried, "SELECT id FROM orders WHERE _kafka_partition = 1 AND _kafka_offset >= 8", count: 4, more: more)
        #expect(offsets == [17, 19, 21, 23])
        let times = try await ids(
            queried,
            "SELECT id FROM orders WHERE _kafka_timestamp >= TIMESTAMP '2023-11-14 22:13:40' AND id <> 21", count: 3
        ) {}
        #expect(times == [20, 22, 23])
        let all = try await ids(queried, "SELECT id FROM orders LIMIT 24", count: 24) {}
        #expect(all == Array(0..<24))
        await queried.laminar.shutdown()
    }

    @Test("with offset = 'latest' it gives what comes from now on, and doesn't say that there is nothing")
    func latest() async throws {
        let queried = try await QueriedTopic(partitions: 1, options: ", offset = 'latest'")
        try await queried.produceOrders(5, partitions: 1)
        let first = FirstID()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                try await queried.laminar.execute("SELECT id FROM orders", isFollowed: true) { output in
                    guard case .rows(let rows) = output else { return }
                    #expect(rows.notices == [])
                    for try await row in rows {
                        first.id.withLock { $0 = try? row["id", as: Int64.self] }
                        break
                    }
                }
            }
            group.addTask {
                // Whenever it has found the end: one of these lies behind it.
                for id in 5... {
                    try await queried.produceOrders(1, from: id, partitions: 1)
                    if first.id.withLock({ $0 }) != nil { return }
                }
            }
            try await group.waitForAll()
        }
        let found = first.id.withLock { $0 ?? 0 }
        #expect(found >= 5)
        await queried.laminar.shutdown()
    }

    @Test("progress comes to the whole of what is read, whatever the query keeps of it")
    func progress() async throws {
        let queried = try await QueriedTopic()
        try await queried.produceOrders(300)
        let rows = try await queried.laminar.query("SELECT COUNT(*) AS n FROM orders WHERE _kafka_offset >= 50")
        for try await row in rows { #expect(row["n"] == .bigint(200)) }
        #expect(rows.progress == QueryProgress(read: 200, total: 200))
        #expect(rows.progress.fraction == 1)
        let nothing = try await queried.laminar.query("VALUES (1)")
        for try await _ in nothing {}
        #expect(nothing.progress.fraction == nil)
        await queried.laminar.shutdown()
    }
}

/// The first that came, for two tasks.
private final class FirstID: Sendable {
    let id = Mutex<Int64?>(nil)
}
