import Foundation

/// A program that is killed at random moments and started again: the proof of whatever must survive that.
///
///     let victim = CrashVictim(CrashVictim.beside("shop-importer"), ["--database", path])
///     for _ in 0..<200 { try await victim.live(using: &random) { $0.hasPrefix("stored") } }     // and dies
///     let survivor = try victim.start()                                                         // to the end
///
/// The program tells of its progress by lines on standard output. SIGKILL hits it wherever it stands: at its start, in
/// the middle of a transaction, between a commit and its answer.
public struct CrashVictim: Sendable {
    /// The program's path.
    public let executable: String
    /// What it is started with.
    public let arguments: [String]
    /// What one life may last until its first line of progress.
    public var patience = Duration.seconds(60)

    /// - Parameters:
    ///   - executable: a path, or a name that is looked up in `PATH`.
    ///   - arguments: what it is started with, every time.
    public init(_ executable: String, _ arguments: [String]) {
        self.executable = executable
        self.arguments = arguments
    }

    /// The path of an executable that is built with the tests, beside them.
    public static func beside(_ name: String) -> String {
        URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent().appending(path: name)
            .path(percentEncoded: false)
    }

    /// Starts it, to be ended by the caller.
    ///
    /// - Throws: ``FixtureError`` with code `start`.
    public func start() throws(FixtureError) -> ExternalProcess { try ExternalProcess(executable, arguments) }

    /// One life: starts the program and kills it at a random moment. Every fourth dies within two seconds of its start,
    /// wherever it is by then; the others after one to twelve lines of progress, and a random part of `interval` more.
    ///
    /// - Parameters:
    ///   - random: where the moments come from; keep its seed to see a failure again.
    ///   - interval: about the time between two lines of progress.
    ///   - isProgress: which lines are.
    /// - Returns: how many lines of progress there were.
    /// - Throws: ``FixtureError`` with code `process` when it ends by itself, or makes no progress, with its standard
    ///   error.
    @discardableResult
    public func live<Random: RandomNumberGenerator>(
        using random: inout Random, interval: Duration = .milliseconds(20),
        where isProgress: @escaping @Sendable (String) -> Bool
    ) async throws -> Int {
        let isBrief = UInt8.random(in: 0..<4, using: &random) == 0
        let lines = isBrief ? 0 : Int.random(in: 1...12, using: &random)
        let more = (isBrief ? .seconds(2) : interval) * Double.random(in: 0...1, using: &random)
        let program = try start()
        for _ in 0..<lines { _ = try await program.line(within: patience, where: isProgress) }
        try await Task.sleep(for: more)
        program.kill()
        let end = try await program.result(within: .seconds(30))
        guard end.status == -9 else {
            throw FixtureError(
                code: .process,
                message: "\(executable) ended by itself, with status \(end.status): \(end.errors.suffix(1000))")
        }
        return end.output.split(separator: "\n").count { isProgress(String($0)) }
    }
}

/// Random numbers that a seed repeats.
public struct SeededRandom: RandomNumberGenerator, Sendable {
    /// What makes the same numbers again.
    public let seed: UInt64
    private var state: UInt64

    /// - Parameter seed: nil takes `$LAMINAR_SEED`, else another one every time.
    public init(seed: UInt64? = nil) {
        let given = ProcessInfo.processInfo.environment["LAMINAR_SEED"].flatMap { UInt64($0) }
        self.seed = seed ?? given ?? UInt64.random(in: 1..<1_000_000_000)
        state = self.seed
    }

    /// SplitMix64.
    public mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}
