internal import CRdKafka
import LaminarCore
import Synchronization

/// Looks a client's secrets up again whenever a connection was lost or refused, so that a rotated one counts at the next
/// reconnect.
///
/// User and password reach a living client (`rd_kafka_sasl_set_credentials`, where the library has it). Certificates and
/// keys are read when a client is made: where these have changed, whoever owns the client is told to make a new one.
final class SecretRotation: Sendable {
    private struct State {
        var inUse: ClientMaterial
        var isLooking = false
        var isWanted = false
        var isClosed = false
        var isStale = false
    }

    private let identity: ClientIdentity
    private let client: ClientReference
    private let log: any LogSink
    private let onStale: @Sendable (ClientProperties) -> Void
    private let state: Mutex<State>

    init(
        _ identity: ClientIdentity, _ properties: ClientProperties, of client: ClientReference, log: any LogSink,
        onStale: @escaping @Sendable (ClientProperties) -> Void
    ) {
        self.identity = identity
        self.client = client
        self.log = log
        self.onStale = onStale
        state = Mutex(State(inUse: ClientMaterial(properties)))
    }

    func close() { state.withLock { $0.isClosed = true } }

    /// Looks in the background; asked for again meanwhile, once more afterwards.
    func look() {
        let begins = state.withLock { state in
            state.isWanted = true
            guard !state.isLooking, !state.isClosed, !state.isStale else { return false }
            state.isLooking = true
            return true
        }
        if begins { Task { await lookWhileWanted() } }
    }

    private func lookWhileWanted() async {
        while takeWish() {
            var found = ClientProperties()
            do { try await found.apply(identity.security, secrets: identity.secrets) } catch {
                // Where a secret can't be had just now, the client goes on with the one it has.
                log.log(.info, ["component": "secrets"], "Secrets can't be looked up again: \(error)")
                continue
            }
            await adopt(found)
        }
    }

    private func takeWish() -> Bool {
        state.withLock { state in
            guard state.isWanted, !state.isClosed, !state.isStale else {
                state.isLooking = false
                return false
            }
            state.isWanted = false
            return true
        }
    }

    private func adopt(_ properties: ClientProperties) async {
        let found = ClientMaterial(properties)
        if state.withLock({ $0.inUse.certificates != found.certificates }), await !fits(properties) {
            // Certificate and key are rarely replaced in the same instant: the next look finds both.
            return log.log(.info, ["component": "secrets"], "Certificates or keys have changed and don't fit yet.")
        }
        let old = state.withLock { state in
            defer { state.inUse = found }
            return state.inUse
        }
        if old.certificates != found.certificates { return becomeStale(properties) }
        guard old != found, let user = found.user, let password = found.password else { return }
        let taken = client.use { client in
            user.withUnredacted { user in
                password.withUnredacted { laminar_set_credentials(client, user, $0) }
            }
        }
        switch taken {
        case 0: log.log(.info, ["component": "secrets"], "User or password has changed: the next login uses it.")
        case nil: break
        // A library without the call: a new client uses them.
        default: becomeStale(properties)
        }
    }

    /// Whether a client can be made of certificates and keys.
    private func fits(_ properties: ClientProperties) async -> Bool {
        var properties = properties
        properties.identity = nil
        let trial = properties
        let nobody = Nobody()
        let client = try? await ClientThread.run("laminar-trial") { () throws(KafkaError) in
            try ClientHandle(
                .producer, properties: trial, callbacks: ClientCallbacks(log: SilentLogSink(), delegate: nobody))
        }
        withExtendedLifetime(nobody) {}
        return client != nil
    }

    private final class Nobody: ClientDelegate {
        func clientFailed(_ response: rd_kafka_resp_err_t, _ reason: String) {}
    }

    private func becomeStale(_ properties: ClientProperties) {
        state.withLock { $0.isStale = true }
        log.log(
            .info, ["component": "secrets"],
            "Certificates, keys or passwords have changed: a new client "
                + "uses them.")
        onStale(properties)
    }
}

extension SecretRotation: RequestObserver {
    func connection(to broker: Int32, is state: String) { if state == "DOWN" { look() } }
}

/// What a client was made with and may change under it.
struct ClientMaterial: Sendable, Equatable {
    private(set) var user: Secret?
    private(set) var password: Secret?
    /// Texts of certificates and keys and their passwords, and what is in the files.
    private(set) var certificates: [String: Secret] = [:]

    init(_ properties: ClientProperties) {
        for entry in properties.entries {
            switch entry.name {
            case "sasl.username": user = entry.value
            case "sasl.password": password = entry.value
            case let name where name.hasPrefix("ssl.") && name.hasSuffix(".location"):
                let path = entry.value.withUnredacted { $0 }
                certificates[name] = Secret(SmallFile.text(path) ?? "")
            case "ssl.ca.pem", "ssl.certificate.pem", "ssl.key.pem", "ssl.key.password", "ssl.keystore.password":
                certificates[entry.name] = entry.value
            default: break
            }
        }
    }
}
