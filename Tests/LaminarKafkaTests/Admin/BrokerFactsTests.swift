import Testing

@testable import LaminarKafka

@Suite struct BrokerFactsTests {
    @Test("with ZooKeeper, and of brokers that aren't Apache's, the metadata's controller is the controller")
    func zookeeper() {
        let facts = BrokerFacts(["node.id": "1"])
        #expect(facts.isController(1, named: 1) == true)
        #expect(facts.isController(2, named: 1) == false)
        #expect(facts.isController(1, named: nil) == nil)
    }

    @Test("a broker that is no controller by its roles isn't the active one") func brokerOnly() {
        let facts = BrokerFacts(["process.roles": "broker", "controller.quorum.voters": "1@a:1,2@b:1"])
        #expect(facts.isController(1, named: 1) == false)
    }

    @Test("the only voter is the controller; one of several may be, and that isn't guessed") func voters() {
        let only = BrokerFacts(["process.roles": "broker,controller", "controller.quorum.voters": "3@localhost:9093"])
        #expect(only.isController(3, named: 7) == true)
        let several = BrokerFacts(
            ["process.roles": "controller, broker", "controller.quorum.voters": "1@a:9093,2@b:9093,3@c:9093"])
        #expect(several.isController(1, named: 1) == nil)
        #expect(BrokerFacts(["process.roles": "broker,controller"]).isController(1, named: 1) == nil)
    }

    @Test("a rack is the broker's own word") func rack() {
        #expect(BrokerFacts(["broker.rack": "eu-1a"]).rack == "eu-1a")
        #expect(BrokerFacts([:]).rack == nil)
    }
}
