#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// What is known about where a stream goes.
struct Terminal: Sendable {
    /// Columns, where the stream is a terminal.
    let width: Int?
    /// Whether text may be coloured: only on a terminal, and never with `NO_COLOR` (https://no-color.org).
    let colour: Bool
    private var descriptor: Int32?

    var isTerminal: Bool { width != nil }

    /// No terminal.
    static let none = Terminal(width: nil, colour: false)

    init(width: Int?, colour: Bool) {
        self.width = width
        self.colour = colour
    }

    /// - Parameters:
    ///   - descriptor: 1 for standard output, 2 for standard error.
    ///   - environment: `NO_COLOR`, `TERM` and `COLUMNS` count.
    init(descriptor: Int32, environment: [String: String]) {
        guard isatty(descriptor) == 1 else {
            self = .none
            return
        }
        width = Self.columns(of: descriptor) ?? environment["COLUMNS"].flatMap { Int($0) } ?? 80
        self.descriptor = descriptor
        colour = environment["NO_COLOR", default: ""].isEmpty && environment["TERM"] != "dumb"
    }

    /// The same as it is now: its window may have another size.
    var now: Terminal {
        guard let descriptor, let width = Self.columns(of: descriptor) else { return self }
        var now = Terminal(width: width, colour: colour)
        now.descriptor = descriptor
        return now
    }

    private static func columns(of descriptor: Int32) -> Int? {
        var size = winsize()
        return ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0 ? Int(size.ws_col) : nil
    }
}
