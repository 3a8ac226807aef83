/// What a transform asks of its source.
protocol TransformedSource: AnyObject, Sendable {
    /// Ends it with an error.
    func fail(_ error: any Error)
    /// Sends partitions that are still this member's back; what was delivered behind these offsets is void.
    func rewind(_ positions: [TopicPartition: Int64], of member: SourceMember)
    /// Tells the host of it; trouble shows as the source's state.
    func tell(_ event: SourceEvent)
}

extension SourceEngine: TransformedSource {
    func rewind(_ positions: [TopicPartition: Int64], of member: SourceMember) {
        member.rewinds.post(.offsets(positions), wake: member.wake)
    }

    func tell(_ event: SourceEvent) {
        if case .trouble(let error) = event { note(SourceLife.Event.trouble(error.message)) }
        note(event)
    }
}
