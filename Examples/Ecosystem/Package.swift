// swift-tools-version: 6.2
import PackageDescription

// A host as it would stand in a repository of its own: Laminar with its package traits on, beside the packages of Swift's
// server ecosystem. Of Laminar's repository only the path of the dependency is left.

let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

/// GRDB 7 refers to SQLite's snapshots, which Debian's library is built without. A release build drops what nobody calls; a
/// debug build needs the names, and nothing here calls them.
let snapshots: [LinkerSetting] = [
    .unsafeFlags(
        ["open", "get", "free", "cmp", "recover"].flatMap { ["-Xlinker", "--defsym=sqlite3_snapshot_\($0)=0"] },
        .when(platforms: [.linux], configuration: .debug))
]

let package = Package(
    name: "order-service",
    platforms: [.macOS(.v26)],
    dependencies: [
        .package(
            name: "laminar", path: "../..",
            traits: ["SwiftLog", "SwiftMetrics", "SwiftTracing", "ServiceLifecycle", "GRDB", "SwiftProtobuf"]),
        .package(url: "https://github.com/apple/swift-log.git", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-metrics.git", from: "2.5.0"),
        .package(url: "https://github.com/apple/swift-distributed-tracing.git", from: "1.3.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle.git", from: "2.6.0"),
        .package(url: "https://github.com/groue/GRDB.swift.git", from: "7.0.0"),
        .package(url: "https://github.com/apple/swift-protobuf.git", from: "1.28.0"),
    ],
    targets: [
        .executableTarget(
            name: "OrderService",
            dependencies: [
                .product(name: "LaminarKafka", package: "laminar"),
                .product(name: "LaminarEcosystem", package: "laminar"),
                .product(name: "LaminarTesting", package: "laminar"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Metrics", package: "swift-metrics"),
                .product(name: "MetricsTestKit", package: "swift-metrics"),
                .product(name: "Tracing", package: "swift-distributed-tracing"),
                .product(name: "InMemoryTracing", package: "swift-distributed-tracing"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "SwiftProtobuf", package: "swift-protobuf"),
            ],
            resources: [.copy("order.proto")],
            swiftSettings: settings, linkerSettings: snapshots)
    ],
    swiftLanguageModes: [.v6]
)
