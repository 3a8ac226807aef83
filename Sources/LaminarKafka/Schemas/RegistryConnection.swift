import LaminarAWS
import LaminarCore
import LaminarHTTP
import LaminarRegistry
import Synchronization

extension SchemaRegistryConfiguration {
    /// How payloads name their schemas.
    var framing: PayloadFraming {
        switch self {
        case .confluent: .confluent
        case .glue: .glue
        }
    }

    /// The registry, with its memory of schemas, which is the process's: whoever connects in the same way shares it. Nothing
    /// is contacted yet.
    ///
    /// - Throws: `SecretError`; `HTTPError` where the system has no thread left.
    func connect(secrets: any SecretProvider) async throws -> SchemaRegistry {
        let address = try await RegistryAddress(self, secrets: secrets)
        if let known = RegistryAddress.known.withLock({ $0[address] }) { return known }
        let registry = try address.open()
        return RegistryAddress.known.withLock { known in
            if let other = known[address] { return other }
            if known.count >= RegistryAddress.mostKnown { known.removeAll() }
            known[address] = registry
            return registry
        }
    }
}

/// A registry's configuration with its secrets put in: one that was changed is another address.
private struct RegistryAddress: Hashable {
    static let known = Mutex<[RegistryAddress: SchemaRegistry]>([:])
    static let mostKnown = 64

    let configuration: SchemaRegistryConfiguration
    private var credentials = ConfluentRegistry.Credentials.none
    private var tls = HTTPTLS()

    init(_ configuration: SchemaRegistryConfiguration, secrets: any SecretProvider) async throws {
        self.configuration = configuration
        guard case .confluent(let confluent) = configuration else { return }
        switch confluent.credentials {
        case .none: break
        case .basic(let key, let secret):
            credentials = .basic(
                user: try await key.resolve(with: secrets), password: try await secret.resolve(with: secrets))
        case .bearer(let token): credentials = .bearer(try await token.resolve(with: secrets))
        }
        tls.authorities = try await Self.pem(confluent.trustedCertificates, secrets)
        tls.certificate = try await Self.pem(confluent.certificate, secrets)
        tls.key = try await Self.pem(confluent.key, secrets)
        tls.keyPassword = try await confluent.keyPassword?.resolve(with: secrets)
    }

    func open() throws -> SchemaRegistry {
        let transport = try HTTPClient(HTTPClient.Options(tls: tls))
        switch configuration {
        case .confluent(let confluent):
            return SchemaRegistry(
                ConfluentRegistry(
                    endpoints: confluent.endpoints, credentials: credentials, timeout: confluent.timeout,
                    transport: transport))
        case .glue(let glue):
            let signer = AWSRequestSigner(
                credentials: try AWSCredentialChain(region: glue.region, transport: transport))
            return SchemaRegistry(
                GlueRegistry(GlueRegistry.Options(glue), transport: transport) { request in
                    try await signer.sign(request, service: "glue", region: glue.region)
                })
        }
    }

    private static func pem(_ pem: KafkaSecurity.PEM?, _ secrets: any SecretProvider) async throws -> HTTPTLS.PEM? {
        switch pem {
        case nil: nil
        case .file(let path): .file(path)
        case .text(let text): .text(try await text.resolve(with: secrets))
        }
    }
}

extension GlueRegistry.Options {
    fileprivate init(_ glue: SchemaRegistryConfiguration.Glue) {
        self.init(
            region: glue.region, registryName: glue.registryName, schemaName: glue.schemaName,
            registersSchemas: glue.registersSchemas, compatibility: glue.compatibility.rawValue,
            endpoint: glue.endpoint)
    }
}
