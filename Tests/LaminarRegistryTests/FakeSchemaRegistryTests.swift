import Foundation
import LaminarHTTP
import LaminarTesting
import Testing

@Suite struct FakeSchemaRegistryTests {
    struct Exchange: Decodable {
        let method: String
        let path: String
        let request_headers: [String: String]
        let request_body: String?
        let status: Int
        let response_content_type: String
        let response_body: String
    }

    struct Posted: Decodable {
        struct Reference: Decodable { let name: String }
        let schema: String
        let references: [Reference]?
    }
    struct Shown: Decodable { let schema: String }
    struct Registered: Decodable { let id: Int }
    struct Fault: Decodable {
        let error_code: Int
        let message: String
    }

    /// How the real registry printed the schema of an id.
    private static func printed(_ id: Int, in exchanges: ArraySlice<Exchange>) -> String? {
        for exchange in exchanges where exchange.status == 200 {
            guard exchange.path == "/schemas/ids/\(id)" || exchange.response_body.contains("\"id\":\(id),") else {
                continue
            }
            let shown = try? JSONDecoder().decode(Shown.self, from: Data(exchange.response_body.utf8))
            if let shown { return shown.schema }
        }
        return nil
    }

    @Test("a hundred requests to a real registry, in order, get the answers that it gave") func replay() async throws {
        let exchanges = try Vectors.decode([Exchange].self, "schema_registry_http.json")
        #expect(exchanges.count == 100)
        let registry = try FakeSchemaRegistry()
        let decoder = JSONDecoder()
        // What only the real registry's compilers know: which texts they refuse, and how they print Protobuf.
        for (index, exchange) in exchanges.enumerated() where exchange.path.hasSuffix("/versions") {
            guard let body = exchange.request_body,
                let posted = try? decoder.decode(Posted.self, from: Data(body.utf8))
            else { continue }
            let subject = exchange.path.split(separator: "/")[1].removingPercentEncoding
            func judge(_ verdict: FakeSchemaRegistry.Verdict) {
                registry.judge(
                    posted.schema, under: subject, isReferring: posted.references?.isEmpty == false, verdict)
            }
            let fault = try? decoder.decode(Fault.self, from: Data(exchange.response_body.utf8))
            if let fault, fault.error_code == 409 {
                judge(.incompatible(message: fault.message))
            } else if let fault, exchange.status == 422, fault.error_code != 422,
                !fault.message.contains("refs [{name='x'")
            {
                judge(.invalid(code: fault.error_code, message: fault.message))
            } else if exchange.status == 200, body.contains(#""PROTOBUF""#) {
                let id = try decoder.decode(Registered.self, from: Data(exchange.response_body.utf8)).id
                if let text = Self.printed(id, in: exchanges[index...]) { judge(.stored(as: text)) }
            }
        }
        let client = try HTTPClient()
        for (index, exchange) in exchanges.enumerated() {
            let response = try await client.send(
                HTTPRequest(
                    try #require(HTTPRequest.Method(rawValue: exchange.method)), registry.url + exchange.path,
                    headers: exchange.request_headers.map { ($0.key, $0.value) },
                    body: exchange.request_body.map { Array($0.utf8) }))
            let what = "\(index): \(exchange.method) \(exchange.path)"
            #expect(response.status == exchange.status, "\(what)")
            #expect(response.header("Content-Type") == exchange.response_content_type, "\(what)")
            #expect(String(decoding: response.body, as: UTF8.self) == exchange.response_body, "\(what)")
        }
        #expect(registry.connections == 1)
    }
}
