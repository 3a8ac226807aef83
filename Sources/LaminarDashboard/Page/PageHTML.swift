/// The page before its script runs: a frame, and a table for those without one.
enum PageHTML {
    static let icon = """
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="8" fill="#2563c9"/>\
        <g fill="none" stroke="#fff" stroke-width="3" stroke-linecap="round"><path d="M7 11c6-4 12 4 18 0"/>\
        <path d="M7 16.5c6-4 12 4 18 0"/><path d="M7 22c6-4 12 4 18 0"/></g></svg>
        """

    static func text(_ status: Status) -> String {
        """
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <title>\(escaped(status.title))</title>
        <link rel="icon" href="/icon.svg" type="image/svg+xml">
        <link rel="stylesheet" href="/style.css">
        <script src="/app.js" defer></script>
        </head>
        <body>
        <header class="top">
        <div class="brand"><img src="/icon.svg" alt="" width="28" height="28"><h1>\(escaped(status.title))</h1></div>
        <div class="facts"><span id="state" class="pill">\(status.isReady ? "Ready" : "Not ready")</span>
        <span id="uptime" class="quiet"></span><span id="link" class="quiet" role="status"></span></div>
        </header>
        <main id="main">
        <noscript>
        <p>Without JavaScript this page shows one moment; reload it for another. Numbers for machines are at
        <a href="/metrics">/metrics</a> and <a href="/status.json">/status.json</a>.</p>
        <table><thead><tr><th>Source</th><th>State</th><th>Records</th><th>Lag</th></tr></thead><tbody>
        \(rows(status))
        </tbody></table>
        </noscript>
        </main>
        <footer class="quiet">Laminar \(escaped(status.version)) · <a href="/metrics">metrics</a> ·
        <a href="/health/ready">readiness</a> · <a href="/status.json">JSON</a></footer>
        </body>
        </html>
        """
    }

    private static func rows(_ status: Status) -> String {
        status.sources.map { source in
            let state = source.state + (source.reason.map { ": \($0)" } ?? "")
            return "<tr><td>\(escaped(source.key))</td><td>\(escaped(state))</td><td>\(source.records)</td>"
                + "<td>\(source.lag.map { String($0) } ?? "–")</td></tr>"
        }.joined(separator: "\n")
    }

    /// Text as it may stand anywhere in a document.
    static func escaped(_ text: String) -> String {
        var escaped = ""
        for character in text.unicodeScalars {
            switch character {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            case "'": escaped += "&#39;"
            default: escaped.unicodeScalars.append(character)
            }
        }
        return escaped
    }
}
