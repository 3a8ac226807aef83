import Foundation
import LaminarHTTP
import LaminarTesting
import Testing

@Suite struct HTTPClientTests {
    @Test("method, path, headers and body arrive as they are, and the response comes back whole")
    func exchange() async throws {
        let server = try FakeHTTPServer { request in
            .response(
                201, headers: [("X-Twice", "a"), ("X-Twice", "b")],
                body: Array("\(request.method) \(request.path) ".utf8) + request.body)
        }
        let client = try HTTPClient()
        let response = try await client.send(
            HTTPRequest(
                .put, server.url + "/a%2Fb?c=d%20e",
                headers: [("X-Mine", "1"), ("X-Blank", ""), ("Content-Type", "a/b")],
                body: [0, 1, 255]))
        #expect(response.status == 201)
        #expect(response.headers.filter { $0.name == "X-Twice" }.map(\.value) == ["a", "b"])
        #expect(response.header("x-twice") == "a")
        #expect(response.body == Array("PUT /a%2Fb?c=d%20e ".utf8) + [0, 1, 255])
        let seen = try #require(server.requests.first)
        #expect(seen.header("X-Mine") == "1")
        #expect(seen.header("X-Blank") == "")
        #expect(seen.header("Content-Type") == "a/b")
        #expect(seen.header("Content-Length") == "3")
    }

    @Test("nothing is sent that wasn't asked for", arguments: [HTTPRequest.Method.get, .put, .post, .delete])
    func bodiless(method: HTTPRequest.Method) async throws {
        let server = try FakeHTTPServer { _ in .text(404, "no") }
        let response = try await HTTPClient().send(HTTPRequest(method, server.url))
        #expect(response.status == 404)
        let seen = try #require(server.requests.first)
        #expect(seen.method == method.rawValue)
        #expect(Set(seen.headers.map { $0.name.lowercased() }).isSubset(of: ["host", "accept", "content-length"]))
        #expect(seen.header("Content-Length") == (method == .post || method == .put ? "0" : nil))
    }

    @Test("requests one after the other share a connection") func keepAlive() async throws {
        let server = try FakeHTTPServer { _ in .text(200, "x") }
        let client = try HTTPClient()
        for _ in 0..<20 { _ = try await client.send(HTTPRequest(.get, server.url)) }
        #expect(server.requests.count == 20)
        #expect(server.connections == 1)
    }

    @Test("many requests at once all come back, each with its own answer") func concurrency() async throws {
        let server = try FakeHTTPServer { request in .text(200, request.path) }
        let client = try HTTPClient()
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for number in 0..<100 {
                group.addTask {
                    let response = try await client.send(HTTPRequest(.get, server.url + "/\(number)"))
                    return response.body == Array("/\(number)".utf8)
                }
            }
            for try await isRight in group { #expect(isRight) }
        }
    }

    @Test("a cancelled task ends its transfer at once, and no other") func cancellation() async throws {
        let server = try FakeHTTPServer { request in
            request.path == "/slow" ? .silence(then: .text(200, "late")) : .text(200, "here")
        }
        let client = try HTTPClient()
        let slow = Task { try await client.send(HTTPRequest(.get, server.url + "/slow", timeout: .seconds(600))) }
        let other = Task { try await client.send(HTTPRequest(.get, server.url + "/slow", timeout: .seconds(600))) }
        try await server.awaitRequests(2)
        slow.cancel()
        let error = await #expect(throws: HTTPError.self) { try await slow.value }
        #expect(error?.code == .cancelled)
        #expect(try await client.send(HTTPRequest(.get, server.url)).status == 200)
        server.release()
        #expect(try await other.value.status == 200)
    }

    @Test("a task that is cancelled before it asks sends nothing") func cancelledBefore() async throws {
        let server = try FakeHTTPServer { _ in .text(200, "") }
        let client = try HTTPClient()
        let error = await #expect(throws: HTTPError.self) {
            try await Task {
                withUnsafeCurrentTask { $0?.cancel() }
                return try await client.send(HTTPRequest(.get, server.url))
            }.value
        }
        #expect(error?.code == .cancelled)
        #expect(server.requests.isEmpty)
    }

    @Test("closing ends what is under way, and what comes after") func closing() async throws {
        let server = try FakeHTTPServer { _ in .silence(then: .hangUp) }
        let client = try HTTPClient()
        let waiting = Task { try await client.send(HTTPRequest(.get, server.url, timeout: .seconds(600))) }
        try await server.awaitRequests(1)
        client.close()
        client.close()
        for task in [waiting, Task { try await client.send(HTTPRequest(.get, server.url)) }] {
            let error = await #expect(throws: HTTPError.self) { try await task.value }
            #expect(error?.code == .cancelled)
        }
    }

    @Test("a client that nobody holds any more closes its connections, which is its thread's last act")
    func dropped() async throws {
        let server = try Peers.python(
            #"""
            import socket
            server = socket.create_server(("127.0.0.1", 0))
            print(server.getsockname()[1])
            connection, _ = server.accept()
            connection.recv(65536)
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx")
            print("closed" if connection.recv(1) == b"" else "asked more")
            """#)
        let port = try #require(try await server.nextLine())
        let client = Task { try await HTTPClient().send(HTTPRequest(.get, "http://127.0.0.1:\(port)/")).status }
        #expect(try await client.value == 200)
        #expect(try await server.nextLine() == "closed")
    }

    @Test("requests, cancellations and the end of the client in any order leave nobody waiting") func storm()
        async throws
    {
        let server = try FakeHTTPServer { request in
            request.path.hasSuffix("7") ? .silence(then: .hangUp) : .text(200, "x")
        }
        for _ in 0..<5 {
            let client = try HTTPClient()
            let tasks = (0..<40).map { number in
                Task {
                    _ = try? await client.send(HTTPRequest(.get, server.url + "/\(number)", timeout: .seconds(600)))
                }
            }
            for task in tasks.shuffled().prefix(20) { task.cancel() }
            await tasks[0].value
            client.close()
            for task in tasks { await task.value }
        }
    }

    @Test("a server that says nothing is left after the time-out") func timeout() async throws {
        let server = try FakeHTTPServer { _ in .silence(then: .hangUp) }
        let error = await #expect(throws: HTTPError.self) {
            try await HTTPClient().send(HTTPRequest(.get, server.url + "/?secret=1", timeout: .milliseconds(200)))
        }
        #expect(error?.code == .timeout)
        #expect(error?.isTransient == true)
        #expect(error?.message.contains("http://127.0.0.1:\(server.port)") == true)
        #expect(error?.message.contains("secret") == false)
    }

    @Test("a response above the limit is refused, with its length told or not", arguments: [true, false])
    func tooLarge(cutOff: Bool) async throws {
        let body = [UInt8](repeating: 0x78, count: 3000)
        let server = try FakeHTTPServer { _ in cutOff ? .cutOff(body: body + body) : .response(200, body: body) }
        let client = try HTTPClient(.init(largestResponse: 2999))
        let error = await #expect(throws: HTTPError.self) { try await client.send(HTTPRequest(.get, server.url)) }
        #expect(error?.code == .tooLarge)
        #expect(error?.isTransient == false)
        let whole = try FakeHTTPServer { _ in .response(200, body: body) }
        let exact = try HTTPClient(.init(largestResponse: 3000))
        #expect(try await exact.send(HTTPRequest(.get, whole.url)).body == body)
    }

    static let broken: [FakeHTTPServer.Answer] = [.hangUp, .cutOff(body: [1, 2, 3, 4])]

    @Test("a connection that breaks is an error that may pass", arguments: broken.indices)
    func brokenConnection(index: Int) async throws {
        let server = try FakeHTTPServer { _ in Self.broken[index] }
        let error = await #expect(throws: HTTPError.self) { try await HTTPClient().send(HTTPRequest(.get, server.url)) }
        #expect(error?.code == .connection)
        #expect(error?.isTransient == true)
    }

    @Test("a redirect is a response, and nobody is asked behind its back") func redirect() async throws {
        let target = try FakeHTTPServer { _ in .text(200, "there") }
        let server = try FakeHTTPServer { _ in .redirect(to: target.url) }
        let response = try await HTTPClient().send(HTTPRequest(.get, server.url))
        #expect(response.status == 302)
        #expect(response.header("Location") == target.url)
        #expect(target.requests.isEmpty)
        let follower = try HTTPClient(.init(redirects: 1))
        #expect(try await follower.send(HTTPRequest(.get, server.url)).body == Array("there".utf8))
    }

    @Test(
        "what can't be asked is named without what may be secret",
        arguments: [
            ("ftp://user:pass@127.0.0.1/", HTTPError.Code.badURL), ("file:///etc/passwd", .badURL), ("", .badURL),
            ("http://", .badURL), ("registry:8081\0", .badURL), ("http://user:pass@127.0.0.1:1/", .connection),
            ("http://user:pass@no-such-host.invalid/", .dns),
        ])
    func unreachable(url: String, code: HTTPError.Code) async throws {
        let client = try HTTPClient()
        let error = await #expect(throws: HTTPError.self) { try await client.send(HTTPRequest(.get, url)) }
        #expect(error?.code == code)
        #expect(error?.message.contains("pass") == false)
    }

    @Test(
        "a header can't smuggle another in", arguments: [("A\r\nB", "1"), ("A", "1\r\nB: 2"), ("A:B", "1"), ("", "1")])
    func smuggling(name: String, value: String) async throws {
        let server = try FakeHTTPServer { _ in .text(200, "") }
        let error = await #expect(throws: HTTPError.self) {
            try await HTTPClient().send(HTTPRequest(.get, server.url, headers: [(name, value)]))
        }
        #expect(error?.code == .configuration)
        #expect(server.requests.isEmpty)
    }
}
