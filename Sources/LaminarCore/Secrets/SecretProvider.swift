#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Where `${secret:name}` finds its value.
///
///     let laminar = try await Laminar(database: .file("laminar.db"), secrets: .closure { name in try await vault[name] })
///
/// A provider is asked when a client connects, never when a statement is parsed or stored, so that a rotated secret
/// takes effect at the next connection.
public protocol SecretProvider: Sendable {
    /// The secret of that name, or nil where this provider doesn't know it.
    ///
    /// - Throws: what the provider's source throws; the error must not hold the secret.
    func secret(named name: String) async throws -> Secret?
}

/// Reads secrets from environment variables: the name as written, else in upper case with `-` and `.` as `_`.
public struct EnvironmentSecretProvider: SecretProvider {
    private let variables: [String: String]

    /// Reads the process's own environment, as it is now.
    public init() {
        self.init(variables: ProcessInfo.processInfo.environment)
    }

    /// - Parameter variables: taken instead of the process's environment.
    public init(variables: [String: String]) {
        self.variables = variables
    }

    /// The variable `name`, else `NAME_IN_UPPER_CASE`.
    public func secret(named name: String) async throws -> Secret? {
        let shouted = String(name.uppercased().map { $0 == "-" || $0 == "." ? "_" : $0 })
        return (variables[name] ?? variables[shouted]).map { Secret($0) }
    }
}

/// Reads secrets from files of a folder, one a secret, as Docker and Kubernetes mount them.
///
/// One newline at the end of a file isn't part of the secret. A name that would leave the folder (`/`, `..`) is
/// treated as unknown.
public struct FolderSecretProvider: SecretProvider {
    private let folder: String

    /// - Parameter folder: `/run/secrets` is where Docker mounts them.
    public init(folder: String = "/run/secrets") {
        self.folder = folder
    }

    /// The content of the file `name`, nil where there is none.
    ///
    /// - Throws: ``SecretError`` with code `unreadable` when the file exists and can't be read as UTF-8 text.
    public func secret(named name: String) async throws -> Secret? {
        guard !name.isEmpty, !name.hasPrefix("."), !name.contains("/"), !name.contains("\0") else { return nil }
        let path = folder + "/" + name
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        guard let data = FileManager.default.contents(atPath: path), var text = String(validating: data, as: UTF8.self)
        else {
            throw SecretError(
                code: .unreadable, message: "Secret \(name): the file \(path) can't be read as UTF-8 text.")
        }
        if text.hasSuffix("\r\n") || text.hasSuffix("\n") { text.removeLast() }
        return Secret(text)
    }
}

/// A secret from the host's own source.
public struct ClosureSecretProvider: SecretProvider {
    private let body: @Sendable (String) async throws -> Secret?

    /// - Parameter body: takes a name, returns nil where it is unknown.
    public init(_ body: @escaping @Sendable (String) async throws -> Secret?) {
        self.body = body
    }

    /// What the closure returns.
    public func secret(named name: String) async throws -> Secret? {
        try await body(name)
    }
}

/// Asks several providers in order; the first that knows a name answers.
public struct SecretProviderChain: SecretProvider {
    private let providers: [any SecretProvider]

    /// - Parameter providers: asked in this order.
    public init(_ providers: [any SecretProvider]) {
        self.providers = providers
    }

    /// The first answer that isn't nil.
    public func secret(named name: String) async throws -> Secret? {
        for provider in providers {
            if let secret = try await provider.secret(named: name) { return secret }
        }
        return nil
    }
}

extension SecretProvider where Self == SecretProviderChain {
    /// The default: an environment variable, then a file of that name in `$LAMINAR_SECRETS`, else in `/run/secrets`.
    public static var standard: SecretProviderChain {
        let folder = ProcessInfo.processInfo.environment["LAMINAR_SECRETS"] ?? "/run/secrets"
        return SecretProviderChain([EnvironmentSecretProvider(), FolderSecretProvider(folder: folder)])
    }
}

extension SecretProvider where Self == ClosureSecretProvider {
    /// A provider made of a closure.
    public static func closure(
        _ body: @escaping @Sendable (String) async throws -> Secret?
    ) -> ClosureSecretProvider {
        ClosureSecretProvider(body)
    }
}
