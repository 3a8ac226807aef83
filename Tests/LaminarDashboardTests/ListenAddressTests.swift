import Testing

@testable import LaminarDashboard

@Suite struct ListenAddressTests {
    @Test(
        "an address of this machine and a port",
        arguments: [
            ("127.0.0.1:9404", "127.0.0.1", 9404), ("localhost:0", "127.0.0.1", 0), ("[::1]:80", "[::1]", 80),
            ("127.8.8.8:1", "127.8.8.8", 1), ("LOCALHOST:65535", "127.0.0.1", 65535),
        ])
    func read(text: String, host: String, port: UInt16) throws {
        let address = try ListenAddress(parsing: text, allowsRemote: false)
        #expect(address.shownHost == host)
        #expect(address.port == port)
    }

    @Test(
        "what can be reached from elsewhere needs a word",
        arguments: ["0.0.0.0:9404", "192.168.1.7:9404", "[::]:9404", "[::ffff:127.0.0.1]:9404"])
    func remote(text: String) throws {
        let error = #expect(throws: DashboardError.self) { try ListenAddress(parsing: text, allowsRemote: false) }
        #expect(error?.code == .remote)
        #expect(error?.message.contains("allowsRemote: true") == true)
        #expect(throws: Never.self) { try ListenAddress(parsing: text, allowsRemote: true) }
    }

    @Test(
        "anything else is refused with the way to write it",
        arguments: [
            "", ":", "9404", ":9404", "127.0.0.1", "127.0.0.1:", "127.0.0.1:http", "127.0.0.1:65536", "::1:9404",
            "example.com:80", "127.0.0.1:-1", "[::1]", "127.0.0.1\0:80",
        ])
    func unreadable(text: String) {
        let error = #expect(throws: DashboardError.self) { try ListenAddress(parsing: text, allowsRemote: true) }
        #expect(error?.code == .address)
        #expect(error?.message.contains("127.0.0.1:9404") == true)
    }

    @Test(
        "addresses and localhost are hosts of ours",
        arguments: [
            "127.0.0.1", "127.0.0.1:9404", "localhost", "Localhost:9404", "[::1]:9404", "10.0.0.7:80", "[fe80::1]",
        ])
    func accepted(host: String) { #expect(HostCheck(allowed: []).accepts([host])) }

    @Test(
        "names aren't, unless they are allowed",
        arguments: [
            "evil.example", "evil.example:9404", "127.0.0.1.evil.example", "localhost.evil", "", "[::1", "[x]:80",
            "127.0.0.1:80:80", "127.0.0.1:", "localhost:x",
        ])
    func refused(host: String) { #expect(!HostCheck(allowed: ["status.internal"]).accepts([host])) }

    @Test("a proxy's name is allowed on any port, and two hosts are none") func allowed() {
        let check = HostCheck(allowed: ["Status.internal"])
        #expect(check.accepts(["status.internal"]))
        #expect(check.accepts(["STATUS.internal:443"]))
        #expect(!check.accepts(["status.internal", "status.internal"]))
        #expect(!check.accepts([]))
    }
}
