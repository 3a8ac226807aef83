#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// Where results go. A reader that went away (`| head`) is ``BrokenPipe``, which ends the command quietly.
protocol TextOutput: AnyObject {
    /// Takes a piece of text; it may be kept until ``flush()``.
    func text(_ text: String) throws
    /// Hands everything on.
    func flush() throws
}

extension TextOutput {
    /// Takes a line without its end.
    func line(_ text: String) throws { try self.text(text + "\n") }
}

/// Nobody reads any more.
struct BrokenPipe: Error {}

/// The results can't be written: a full disk, say.
struct OutputError: Error, CustomStringConvertible {
    let description: String
}

/// A file descriptor, written in blocks.
final class DescriptorOutput: TextOutput {
    private let descriptor: Int32
    private var buffer: [UInt8] = []

    init(_ descriptor: Int32) { self.descriptor = descriptor }

    func text(_ text: String) throws {
        buffer.append(contentsOf: text.utf8)
        if buffer.count >= 1 << 16 { try flush() }
    }

    func flush() throws {
        defer { buffer.removeAll(keepingCapacity: true) }
        try buffer.withUnsafeBytes { bytes in
            var rest = bytes[...]
            while !rest.isEmpty {
                let written = write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
                if written > 0 {
                    rest = rest.dropFirst(written)
                } else if errno == EPIPE {
                    throw BrokenPipe()
                } else if errno != EINTR {
                    throw OutputError(description: "The results can't be written: \(String(cString: strerror(errno))).")
                }
            }
        }
    }
}

/// Keeps everything, for tests.
final class CollectedOutput: TextOutput {
    private(set) var all = ""
    /// Everything, cut into lines.
    var lines: [String] { all.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init) }
    func text(_ text: String) { all += text }
    func flush() {}
}
