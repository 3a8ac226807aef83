internal import LaminarKafka
internal import Synchronization

/// Shows on a terminal how far a query has read, once it takes longer than a second, until it is stopped.
///
///     let reading = ReadingProgress(of: rows, tool)
///     defer { reading.stop() }
final class ReadingProgress: Sendable {
    private struct State {
        var line = ReadingLine()
        var isDrawn = false
        var isOver = false
    }
    private let state = Mutex(State())
    private let tool: CommandLineTool
    private let ticks = Mutex<Task<Void, Never>?>(nil)

    private static let patience = Duration.seconds(1)
    private static let interval = Duration.milliseconds(200)

    /// Begins to watch; shows nothing where standard error isn't a terminal.
    init(of rows: QueryRows, _ tool: CommandLineTool) {
        self.tool = tool
        guard let width = tool.errorTerminal.now.width else { return }
        let began = ContinuousClock.now
        ticks.withLock { ticks in
            ticks = Task { [weak self] in
                var wait = Self.patience
                while (try? await Task.sleep(for: wait)) != nil, let self {
                    wait = Self.interval
                    draw(rows.progress, after: ContinuousClock.now - began, width)
                }
            }
        }
    }

    deinit { stop() }

    /// Takes the line away; none is drawn from then on.
    func stop() {
        ticks.withLock { $0 }?.cancel()
        state.withLock { state in
            state.isOver = true
            if state.isDrawn { tool.draw("\r\u{1b}[K") }
            state.isDrawn = false
        }
    }

    private func draw(_ progress: QueryProgress, after elapsed: Duration, _ width: Int) {
        state.withLock { state in
            guard !state.isOver, let text = state.line.text(after: elapsed, progress, width: width) else { return }
            tool.draw("\r\(text)\u{1b}[K")
            state.isDrawn = true
        }
    }
}
