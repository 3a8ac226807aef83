// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "laminar-benchmarks",
    platforms: [.macOS(.v26)],
    dependencies: [.package(name: "laminar", path: "..")],
    targets: [
        .executableTarget(
            name: "DecodeBench", dependencies: [.product(name: "LaminarFormats", package: "laminar")]),
        .executableTarget(
            name: "ProtobufBench", dependencies: [.product(name: "LaminarFormats", package: "laminar")]),
        .target(name: "ProcessUsage"),
        .executableTarget(
            name: "ConsumeBench", dependencies: ["ProcessUsage", .product(name: "LaminarKafka", package: "laminar")]),
        .executableTarget(
            name: "TransformBench", dependencies: ["ProcessUsage", .product(name: "LaminarKafka", package: "laminar")]),
        .executableTarget(
            name: "QueryBench", dependencies: [.product(name: "LaminarKafka", package: "laminar")]),
        .executableTarget(
            name: "ScaleBench", dependencies: ["ProcessUsage", .product(name: "LaminarKafka", package: "laminar")]),
    ],
    swiftLanguageModes: [.v6]
)
