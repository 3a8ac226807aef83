import CRdKafka
import Testing

@testable import LaminarKafka

@Suite("A broker is there again when it has answered a question")
struct BrokerContactTests {
    @Test("every kind of response after trouble", arguments: Int16(0)...40, [true, false])
    func responses(key: Int16, isError: Bool) {
        let contact = BrokerContact()
        #expect(contact.isThere)
        contact.lose()
        #expect(!contact.isThere)
        contact.received(key, isError ? RD_KAFKA_RESP_ERR__TRANSPORT : RD_KAFKA_RESP_ERR_NO_ERROR)
        // Handshakes are answered by a broker that refuses us, too.
        #expect(contact.isThere == (!isError && ![17, 18, 36].contains(key)))
        contact.lose()
        #expect(!contact.isThere)
    }
}
