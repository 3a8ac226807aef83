/// A host's own way to ask for a graceful stop, which ``Laminar/run()`` heeds beside cancellation and
/// ``Laminar/shutdown()``.
///
/// ``Laminar`` conforms to it where an adapter is linked (service lifecycle, by the trait of that name): the adapter adds
/// the conformance, so that the core imports nothing for it, and `run()` finds it at run time.
package protocol HostShutdown: Sendable {
    /// Returns when the host asks for a stop, or when the task is cancelled.
    func awaitHostShutdown() async
}
