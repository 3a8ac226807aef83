import LaminarTesting
import Testing

@Suite struct TCPProxyTests {
    /// A server that answers each line with itself.
    private func echo() async throws -> (ExternalProcess, port: Int) {
        let script = """
            import socketserver
            class Echo(socketserver.StreamRequestHandler):
                def handle(self):
                    for line in self.rfile: self.wfile.write(line)
            socketserver.ThreadingTCPServer.allow_reuse_address = True
            server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Echo)
            server.daemon_threads = True
            print(server.server_address[1], flush=True)
            server.serve_forever()
            """
        let server = try Peers.python(script)
        let port = try #require(try await server.nextLine().flatMap { Int($0) })
        return (server, port)
    }

    /// A client that sends what it reads, and prints the answers, or how the connection ended.
    private func client(_ port: Int) throws -> ExternalProcess {
        let script = """
            import socket, sys
            try:
                connection = socket.create_connection(("127.0.0.1", int(sys.argv[1])), timeout=20)
                answers = connection.makefile()
                for line in sys.stdin:
                    connection.sendall(line.encode())
                    answer = answers.readline()
                    print(answer.strip() or "end", flush=True)
            except OSError as error:
                print("broken", flush=True)
            """
        return try Peers.python(script, ["\(port)"])
    }

    @Test("it carries, freezes, goes on, is cut, and carries the next")
    func weather() async throws {
        let (server, port) = try await echo()
        let proxy = try TCPProxy(to: "127.0.0.1", port: port)
        let first = try client(proxy.port)
        try await first.send("one")
        #expect(try await first.nextLine() == "one")
        proxy.freeze()
        try await first.send("two")
        await #expect(throws: FixtureError.self) { try await first.nextLine(within: .milliseconds(300)) }
        proxy.restore()
        #expect(try await first.nextLine() == "two")
        proxy.cut()
        try await first.send("three")
        let end = try await first.nextLine()
        #expect(end == "broken" || end == "end")
        let refused = try client(proxy.port)
        try await refused.send("four")
        let answer = try await refused.nextLine()
        #expect(answer == "broken" || answer == "end")
        proxy.restore()
        let last = try client(proxy.port)
        try await last.send("five")
        #expect(try await last.nextLine() == "five")
        #expect(proxy.connectionCount == 2)
        proxy.close()
        server.kill()
    }

    @Test("slow is slow, and whole")
    func slow() async throws {
        let (server, port) = try await echo()
        let proxy = try TCPProxy(to: "127.0.0.1", port: port)
        proxy.slowDown(bytesPerSecond: 20_000)
        let peer = try client(proxy.port)
        let text = String(repeating: "x", count: 8_000)
        let started = ContinuousClock.now
        try await peer.send(text)
        #expect(try await peer.nextLine() == text)
        // 8,000 bytes there, and as many back behind the first of them.
        #expect(ContinuousClock.now - started > .milliseconds(350))
        proxy.close()
        server.kill()
    }
}
