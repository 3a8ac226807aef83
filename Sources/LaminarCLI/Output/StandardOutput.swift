internal import Synchronization

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// Where results go. A reader that went away (`| head`) is ``BrokenPipe``, which ends the command quietly.
protocol TextOutput: AnyObject, Sendable {
    /// Takes a piece of text; it may be kept until ``flush()``.
    func text(_ text: String) throws
    /// Takes bytes that needn't be text; they may be kept until ``flush()``, the memory isn't.
    func bytes(_ bytes: UnsafeRawBufferPointer) throws
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
    private struct State {
        var buffer: [UInt8] = []
        /// What couldn't be written stays so: whoever writes next is told, too.
        var failure: (any Error)?
    }
    private let state = Mutex(State())
    private static let block = 1 << 16

    init(_ descriptor: Int32) { self.descriptor = descriptor }

    func text(_ text: String) throws {
        var text = text
        try text.withUTF8 { try bytes(UnsafeRawBufferPointer($0)) }
    }

    func bytes(_ bytes: UnsafeRawBufferPointer) throws {
        if bytes.count >= Self.block {
            try flush()
            return try writeAll(bytes)
        }
        let isFull = state.withLock { state in
            state.buffer.append(contentsOf: bytes)
            return state.buffer.count >= Self.block
        }
        if isFull { try flush() }
    }

    func flush() throws {
        try state.withLock { state in
            if let failure = state.failure { throw failure }
            defer { state.buffer.removeAll(keepingCapacity: true) }
            do { try state.buffer.withUnsafeBytes { try writeAll($0) } } catch {
                state.failure = error
                throw error
            }
        }
    }

    private func writeAll(_ bytes: UnsafeRawBufferPointer) throws {
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

/// Keeps everything, for tests.
final class CollectedOutput: TextOutput {
    private let kept = Mutex<[UInt8]>([])
    var bytes: [UInt8] { kept.withLock { $0 } }
    /// Everything, as text.
    var all: String { String(decoding: bytes, as: UTF8.self) }
    /// Everything, cut into lines.
    var lines: [String] { all.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init) }
    func text(_ text: String) { kept.withLock { $0.append(contentsOf: text.utf8) } }
    func bytes(_ bytes: UnsafeRawBufferPointer) { kept.withLock { $0.append(contentsOf: bytes) } }
    func flush() {}
}
