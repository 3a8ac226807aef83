import LaminarCore
import Testing

@testable import LaminarAWS

@Suite struct CredentialLifeTests {
    @Test("renewed five minutes before the end, up to six by jitter", arguments: [(0.0, 3300.0), (1, 3240)])
    func margin(jitter: Double, renewal: Double) {
        var life = CredentialLife()
        #expect(life.ask(at: 0) == .fetch)
        let credentials = Self.credentials(until: 3600)
        life.fetched(credentials, at: 0, jitter: jitter)
        #expect(life.ask(at: renewal - 1) == .use(credentials))
        #expect(life.ask(at: renewal) == .fetch)
    }

    @Test("short ones are used for half of their life")
    func short() {
        var life = CredentialLife()
        let credentials = Self.credentials(until: 200)
        life.fetched(credentials, at: 100, jitter: 1)
        #expect(life.ask(at: 149) == .use(credentials))
        #expect(life.ask(at: 150) == .fetch)
    }

    @Test("a renewal that fails leaves the old ones, while they are good, and is tried again after a pause")
    func failure() {
        var life = CredentialLife()
        let credentials = Self.credentials(until: 3600)
        life.fetched(credentials, at: 0, jitter: 0)
        #expect(life.failed(at: 3300) == credentials)
        #expect(life.ask(at: 3329) == .use(credentials))
        #expect(life.ask(at: 3330) == .fetch)
        #expect(life.failed(at: 3590) == credentials)
        #expect(life.ask(at: 3599) == .use(credentials))
        #expect(life.ask(at: 3600) == .fetch)
        #expect(life.failed(at: 3600) == nil)
    }

    @Test("those without an end are looked up again, and never given up")
    func lasting() {
        var life = CredentialLife()
        let credentials = Self.credentials(until: nil)
        life.fetched(credentials, at: 0, jitter: 0)
        #expect(life.ask(at: 899) == .use(credentials))
        #expect(life.ask(at: 900) == .fetch)
        #expect(life.failed(at: 1e9) == credentials)
    }

    private static func credentials(until end: Double?) -> AWSCredentials {
        AWSCredentials(accessKeyID: "AK", secretAccessKey: Secret("s"), expiration: end)
    }
}
