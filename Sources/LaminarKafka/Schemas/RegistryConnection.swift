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
    ///
    /// - Parameter metrics: counts what it is asked; registries that count elsewhere are others.
    func connect(
        secrets: any SecretProvider, metrics: MetricsRegistry = .shared
    ) async throws -> SchemaRegistry {
        let address = try await RegistryAddress(self, secrets: secrets, metrics: metrics)
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
    private let meter: Meter

    /// By identity.
    private struct Meter: Hashable {
        let metrics: MetricsRegistry
        static func == (left: Meter, right: Meter) -> Bool { left.metrics === right.metrics }
        func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(metrics)) }
    }

    init(
        _ configuration: SchemaRegistryConfiguration, secrets: any SecretProvider, metrics: MetricsRegistry
    ) async throws {
        self.configuration = configuration
        meter = Meter(metrics: metrics)
        guard case .confluent(let confluent) = configuration else { return }
        switch confluent.credentials {
        case .none: break
        case .basic(let key, let secret):
            credentials = .basic(
                user: try await key.resolve(with: secrets), password: try await secret.resolve(with: secrets))
        case .bearer(let token): credentials = .bearer(try await token.resolve(with: secrets))
        }
        tls.authorities = try await HTTPTLS.PEM(confluent.trustedCertificates, secrets: secrets)
        tls.certificate = try await HTTPTLS.PEM(confluent.certificate, secrets: secrets)
        tls.key = try await HTTPTLS.PEM(confluent.key, secrets: secrets)
        tls.keyPassword = try await confluent.keyPassword?.resolve(with: secrets)
    }

    func open() throws -> SchemaRegistry {
        SchemaRegistry(MeteredRegistry(service: try service(), metrics: meter.metrics))
    }

    private func service() throws -> any SchemaService {
        let transport = try HTTPClient(HTTPClient.Options(tls: tls))
        switch configuration {
        case .confluent(let confluent):
            return ConfluentRegistry(
                endpoints: confluent.endpoints, credentials: credentials, timeout: confluent.timeout,
                transport: transport)
        case .glue(let glue):
            let signer = AWSRequestSigner(
                credentials: try AWSCredentialChain(region: glue.region, transport: transport))
            return GlueRegistry(GlueRegistry.Options(glue), transport: transport) { request in
                try await signer.sign(request, service: "glue", region: glue.region)
            }
        }
    }
}

extension HTTPTLS.PEM {
    /// The same for a web server, with secrets put in; nil for nil.
    init?(_ pem: KafkaSecurity.PEM?, secrets: any SecretProvider) async throws {
        switch pem {
        case nil: return nil
        case .file(let path): self = .file(path)
        case .text(let text): self = .text(try await text.resolve(with: secrets))
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
