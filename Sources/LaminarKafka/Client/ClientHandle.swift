internal import CRdKafka
import LaminarCore
import Synchronization

/// Owner of a librdkafka client: made once, destroyed on a thread of its own after the last user let go.
///
/// Batches retain it, since `rd_kafka_destroy` waits for every message that is still out. librdkafka's handle may be
/// used from any thread, so the one pointer is all that is shared.
final class ClientHandle: Sendable {
    nonisolated(unsafe) let client: OpaquePointer
    /// Frees consumed messages; nil for a producer.
    let reaper: QuietReaper?
    private let callbacks: ClientCallbacks
    private let observers: RequestObservers
    private let reference = ClientReference()
    /// Supplies tokens and rotated secrets; nil where nobody logs in and nothing is encrypted.
    let renewal: CredentialRenewal?
    private let isAbandoned = Atomic<Bool>(false)

    enum Kind {
        case consumer
        case producer
    }

    /// What is made together, or not at all.
    private struct Made {
        let client: OpaquePointer
        let reaper: QuietReaper?
        let observers: RequestObservers
        let renewal: CredentialRenewal?
    }

    /// Blocks for 2 s at most, where the files of a certificate and its key don't fit each other.
    ///
    /// - Throws: ``KafkaError`` with code `client` and librdkafka's own words, or `tls`.
    init(
        _ kind: Kind, properties: ClientProperties, callbacks: ClientCallbacks,
        observers: [any RequestObserver] = []
    ) throws(KafkaError) {
        let reference = reference
        let made = try Self.onceFilesFit(properties) { () throws(KafkaError) in
            try Self.make(kind, properties, callbacks, observers, reference)
        }
        if kind == .consumer { rd_kafka_poll_set_consumer(made.client) }
        client = made.client
        reaper = made.reaper
        renewal = made.renewal
        self.observers = made.observers
        self.callbacks = callbacks
        reference.open(made.client)
        try renewal?.start(made.client)
        try reaper?.start()
    }

    private static func make(
        _ kind: Kind, _ properties: ClientProperties, _ callbacks: ClientCallbacks,
        _ observers: [any RequestObserver], _ reference: ClientReference
    ) throws(KafkaError) -> Made {
        let configuration = rd_kafka_conf_new()
        var text = [CChar](repeating: 0, count: 512)
        var refused: String?
        properties.forEach { name, value in
            if rd_kafka_conf_set(configuration, name, value, &text, text.count) != RD_KAFKA_CONF_OK { refused = name }
        }
        if let refused {
            rd_kafka_conf_destroy(configuration)
            // Not librdkafka's text: it repeats the value, which may be a secret.
            throw KafkaError(code: .client, message: "librdkafka refuses the value of the property \(refused).")
        }
        let renewal = CredentialRenewal(
            properties, of: reference, log: callbacks.log, metrics: callbacks.metrics
        ) { [weak callbacks] in
            callbacks?.clientIsStale($0)
        }
        callbacks.install(on: configuration, kind, properties, renewal)
        let reaper = kind == .consumer ? QuietReaper() : nil
        var all = observers
        if let reaper { all.append(reaper) }
        if let rotation = renewal?.rotation { all.append(rotation) }
        let watchers = RequestObservers(all)
        watchers.install(on: configuration)
        let type = kind == .consumer ? RD_KAFKA_CONSUMER : RD_KAFKA_PRODUCER
        guard let client = rd_kafka_new(type, configuration, &text, text.count) else {
            // librdkafka (seen with 2.0.2) has freed the interceptors' lists already, which the configuration shares: with
            // any in it, destroying it would end the process (a wrong 'ssl.key.password' is enough). Left alone, it
            // costs a few kilobytes for each failure.
            if all.isEmpty { rd_kafka_conf_destroy(configuration) }
            throw .notMade(Self.text(text))
        }
        return Made(client: client, reaper: reaper, observers: watchers, renewal: renewal)
    }

    /// Leaves the client undestroyed for good, where destroying it would end the process
    /// (``MemberLoop``: a member that librdkafka can't free before its first assignment).
    func abandon() { isAbandoned.store(true, ordering: .releasing) }

    deinit {
        renewal?.close()
        reference.close()
        nonisolated(unsafe) let client = client
        let isAbandoned = isAbandoned.load(ordering: .acquiring)
        if isAbandoned {
            // Its callbacks and interceptors may still come, on librdkafka's own threads: whom they call stays for good, the
            // reaper among the observers. The reaper's thread ends all the same; what is told of it afterwards only raises
            // its semaphore.
            _ = Unmanaged.passRetained(callbacks)
            _ = Unmanaged.passRetained(observers)
        }
        let callbacks = callbacks
        let observers = observers
        let destroy: @Sendable () -> Void = {
            if !isAbandoned { rd_kafka_destroy(client) }
            // Kept until librdkafka can no longer call back.
            withExtendedLifetime((callbacks, observers)) {}
        }
        if let reaper {
            reaper.finish(then: destroy)
        } else if (try? ClientThread.start("laminar-destroy", destroy)) == nil {
            destroy()
        }
    }

    private static func text(_ buffer: [CChar]) -> String {
        String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
