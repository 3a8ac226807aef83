#if ServiceLifecycle
    public import LaminarKafka
    public import ServiceLifecycle

    /// `Laminar` in a `ServiceGroup`: it runs beside the host's other services and stops with them.
    ///
    ///     let group = ServiceGroup(services: [laminar, server], gracefulShutdownSignals: [.sigterm], logger: logger)
    ///     try await group.run()
    ///
    /// A graceful shutdown closes every open source: what was processed is committed and the groups are left, and only
    /// then does the service end. So does a cancellation.
    extension Laminar: Service {}

    extension Laminar: HostShutdown {
        /// Returns at the group's graceful shutdown, or when the task is cancelled.
        package func awaitHostShutdown() async {
            // Throws only when cancelled, and then there is nothing more to wait for.
            try? await gracefulShutdown()
        }
    }
#endif
