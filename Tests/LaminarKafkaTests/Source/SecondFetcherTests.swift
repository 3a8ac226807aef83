import Testing

@testable import LaminarKafka

@Suite struct SecondFetcherTests {
    @Test(
        "a second client is worth it where broker threads leave cores over",
        arguments: [
            (partitions: 4, leaders: 1, clients: 1, cores: 2, expected: true),
            (partitions: 1, leaders: 1, clients: 1, cores: 8, expected: false),
            (partitions: 4, leaders: 1, clients: 2, cores: 2, expected: false),
            (partitions: 6, leaders: 3, clients: 1, cores: 2, expected: false),
            (partitions: 6, leaders: 3, clients: 1, cores: 8, expected: true),
            (partitions: 4, leaders: 1, clients: 1, cores: 1, expected: false),
        ])
    func worth(_ row: (partitions: Int, leaders: Int, clients: Int, cores: Int, expected: Bool)) {
        #expect(
            SecondFetcher.isWorthwhile(
                partitions: row.partitions, leaders: row.leaders, clients: row.clients, cores: row.cores)
                == row.expected)
    }

    @Test("both clients end up with as many partitions", arguments: 0..<9, [(0, 0), (1, 0), (3, 0), (0, 3), (2, 1)])
    func balance(_ new: Int, _ held: (first: Int, second: Int)) {
        let partitions = Set((0..<new).map { TopicPartition("orders", Int32($0)) })
        let taken = SecondFetcher.share(of: partitions, first: held.first, second: held.second)
        let first = held.first + new - taken.count
        let second = held.second + taken.count
        #expect(taken.isSubset(of: partitions))
        #expect(abs(first - second) <= max(1, abs(held.first - held.second) - new))
    }
}
