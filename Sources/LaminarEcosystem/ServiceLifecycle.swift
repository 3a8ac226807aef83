#if ServiceLifecycle
    public import LaminarKafka
    public import ServiceLifecycle

    /// `Laminar` in a `ServiceGroup`: it runs beside the host's other services and stops with them.
    ///
    ///     let group = ServiceGroup(
    ///         services: [laminar, server], gracefulShutdownSignals: [.sigterm], logger: logger)
    ///     try await group.run()
    ///
    /// A graceful shutdown closes every open source: what was processed is committed and the groups are left, and only
    /// then does the service end. So does a cancellation.
    extension Laminar: Service {
        /// What a `ServiceGroup` runs, in place of ``Laminar/run()``, which knows of no graceful shutdown.
        ///
        /// - Throws: what ``Laminar/run()`` throws.
        @_implements(Service, run())
        public func runAsService() async throws {
            try await cancelWhenGracefulShutdown { try await self.run() }
        }
    }
#endif
