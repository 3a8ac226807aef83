import Testing

@testable import LaminarKafka

@Suite struct ClientStatisticsTests {
    private static let text = """
        {"name":"laminar#consumer-1","type":"consumer","ts":1,"brokers":{
        "127.0.0.1:9092/bootstrap":{"name":"x","nodeid":-1,"state":"UP","rtt":{"avg":9,"cnt":9}},
        "127.0.0.1:9092/1":{"name":"y","nodeid":1,"state":"UP","req_timeouts":2,"disconnects":3,
        "rtt":{"min":10,"max":900,"avg":500,"sum":2000,"cnt":4,"p99":880}}},
        "topics":{"orders":{"topic":"orders","age":1,"metadata_age":2,"partitions":{
        "0":{"partition":0,"broker":1,"leader":1,"desired":true,"fetchq_cnt":7,"fetchq_size":700,
        "fetch_state":"active","next_offset":107,"lo_offset":0,"hi_offset":112,"ls_offset":110,"consumer_lag":-1},
        "1":{"partition":1,"desired":false,"fetch_state":"none","next_offset":-1001,"hi_offset":-1001},
        "-1":{"partition":-1,"fetch_state":"none"}}}},"cgrp":{"state":"up"}}
        """

    private func parsed(_ text: String = text) -> ClientStatistics? {
        Array(text.utf8).withUnsafeBytes { ClientStatistics(json: $0) }
    }

    @Test("the partitions that the client reads, and the brokers that have a number") func read() throws {
        let statistics = try #require(parsed())
        #expect(Set(statistics.read.keys) == [TopicPartition("orders", 0)])
        let partition = try #require(statistics.read[TopicPartition("orders", 0)])
        #expect(partition.queued == 7)
        #expect(partition.queuedBytes == 700)
        #expect(partition.next == 107)
        #expect(partition.stableEnd == 110)
        #expect(partition.highWatermark == 112)
        #expect(Set(statistics.nodes.keys) == [1])
        #expect(statistics.nodes[1]?.roundTrip?.mean == 500)
    }

    @Test("what isn't such a text is nothing", arguments: ["", "[]", "{", "{\"topics\": 7}"])
    func other(text: String) { #expect(parsed(text) == nil) }

    @Test("counters of brokers count what is new, a new client's from its beginning") func counters() throws {
        let gauges = MemberGauges()
        let statistics = try #require(parsed())
        #expect(gauges.note(statistics, of: 1)[1]?.timeouts == 2)
        #expect(gauges.note(statistics, of: 1)[1]?.timeouts == 0)
        #expect(gauges.note(statistics, of: 2)[1]?.disconnects == 3)
        #expect(gauges.partitions.count == 1)
        #expect(gauges.roundTrips == [1: 0.0005])
        gauges.forget(1)
        gauges.forget(2)
        #expect(gauges.partitions.isEmpty)
        #expect(gauges.roundTrips.isEmpty)
    }
}
