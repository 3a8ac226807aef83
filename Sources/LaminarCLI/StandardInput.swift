#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// What can't be read.
struct InputError: Error, CustomStringConvertible {
    let description: String
}

/// Standard input, read so that a signal can end the waiting.
enum StandardInput {
    static var isTerminal: Bool { isatty(0) == 1 }

    /// Everything up to the end.
    ///
    /// - Throws: `CancellationError` when the task is cancelled meanwhile, ``InputError``.
    static func readAll() throws -> [UInt8] {
        var bytes: [UInt8] = []
        while try read(into: &bytes) {}
        return bytes
    }

    /// Everything up to the end, as text.
    ///
    /// - Throws: as ``readAll()``, also where it isn't UTF-8.
    static func text() throws -> String {
        guard let text = String(validating: try readAll(), as: UTF8.self) else {
            throw InputError(description: "Standard input isn't UTF-8 text.")
        }
        return text
    }

    /// Appends what is there, waiting for it.
    ///
    /// - Returns: false at the end.
    static func read(into bytes: inout [UInt8]) throws -> Bool {
        var request = pollfd(fd: 0, events: Int16(POLLIN), revents: 0)
        while poll(&request, 1, 100) == 0 { try Task.checkCancellation() }
        var block = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            try Task.checkCancellation()
            let count = block.withUnsafeMutableBytes { read_(0, $0.baseAddress, $0.count) }
            if count > 0 {
                bytes.append(contentsOf: block[..<count])
                return true
            }
            if count == 0 { return false }
            guard errno == EINTR else {
                throw InputError(description: "Standard input can't be read: \(String(cString: strerror(errno))).")
            }
        }
    }

    /// The system's call, whose name is taken in here.
    private static func read_(_ descriptor: Int32, _ start: UnsafeMutableRawPointer?, _ count: Int) -> Int {
        #if canImport(Glibc)
            Glibc.read(descriptor, start, count)
        #elseif canImport(Musl)
            Musl.read(descriptor, start, count)
        #else
            Darwin.read(descriptor, start, count)
        #endif
    }
}
