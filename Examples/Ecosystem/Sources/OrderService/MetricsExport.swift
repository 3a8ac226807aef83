import LaminarEcosystem
import ServiceLifecycle

/// Copies Laminar's metrics to swift-metrics as long as the service runs, and once more at its end.
struct MetricsExport: Service {
    let recorder: SwiftMetricsRecorder

    func run() async throws {
        try? await cancelWhenGracefulShutdown { try await recorder.run() }
    }
}
