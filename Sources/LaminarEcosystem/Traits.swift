/// What Laminar's ecosystem traits were when this package was built.
///
///     .package(url: "…/laminar.git", from: "0.1.0", traits: ["SwiftLog", "ServiceLifecycle"])
///
/// Every trait is off by default, and a package whose trait is off is neither resolved nor fetched. Each has one file
/// here, the only one that imports the package:
///
/// | trait | what it brings |
/// |---|---|
/// | `SwiftLog` | `SwiftLogSink`: Laminar's log into a `Logging.Logger` |
/// | `ServiceLifecycle` | `Laminar: Service`, with graceful shutdown |
/// | `SwiftProtobuf` | `.protobuf(Order.self)`: values of any `SwiftProtobuf.Message` |
/// | `GRDB` | `GRDBCheckpointStore`: exactly once into a GRDB database |
/// | `SwiftMetrics` | `SwiftMetricsRecorder`: the metrics into the bootstrapped `MetricsFactory` |
/// | `SwiftTracing` | `SwiftTracingSink`: spans of batches, records and commits on the bootstrapped `Tracer` |
public enum EcosystemTraits {
    /// The names of the traits that are on.
    public static var enabled: [String] {
        var names: [String] = []
        #if SwiftLog
            names.append("SwiftLog")
        #endif
        #if SwiftMetrics
            names.append("SwiftMetrics")
        #endif
        #if SwiftTracing
            names.append("SwiftTracing")
        #endif
        #if ServiceLifecycle
            names.append("ServiceLifecycle")
        #endif
        #if GRDB
            names.append("GRDB")
        #endif
        #if SwiftProtobuf
            names.append("SwiftProtobuf")
        #endif
        return names
    }
}
