// The only file that imports swift-metrics, under the trait SwiftMetrics.
// The recorder that copies Laminar's metrics registry into a `MetricsFactory` stands here; it comes with the registry.

#if SwiftMetrics
    internal import Metrics
#endif
