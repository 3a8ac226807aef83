// swift-tools-version: 6.2
import PackageDescription

// The default build fetches no Swift package: every outside package is used only under a trait that is off by
// default (SE-0450), and a dependency whose trait is off is neither resolved nor fetched.

let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

let package = Package(
    name: "laminar",
    platforms: [.macOS(.v26)],
    products: [
        .library(name: "LaminarKafka", targets: ["LaminarKafka"]),
        .library(name: "LaminarFormats", targets: ["LaminarFormats"]),
        .library(name: "LaminarSQL", targets: ["LaminarSQL"]),
        .library(name: "LaminarPostgres", targets: ["LaminarPostgres"]),
        .library(name: "LaminarDashboard", targets: ["LaminarDashboard"]),
        .library(name: "LaminarTesting", targets: ["LaminarTesting"]),
        .library(name: "LaminarEcosystem", targets: ["LaminarEcosystem"]),
        .executable(name: "laminar", targets: ["LaminarCLI"]),
        .library(name: "ArrowExport", type: .dynamic, targets: ["ArrowExport"]),
    ],
    traits: [
        .trait(name: "SwiftLog", description: "Laminar's log goes to swift-log."),
        .trait(name: "SwiftMetrics", description: "Laminar's metrics go to swift-metrics."),
        .trait(name: "SwiftTracing", description: "Laminar's spans go to swift-distributed-tracing."),
        .trait(name: "ServiceLifecycle", description: "`Laminar` is a `Service` of swift-service-lifecycle."),
        .trait(name: "GRDB", description: "A checkpoint inside the transaction of a GRDB `DatabaseWriter`."),
        .trait(name: "SwiftProtobuf", description: "Records decode into any `SwiftProtobuf.Message`."),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-log.git", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-metrics.git", from: "2.5.0"),
        .package(url: "https://github.com/apple/swift-distributed-tracing.git", from: "1.1.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle.git", from: "2.6.0"),
        .package(url: "https://github.com/groue/GRDB.swift.git", from: "7.0.0"),
        .package(url: "https://github.com/apple/swift-protobuf.git", from: "1.28.0"),
    ],
    targets: [
        .systemLibrary(
            name: "CRdKafka", path: "Sources/C/CRdKafka", pkgConfig: "rdkafka",
            providers: [.apt(["librdkafka-dev"]), .brew(["librdkafka"])]),
        .systemLibrary(
            name: "CSQLite", path: "Sources/C/CSQLite", pkgConfig: "sqlite3",
            providers: [.apt(["libsqlite3-dev"]), .brew(["sqlite3"])]),
        .systemLibrary(
            name: "CPostgres", path: "Sources/C/CPostgres", pkgConfig: "libpq",
            providers: [.apt(["libpq-dev"]), .brew(["libpq"])]),
        .systemLibrary(
            name: "CAvro", path: "Sources/C/CAvro", pkgConfig: "avro-c",
            providers: [.apt(["libavro-dev"]), .brew(["avro-c"])]),
        .systemLibrary(
            name: "CProtobufC", path: "Sources/C/CProtobufC", pkgConfig: "libprotobuf-c",
            providers: [.apt(["libprotobuf-c-dev"]), .brew(["protobuf-c"])]),
        .systemLibrary(
            name: "CCurl", path: "Sources/C/CCurl", pkgConfig: "libcurl",
            providers: [.apt(["libcurl4-openssl-dev"]), .brew(["curl"])]),
        .systemLibrary(
            name: "COpenSSL", path: "Sources/C/COpenSSL", pkgConfig: "libcrypto",
            providers: [.apt(["libssl-dev"]), .brew(["openssl@3"])]),
        .systemLibrary(
            name: "CZlib", path: "Sources/C/CZlib", pkgConfig: "zlib",
            providers: [.apt(["zlib1g-dev"]), .brew(["zlib"])]),
        .systemLibrary(
            name: "CMicroHTTPD", path: "Sources/C/CMicroHTTPD", pkgConfig: "libmicrohttpd",
            providers: [.apt(["libmicrohttpd-dev"]), .brew(["libmicrohttpd"])]),
        .systemLibrary(
            name: "CEdit", path: "Sources/C/CEdit", pkgConfig: "libedit",
            providers: [.apt(["libedit-dev"]), .brew(["libedit"])]),
        .target(name: "CLaminarSIMD", path: "Sources/C/CLaminarSIMD"),
        .target(name: "CArrow", path: "Sources/C/CArrow"),

        .target(name: "LaminarCore", swiftSettings: settings),
        .target(name: "LaminarSQL", swiftSettings: settings),
        .target(
            name: "LaminarFormats",
            dependencies: ["LaminarCore", "CLaminarSIMD", "CArrow", "CAvro", "CProtobufC", "CZlib"],
            swiftSettings: settings),
        .target(name: "LaminarStore", dependencies: ["LaminarCore", "CSQLite"], swiftSettings: settings),
        .target(
            name: "LaminarQuery",
            dependencies: ["LaminarCore", "LaminarSQL", "LaminarFormats", "LaminarStore", "CSQLite"],
            swiftSettings: settings),
        .target(name: "LaminarHTTP", dependencies: ["LaminarCore", "CCurl"], swiftSettings: settings),
        .target(
            name: "LaminarAWS", dependencies: ["LaminarCore", "LaminarHTTP", "COpenSSL"], swiftSettings: settings),
        .target(
            name: "LaminarRegistry",
            dependencies: ["LaminarCore", "LaminarFormats", "LaminarHTTP", "LaminarAWS", "CZlib"],
            swiftSettings: settings),
        .target(
            name: "LaminarKafka",
            dependencies: [
                "LaminarCore", "LaminarSQL", "LaminarFormats", "LaminarStore", "LaminarQuery", "LaminarHTTP",
                "LaminarAWS", "LaminarRegistry", "CRdKafka",
            ],
            swiftSettings: settings),
        .target(
            name: "LaminarPostgres", dependencies: ["LaminarCore", "LaminarFormats", "LaminarKafka", "CPostgres"],
            swiftSettings: settings),
        .target(
            name: "LaminarDashboard", dependencies: ["LaminarCore", "LaminarFormats", "LaminarKafka", "CMicroHTTPD"],
            swiftSettings: settings),
        .target(
            name: "LaminarTesting",
            dependencies: ["LaminarCore", "LaminarKafka", "LaminarHTTP", "CRdKafka", "CMicroHTTPD"],
            swiftSettings: settings),
        .target(
            name: "LaminarEcosystem",
            dependencies: [
                "LaminarCore", "LaminarKafka",
                .product(name: "Logging", package: "swift-log", condition: .when(traits: ["SwiftLog"])),
                .product(name: "Metrics", package: "swift-metrics", condition: .when(traits: ["SwiftMetrics"])),
                .product(
                    name: "Tracing", package: "swift-distributed-tracing", condition: .when(traits: ["SwiftTracing"])),
                .product(
                    name: "ServiceLifecycle", package: "swift-service-lifecycle",
                    condition: .when(traits: ["ServiceLifecycle"])),
                .product(name: "GRDB", package: "GRDB.swift", condition: .when(traits: ["GRDB"])),
                .product(
                    name: "SwiftProtobuf", package: "swift-protobuf", condition: .when(traits: ["SwiftProtobuf"])),
            ],
            swiftSettings: settings),
        .executableTarget(
            name: "LaminarCLI",
            dependencies: ["LaminarCore", "LaminarSQL", "LaminarKafka", "LaminarDashboard", "LaminarTesting", "CEdit"],
            swiftSettings: settings),

        // Examples: programs to copy from, and (from ReadmeExample on) what pages show.
        .target(
            name: "ExampleCluster", dependencies: ["LaminarTesting"], path: "Examples/Cluster", swiftSettings: settings),
        .executableTarget(
            name: "KafkaToValues", dependencies: ["ExampleCluster", "LaminarKafka"], path: "Examples/KafkaToValues",
            swiftSettings: settings),
        .executableTarget(
            name: "ImpulseToKafka", dependencies: ["ExampleCluster", "LaminarKafka"], path: "Examples/ImpulseToKafka",
            swiftSettings: settings),
        .executableTarget(
            name: "KafkaToKafka", dependencies: ["ExampleCluster", "LaminarKafka"], path: "Examples/KafkaToKafka",
            swiftSettings: settings),
        .executableTarget(
            name: "ExactlyOnceSQLite", dependencies: ["ExampleCluster", "LaminarKafka"],
            path: "Examples/ExactlyOnceSQLite", swiftSettings: settings),
        .executableTarget(
            name: "ExactlyOncePostgres", dependencies: ["ExampleCluster", "LaminarKafka", "LaminarPostgres"],
            path: "Examples/ExactlyOncePostgres", swiftSettings: settings),
        .executableTarget(
            name: "OwnDriverExample", dependencies: ["ExampleCluster", "LaminarKafka", "CSQLite"],
            path: "Examples/OwnDriver", swiftSettings: settings),
        .executableTarget(
            name: "AvroRegistry", dependencies: ["ExampleCluster", "LaminarKafka"], path: "Examples/AvroRegistry",
            swiftSettings: settings),
        .executableTarget(
            name: "SQLPipeline", dependencies: ["ExampleCluster", "LaminarKafka"], path: "Examples/SQLPipeline",
            swiftSettings: settings),
        .executableTarget(
            name: "DeadLetterReplay", dependencies: ["ExampleCluster", "LaminarKafka"],
            path: "Examples/DeadLetterReplay", swiftSettings: settings),
        .executableTarget(
            name: "DashboardExample",
            dependencies: ["ExampleCluster", "LaminarCore", "LaminarDashboard", "LaminarKafka", "LaminarTesting"],
            path: "Examples/Dashboard", swiftSettings: settings),

        .executableTarget(
            name: "ReadmeExample", dependencies: ["LaminarKafka"], path: "Examples/Readme", swiftSettings: settings),
        .executableTarget(
            name: "SinksExample", dependencies: ["LaminarKafka"], path: "Examples/Sinks", swiftSettings: settings),
        .executableTarget(
            name: "PipelinesExample", dependencies: ["LaminarKafka"], path: "Examples/Pipelines",
            swiftSettings: settings),
        .executableTarget(
            name: "BadRecordsExample", dependencies: ["LaminarKafka"], path: "Examples/BadRecords",
            swiftSettings: settings),
        .executableTarget(
            name: "AdminExample", dependencies: ["LaminarKafka"], path: "Examples/Admin", swiftSettings: settings),
        .executableTarget(
            name: "FlinkExample", dependencies: ["LaminarKafka"], path: "Examples/Flink", swiftSettings: settings),
        .executableTarget(
            name: "ArrowFile", dependencies: ["LaminarKafka"], path: "Examples/ArrowFile", swiftSettings: settings),
        .target(
            name: "ArrowExport", dependencies: ["LaminarFormats"], path: "Examples/ArrowExport",
            exclude: ["read.py"], swiftSettings: settings),

        .target(
            name: "PagesExample",
            dependencies: [
                "LaminarAWS", "LaminarFormats", "LaminarHTTP", "LaminarKafka", "LaminarSQL", "LaminarTesting",
            ],
            path: "Examples/Pages", swiftSettings: settings),

        .executableTarget(
            name: "LaminarVictim", dependencies: ["LaminarKafka", "LaminarPostgres", "LaminarStore"],
            path: "Tests/Victim",
            swiftSettings: settings),

        .testTarget(name: "DocumentationTests", swiftSettings: settings),
        .testTarget(name: "LaminarCoreTests", dependencies: ["LaminarCore"], swiftSettings: settings),
        .testTarget(name: "LaminarSQLTests", dependencies: ["LaminarSQL"], swiftSettings: settings),
        .testTarget(
            name: "LaminarFormatsTests", dependencies: ["LaminarFormats", "CLaminarSIMD", "ArrowExport"],
            swiftSettings: settings),
        .testTarget(
            name: "LaminarQueryTests",
            dependencies: ["LaminarCore", "LaminarSQL", "LaminarFormats", "LaminarStore", "LaminarQuery"],
            exclude: [
                "Differential/duckdb_answers.py", "Cases/document.sql", "Cases/grouping.sql", "Cases/names.sql",
                "Cases/sets.sql", "Cases/subqueries.sql", "Cases/types.sql", "Cases/windows.sql",
            ],
            swiftSettings: settings),
        .testTarget(
            name: "LaminarHTTPTests", dependencies: ["LaminarHTTP", "LaminarTesting"], swiftSettings: settings),
        .testTarget(
            name: "LaminarAWSTests", dependencies: ["LaminarCore", "LaminarAWS", "LaminarHTTP", "LaminarTesting"],
            swiftSettings: settings),
        .testTarget(
            name: "LaminarRegistryTests",
            dependencies: [
                "LaminarCore", "LaminarRegistry", "LaminarAWS", "LaminarHTTP", "LaminarFormats", "LaminarTesting",
            ],
            swiftSettings: settings),
        .testTarget(name: "LaminarStoreTests", dependencies: ["LaminarStore"], swiftSettings: settings),
        .testTarget(
            name: "LaminarKafkaTests", dependencies: ["LaminarKafka", "LaminarQuery", "LaminarTesting"],
            swiftSettings: settings),
        .testTarget(
            name: "LaminarPostgresTests",
            dependencies: ["LaminarCore", "LaminarPostgres", "LaminarKafka", "LaminarTesting"],
            swiftSettings: settings),
        .testTarget(
            name: "LaminarDashboardTests",
            dependencies: ["LaminarCore", "LaminarDashboard", "LaminarHTTP", "LaminarKafka", "LaminarTesting"],
            swiftSettings: settings),
        .testTarget(
            name: "LaminarTestingTests", dependencies: ["LaminarTesting", "LaminarKafka"], swiftSettings: settings),
        .testTarget(
            name: "LaminarEcosystemTests",
            dependencies: [
                "LaminarCore", "LaminarEcosystem", "LaminarKafka", "LaminarTesting",
                .product(name: "Metrics", package: "swift-metrics", condition: .when(traits: ["SwiftMetrics"])),
                .product(name: "MetricsTestKit", package: "swift-metrics", condition: .when(traits: ["SwiftMetrics"])),
                .product(
                    name: "Tracing", package: "swift-distributed-tracing", condition: .when(traits: ["SwiftTracing"])),
                .product(name: "Logging", package: "swift-log", condition: .when(traits: ["SwiftLog"])),
                .product(
                    name: "ServiceLifecycle", package: "swift-service-lifecycle",
                    condition: .when(traits: ["ServiceLifecycle"])),
                .product(name: "GRDB", package: "GRDB.swift", condition: .when(traits: ["GRDB"])),
                .product(
                    name: "SwiftProtobuf", package: "swift-protobuf", condition: .when(traits: ["SwiftProtobuf"])),
            ],
            swiftSettings: settings),
        .testTarget(
            name: "LaminarCLITests", dependencies: ["LaminarCLI", "LaminarKafka", "LaminarTesting"],
            swiftSettings: settings),
        .testTarget(
            name: "IntegrationTests",
            dependencies: ["LaminarKafka", "LaminarQuery", "LaminarTesting", "LaminarVictim"],
            exclude: [
                "RealInput/write_orders.py", "Formats/wire_orders.py", "Security/oauth_server.py",
                "Flink/flink_session.py", "Flink/avro_nulls.py",
            ],
            swiftSettings: settings),
    ],
    swiftLanguageModes: [.v6]
)
