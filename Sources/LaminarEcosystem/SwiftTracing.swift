// The only file that imports swift-distributed-tracing, under the trait SwiftTracing.
// The span sink that opens spans on the bootstrapped `Tracer` stands here; it comes with the spans of batches and of
// commits.

#if SwiftTracing
    internal import Tracing
#endif
