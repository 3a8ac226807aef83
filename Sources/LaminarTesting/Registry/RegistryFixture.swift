import Foundation

/// A real schema registry in a process of its own, for the time of a test: Apicurio, which speaks Confluent's protocol.
///
///     guard let registry = try await RegistryFixture.offered(promise: "references are followed") else { return }
///     …                                                          // schema_registry.endpoint = registry.url
///
/// Tests share one, so that subjects need names of their own: ``subject(_:)``. The jar is found in `$APICURIO_LIBS`, else
/// in `../shared/peers/apicurio`; where there is none (or no Java), the promise is noted as not exercised, and the end of
/// `make test` tells of it. It starts in about 4 seconds and ends with this process.
public final class RegistryFixture: Sendable {
    private let keeper: ExternalProcess
    /// What `schema_registry.endpoint` takes; it has a path.
    public let url: String

    /// The one that tests share, or nil where it can't be had.
    ///
    /// - Parameter promise: what the test was to prove.
    /// - Throws: ``FixtureError`` where it is there and doesn't start.
    public static func offered(promise: String) async throws -> RegistryFixture? {
        do {
            return try await SharedRegistry.instance.fixture()
        } catch let error as FixtureError where error.code == .unavailable {
            UnexercisedPromises.note("\(promise) (needs Apicurio, which could not be had)")
            return nil
        }
    }

    /// Starts one of its own.
    ///
    /// - Throws: ``FixtureError`` with code `unavailable` or `start`.
    public static func start() async throws -> RegistryFixture { try await RegistryFixture() }

    private init() async throws {
        keeper = try ExternalProcess(
            name: "Apicurio", launch: ["bash", ProjectFolder.path("scripts/registry"), "serve"], environment: [:],
            endsWithItsInput: true)
        var url: String?
        while let line = try await keeper.nextLine(within: .seconds(120)), line != "ready" {
            if line.hasPrefix("url ") {
                url = String(line.dropFirst("url ".count))
            } else if line.hasPrefix("unavailable") {
                throw FixtureError(code: .unavailable, message: "Apicurio: \(line).")
            } else {
                throw FixtureError(code: .start, message: "Apicurio did not start: \(line)")
            }
        }
        guard let url else {
            throw FixtureError(code: .start, message: "Apicurio did not start: \(keeper.errorsSoFar)")
        }
        self.url = url
    }

    /// Its port on 127.0.0.1.
    public var port: Int { URL(string: url)?.port ?? 0 }
    /// The path behind host and port.
    public var path: String { URL(string: url)?.path ?? "" }

    /// A subject that no other test has.
    public func subject(_ name: String) -> String { "\(name)-\(UUID().uuidString.lowercased().prefix(8))" }

    /// Ends it. Doing it twice is harmless.
    public func stop() async { _ = try? await keeper.result(within: .seconds(30)) }
}

/// The registry that tests share.
private actor SharedRegistry {
    static let instance = SharedRegistry()
    private var starting: Task<RegistryFixture, any Error>?

    func fixture() async throws -> RegistryFixture {
        let start = starting ?? Task { try await RegistryFixture.start() }
        starting = start
        return try await start.value
    }
}
