import Testing

@testable import LaminarKafka

@Suite("Who still takes values, and what they have in hand")
struct HostRegistryTests {
    private final class Host: Sendable {}
    private let hosts = [Host(), Host(), Host()]
    private func id(_ index: Int) -> ObjectIdentifier { ObjectIdentifier(hosts[index]) }

    @Test("it is empty when all who arrived have left, however often they say so") func counting() {
        var registry = HostRegistry<String>()
        #expect(registry.isEmpty)
        registry.arrived(id(0))
        registry.arrived(id(1))
        registry.left(id(0))
        registry.left(id(0))
        registry.left(id(2))
        #expect(!registry.isEmpty)
        registry.left(id(1))
        #expect(registry.isEmpty)
    }

    @Test("a task's close counts out its own iterators and nobody else's") func tasks() {
        var registry = HostRegistry<String>()
        for index in 0..<3 { registry.arrived(id(index)) }
        registry.asked(id(0), in: 7, with: "a")
        registry.asked(id(1), in: 8, with: "b")
        registry.asked(id(2), in: 7, with: "c")
        registry.asked(id(0), in: 7, with: "d")
        #expect(Set(registry.leave(task: 7)) == ["d", "c"])
        #expect(registry.leave(task: 7).isEmpty && !registry.isEmpty)
        #expect(registry.leave(task: 8) == ["b"])
        #expect(registry.isEmpty)
    }

    @Test("who was counted out, or never arrived, isn't heard any more") func late() {
        var registry = HostRegistry<String>()
        registry.arrived(id(0))
        registry.asked(id(0), in: 7, with: nil)
        #expect(registry.leave(task: 7).isEmpty)
        registry.asked(id(0), in: 7, with: "late")
        registry.asked(id(1), in: 7, with: "stranger")
        #expect(registry.isEmpty)
    }
}
