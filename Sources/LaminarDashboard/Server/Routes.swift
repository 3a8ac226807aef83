import LaminarCore
import LaminarKafka

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// A whole response.
struct Answer: Sendable {
    var status: UInt32
    var headers: [(name: String, value: String)]
    var body: [UInt8]

    init(_ status: UInt32, _ type: String, _ body: [UInt8]) {
        self.status = status
        headers = [("Content-Type", type)]
        self.body = body
    }

    static func text(_ status: UInt32, _ text: String) -> Answer {
        Answer(status, "text/plain; charset=utf-8", Array((text + "\n").utf8))
    }

    /// Nothing from elsewhere, nothing inline, in nobody's frame, in no cache.
    static let security: [(name: String, value: String)] = [
        (
            "Content-Security-Policy",
            "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; "
                + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        ),
        ("X-Content-Type-Options", "nosniff"),
        ("X-Frame-Options", "DENY"),
        ("Referrer-Policy", "no-referrer"),
        ("Cross-Origin-Resource-Policy", "same-origin"),
        ("Cross-Origin-Opener-Policy", "same-origin"),
        ("Cache-Control", "no-store"),
    ]
}

/// What is at which path.
struct Routes: Sendable {
    private struct Probe: Encodable {
        let ok: Bool
        let reasons: [String]
    }

    private let history: StatusHistory

    init(_ history: StatusHistory) { self.history = history }

    func answer(_ path: String) -> Answer {
        switch path {
        case "/": return Answer(200, "text/html; charset=utf-8", Array(PageHTML.text(history.status()).utf8))
        case "/app.js": return Answer(200, "text/javascript; charset=utf-8", Array(PageScript.text.utf8))
        case "/style.css": return Answer(200, "text/css; charset=utf-8", Array(PageStyle.text.utf8))
        case "/icon.svg": return Answer(200, "image/svg+xml", Array(PageHTML.icon.utf8))
        case "/status.json": return Answer(200, "application/json", history.statusJSON())
        case "/metrics":
            guard let content = history.content() else { return gone }
            return Answer(200, MetricsRegistry.prometheusContentType, Array(content.metrics.prometheusText().utf8))
        case "/health", "/health/ready": return probe(\.isReady)
        case "/health/live": return probe(\.isLive)
        default: return .text(404, "There is nothing here. The page is at /, metrics at /metrics.")
        }
    }

    private func probe(_ isGood: KeyPath<Health, Bool>) -> Answer {
        guard let health = history.content()?.health else { return gone }
        let ok = health[keyPath: isGood]
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let body = (try? encoder.encode(Probe(ok: ok, reasons: ok ? [] : health.reasons))) ?? Data()
        return Answer(ok ? 200 : 503, "application/json", Array(body))
    }

    private var gone: Answer { .text(503, "What this dashboard showed is gone.") }
}
