#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif
#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// What the credential chain sees of the world: variables, files, the clock. A test has its own.
///
///     let surroundings = AWSSurroundings(variables: ["AWS_PROFILE": "ci"], file: { path, _ in files[path] }, now: { 0 })
public struct AWSSurroundings: Sendable {
    /// The environment.
    public var variables: [String: String]
    /// A file's bytes; nil where there is none. Throws ``AWSError`` where it is larger than the limit or can't be read.
    public var file: @Sendable (_ path: String, _ limit: Int) throws(AWSError) -> [UInt8]?
    /// Seconds since 1970.
    public var now: @Sendable () -> Double
    /// Between 0 and 1, so that many processes don't renew their credentials at the same instant.
    public var jitter: @Sendable () -> Double

    /// The process's own, unless a test gives others.
    public init(
        variables: [String: String] = AWSSurroundings.processVariables(),
        file: @escaping @Sendable (_ path: String, _ limit: Int) throws(AWSError) -> [UInt8]? = AWSSurroundings
            .contents,
        now: @escaping @Sendable () -> Double = AWSSurroundings.systemTime,
        jitter: @escaping @Sendable () -> Double = { Double.random(in: 0...1) }
    ) {
        self.variables = variables
        self.file = file
        self.now = now
        self.jitter = jitter
    }

    /// A variable that is set to something.
    func variable(_ name: String) -> String? {
        variables[name].flatMap { $0.isEmpty ? nil : $0 }
    }

    /// The process's environment, as it is now.
    public static func processVariables() -> [String: String] { ProcessInfo.processInfo.environment }

    /// The system's clock, in seconds since 1970.
    @Sendable public static func systemTime() -> Double { Date().timeIntervalSince1970 }

    /// Reads a regular file, of at most `limit` bytes.
    ///
    /// - Returns: nil where there is no such file.
    /// - Throws: ``AWSError`` with code `configuration`.
    @Sendable public static func contents(_ path: String, _ limit: Int) throws(AWSError) -> [UInt8]? {
        // Not blocking, for a pipe of that name would wait for its writer.
        let descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else {
            if errno == ENOENT || errno == ENOTDIR { return nil }
            throw AWSError(.configuration, "\(path) can't be read: \(String(cString: strerror(errno))).")
        }
        defer { close(descriptor) }
        var facts = stat()
        guard fstat(descriptor, &facts) == 0, facts.st_mode & S_IFMT == S_IFREG else {
            throw AWSError(.configuration, "\(path) isn't a file.")
        }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 14)
        while true {
            let count = read(descriptor, &chunk, chunk.count)
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else {
                throw AWSError(.configuration, "\(path) can't be read: \(String(cString: strerror(errno))).")
            }
            if count == 0 { return bytes }
            bytes += chunk[..<count]
            guard bytes.count <= limit else {
                throw AWSError(.configuration, "\(path) is larger than \(limit) bytes, which it never should be.")
            }
        }
    }
}
