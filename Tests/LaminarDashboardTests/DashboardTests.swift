import Foundation
import LaminarCore
import LaminarDashboard
import LaminarHTTP
import LaminarKafka
import LaminarTesting
import Testing

@Suite("The dashboard over HTTP", .timeLimit(.minutes(5)))
struct DashboardTests {
    private struct Order: Codable, Sendable { var id: Int64 }

    private func dashboard<Result>(
        _ options: Dashboard.Options = Dashboard.Options(interval: .milliseconds(500)),
        _ body: (Dashboard, Laminar, HTTPClient) async throws -> Result
    ) async throws -> Result {
        let client = try HTTPClient()
        return try await withLaminar(database: .inMemory, metrics: MetricsRegistry()) { laminar in
            let dashboard = try await Dashboard.start(for: laminar, on: "127.0.0.1:0", options: options)
            return try await body(dashboard, laminar, client)
        }
    }

    private func get(
        _ client: HTTPClient, _ url: String, host: String? = nil, method: HTTPRequest.Method = .get
    ) async throws -> (status: Int, text: String, response: HTTPResponse) {
        let response = try await client.send(
            HTTPRequest(method, url, headers: host.map { [("Host", $0)] } ?? []))
        return (response.status, String(decoding: response.body, as: UTF8.self), response)
    }

    @Test(
        "every path has its type, and nothing may be loaded from elsewhere",
        arguments: [
            ("/", "text/html"), ("/app.js", "text/javascript"), ("/style.css", "text/css"),
            ("/icon.svg", "image/svg+xml"),
            ("/status.json", "application/json"), ("/metrics", "text/plain; version=0.0.4"),
            ("/health/live", "application/json"), ("/health/ready", "application/json"),
        ])
    func paths(path: String, type: String) async throws {
        try await dashboard { dashboard, _, client in
            let (status, _, response) = try await get(client, dashboard.url + path)
            #expect(status == 200)
            #expect(response.header("Content-Type")?.hasPrefix(type) == true)
            let policy = try #require(response.header("Content-Security-Policy"))
            #expect(policy.hasPrefix("default-src 'none'; script-src 'self'; style-src 'self'"))
            #expect(!policy.contains("unsafe"))
            #expect(response.header("X-Content-Type-Options") == "nosniff")
            #expect(response.header("Cache-Control") == "no-store")
            #expect(response.header("Access-Control-Allow-Origin") == nil)
        }
    }

    @Test("the page holds no address but its own, no inline script and no inline style") func page() async throws {
        try await dashboard { dashboard, _, client in
            for path in ["/", "/app.js", "/style.css"] {
                let text = try await get(client, dashboard.url + path).text
                let foreign = text.replacingOccurrences(of: "http://www.w3.org/2000/svg", with: "")
                #expect(!foreign.contains("http://") && !foreign.contains("https://") && !foreign.contains("//cdn"))
                #expect(!text.contains("innerHTML") && !text.contains("eval("))
            }
            let page = try await get(client, dashboard.url + "/").text
            #expect(!page.contains("<style") && !page.contains("style=") && !page.contains("onclick"))
            #expect(page.matches(of: /<script/).count == 1)
        }
    }

    @Test("other methods and other paths are refused") func refusals() async throws {
        try await dashboard { dashboard, _, client in
            for method in [HTTPRequest.Method.post, .put, .delete] {
                let (status, _, response) = try await get(client, dashboard.url + "/metrics", method: method)
                #expect(status == 405)
                #expect(response.header("Allow") == "GET, HEAD")
            }
            for path in ["/nothing", "/../etc/passwd", "/%2e%2e/", "//", "/metrics/"] {
                #expect(try await get(client, dashboard.url + path).status == 404)
            }
        }
    }

    @Test("a page under another name can't read it, a proxy's name that is allowed can") func rebinding() async throws {
        let options = Dashboard.Options(allowedHosts: ["status.internal"])
        try await dashboard(options) { dashboard, _, client in
            for host in ["evil.example", "evil.example:9404", "127.0.0.1.evil.example"] {
                let (status, text, _) = try await get(client, dashboard.url + "/status.json", host: host)
                #expect(status == 403)
                #expect(text.contains("allowedHosts"))
            }
            for host in ["localhost:9404", "127.0.0.1", "[::1]:1", "status.internal"] {
                #expect(try await get(client, dashboard.url + "/status.json", host: host).status == 200)
            }
        }
    }

    @Test("it isn't served to other machines unasked, and a taken port is named") func addresses() async throws {
        try await dashboard { dashboard, laminar, _ in
            let remote = await #expect(throws: DashboardError.self) {
                try await Dashboard.start(for: laminar, on: "0.0.0.0:0")
            }
            #expect(remote?.code == .remote)
            let taken = await #expect(throws: DashboardError.self) {
                try await Dashboard.start(for: laminar, on: dashboard.address)
            }
            #expect(taken?.code == .taken)
            #expect(taken?.message.contains(dashboard.address) == true)
            let other = try await Dashboard.start(
                for: laminar, on: "0.0.0.0:0", options: Dashboard.Options(allowsRemote: true))
            #expect(other.address.hasPrefix("0.0.0.0:"))
            await other.close()
        }
    }

    @Test("IPv6 loopback is served where the machine has it") func version6() async throws {
        try await dashboard { _, laminar, client in
            let dashboard: Dashboard
            do { dashboard = try await Dashboard.start(for: laminar, on: "[::1]:0") } catch let error as DashboardError
            {
                // A machine without IPv6 says so in the same way as for a taken port.
                #expect(error.code == .taken)
                return
            }
            #expect(try await get(client, dashboard.url + "/health/live").status == 200)
        }
    }

    @Test("promtool finds nothing wrong with the metrics of sources, sinks and hosts") func promtool() async throws {
        let kafka = try await KafkaFixture.shared
        let topic = try await kafka.createTopic("prom", partitions: 2)
        let target = try await kafka.createTopic("prom-out", partitions: 1)
        try await kafka.produce((0..<100).map { TestRecord(value: $0 == 50 ? "{" : "{\"id\": \($0)}") }, to: topic)
        try await dashboard { dashboard, laminar, client in
            try await laminar.execute(
                #"""
                CREATE CONNECTION "odd \ ""name"" x" TO kafka (bootstrap_servers = '\#(kafka.bootstrapServers)', topic = '\#(topic)',
                    type = 'source', format = 'json', bad_data = 'skip', 'commit.interval.ms' = '50',
                    'statistics.interval.ms' = '100');
                CREATE TABLE orders (id BIGINT NOT NULL) WITH (connector = 'odd \ "name" x');
                CREATE CONNECTION out TO kafka (bootstrap_servers = '\#(kafka.bootstrapServers)', topic = '\#(target)',
                    type = 'sink', format = 'json');
                CREATE TABLE copies (id BIGINT NOT NULL) WITH (connector = 'out');
                """#)
            laminar.metrics.gauge(MetricDefinition(gauge: "shop_depth", "The host's own.", labels: ["queue"]), "a").set(
                1.5)
            let sink = try await laminar.sink("copies", of: Order.self)
            let source = try laminar.source("orders", as: Order.self)
            let reading = Task { for try await order in source { try await sink.enqueue(order) } }
            while laminar.metrics.value(.sinkRecords) != 99 || laminar.metrics.value(.sourceLag) != 0
                || laminar.metrics.value(.commitSeconds) ?? 0 == 0
            {
                try await Task.sleep(for: .milliseconds(20))
            }
            let text = try await get(client, dashboard.url + "/metrics").text
            let tool = try ExternalProcess("bash", [Self.path("scripts/promtool"), "check", "metrics"])
            try await tool.send(text)
            let verdict = try await tool.result()
            if verdict.status == 127 {
                UnexercisedPromises.note("promtool checks the metrics (it could not be had)")
            } else {
                #expect(verdict.status == 0, "\(verdict.errors)\(verdict.output)")
                #expect(verdict.output + verdict.errors == "")
            }
            #expect(text.contains(#"laminar_source_records_total{source="odd \\ \"name\" x"} 99"#))
            await laminar.shutdown()
            try await reading.value
        }
    }

    @Test("probes answer 200 or 503 with the reasons, and shutting down closes it last") func probes() async throws {
        let kafka = try await KafkaFixture.shared
        let topic = try await kafka.createTopic("probes", partitions: 1)
        try await dashboard { dashboard, laminar, client in
            #expect(try await get(client, dashboard.url + "/health/ready").status == 200)
            try await laminar.execute(
                """
                CREATE CONNECTION shop TO kafka (bootstrap_servers = '\(kafka.bootstrapServers)', topic = '\(topic)',
                    type = 'source', format = 'json');
                CREATE TABLE orders (id BIGINT NOT NULL) WITH (connector = 'shop');
                """)
            let source = try laminar.source("orders", as: Order.self)
            let starting = try await get(client, dashboard.url + "/health/ready")
            #expect(starting.status == 503)
            #expect(starting.text == #"{"ok":false,"reasons":["Source shop (table orders) is starting."]}"#)
            #expect(try await get(client, dashboard.url + "/health/live").status == 200)
            let reading = Task { for try await _ in source {} }
            while try await get(client, dashboard.url + "/health/ready").status != 200 {
                try await Task.sleep(for: .milliseconds(20))
            }
            await laminar.shutdown()
            try await reading.value
            await #expect(throws: HTTPError.self) { try await get(client, dashboard.url + "/health/live") }
            await #expect(throws: LaminarError.self) { try await Dashboard.start(for: laminar, on: "127.0.0.1:0") }
        }
    }

    @Test("an open page gets the history and then a status at each turn") func events() async throws {
        try await dashboard { dashboard, _, _ in
            let page = try ExternalProcess("curl", ["-sN", "--max-time", "60", dashboard.url + "/events"])
            #expect(try await page.nextLine() == "event: opening")
            let opening = try #require(try await page.nextLine())
            let object = try JSONSerialization.jsonObject(with: Data(opening.dropFirst("data: ".count).utf8))
            #expect((object as? [String: Any])?["interval"] as? Double == 0.5)
            for _ in 0..<2 {
                _ = try await page.line { $0 == "event: status" }
                let data = try #require(try await page.nextLine())
                #expect(data.hasPrefix("data: {") && data.contains("\"isReady\":true"))
            }
            await dashboard.close()
            #expect(try await page.result().status != 28, "the stream ends with the dashboard, not by the time-out")
        }
    }

    @Test("at most sixteen pages are live, and one that goes makes room") func bounded() async throws {
        try await dashboard { dashboard, _, client in
            var pages: [ExternalProcess] = []
            for _ in 0..<16 {
                let page = try ExternalProcess("curl", ["-sN", "--max-time", "120", dashboard.url + "/events"])
                #expect(try await page.nextLine() == "event: opening")
                pages.append(page)
            }
            #expect(try await get(client, dashboard.url + "/events").status == 503)
            #expect(try await get(client, dashboard.url + "/health/live").status == 200)
            pages.removeLast().kill()
            while true {
                let page = try ExternalProcess("curl", ["-sN", "--max-time", "120", dashboard.url + "/events"])
                if try await page.nextLine() == "event: opening" { break }
            }
        }
    }

    @Test("names are escaped wherever they stand, and no secret and no payload shows") func contents() async throws {
        let kafka = try await KafkaFixture.shared
        let topic = try await kafka.createTopic("secret", partitions: 1)
        try await kafka.produce([TestRecord(value: "{\"id\": \"payload-7f3a\"}", key: "key-7f3a")], to: topic)
        try await dashboard { dashboard, laminar, client in
            try await laminar.execute(
                """
                CREATE CONNECTION "<img src=x onerror=alert(1)>&" TO kafka (
                    bootstrap_servers = '\(kafka.bootstrapServers)', topic = '\(topic)', type = 'source', format = 'json');
                CREATE TABLE "</script><b>" (id BIGINT NOT NULL) WITH (connector = '<img src=x onerror=alert(1)>&');
                """)
            await #expect(throws: DecodeError.self) {
                for try await _ in try laminar.source("</script><b>", as: Order.self) {}
            }
            let page = try await get(client, dashboard.url + "/").text
            #expect(page.contains("&lt;img src=x onerror=alert(1)&gt;&amp; › &lt;/script&gt;&lt;b&gt;"))
            #expect(!page.contains("<img src=x") && !page.contains("</script><b>"))
            for path in ["/", "/status.json", "/metrics", "/health/ready"] {
                let text = try await get(client, dashboard.url + path).text
                #expect(!text.contains("7f3a"), "\(path)")
            }
            let json = try await get(client, dashboard.url + "/status.json").text
            #expect(json.contains("\"state\":\"failed\"") && json.contains("\"outcome\":\"failed\""))
        }
    }

    @Test("sources that were made in code have a page too, which ends with its last reference") func inCode()
        async throws
    {
        let client = try HTTPClient()
        let source = try KafkaSource(
            KafkaSourceConfiguration(
                bootstrapServers: "127.0.0.1:1", subscription: .topics(["orders"]), groupID: "in-code"),
            decoding: .json(Order.self), metrics: MetricsRegistry())
        var page: Dashboard? = try await Dashboard.start(
            showing: ObservedSources { [source.health] }, on: "127.0.0.1:0")
        let url = try #require(page?.url)
        #expect(try await get(client, url + "/status.json").text.contains("\"name\":\"in-code\""))
        #expect(try await get(client, url + "/health/ready").status == 503)
        page = nil
        while (try? await get(client, url + "/health/live")) != nil { try await Task.sleep(for: .milliseconds(20)) }
    }

    private static func path(_ relative: String) -> String {
        URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..").standardizedFileURL
            .appending(path: relative).path(percentEncoded: false)
    }
}
