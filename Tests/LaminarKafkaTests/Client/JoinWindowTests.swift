import Testing

@testable import LaminarKafka

@Suite("No commit is sent between two generations of the group")
struct JoinWindowTests {
    private enum Step: CaseIterable {
        case joinSent, joinAnswered, syncSent, syncAnswered, leaveSent, heartbeatSent, heartbeatAnswered
    }

    @Test("every sequence of four requests and responses: open from JoinGroup until SyncGroup's answer or LeaveGroup")
    func everySequence() {
        let steps = Step.allCases
        for code in 0..<(steps.count * steps.count * steps.count * steps.count) {
            let window = JoinWindow(wake: WakeSignal())
            var isOpen = false
            var hasJoined = false
            var rest = code
            for _ in 0..<4 {
                switch steps[rest % steps.count] {
                case .joinSent:
                    window.sent(11)
                    isOpen = true
                case .joinAnswered:
                    window.received(11)
                    hasJoined = true
                case .syncSent: window.sent(14)
                case .syncAnswered:
                    window.received(14)
                    isOpen = false
                case .leaveSent:
                    window.sent(13)
                    isOpen = false
                case .heartbeatSent: window.sent(12)
                case .heartbeatAnswered: window.received(12)
                }
                #expect(window.isOpen == isOpen && window.hasJoined == hasJoined)
                rest /= steps.count
            }
        }
    }
}
