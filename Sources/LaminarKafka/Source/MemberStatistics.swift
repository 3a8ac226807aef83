import LaminarCore

// What a member's clients tell of themselves every `statistics.interval.ms`.
extension MemberLoop {
    func statistics(_ json: UnsafeRawBufferPointer, of client: OpaquePointer) {
        guard let statistics = ClientStatistics(json: json) else { return }
        let news = member.gauges.note(statistics, of: Int(bitPattern: client))
        guard let meters = plan.meters else { return }
        for (broker, news) in news where news.timeouts + news.disconnects > 0 {
            plan.metrics.counter(.brokerTimeouts, meters.name, String(broker)).add(news.timeouts)
            plan.metrics.counter(.brokerDisconnects, meters.name, String(broker)).add(news.disconnects)
        }
    }
}
