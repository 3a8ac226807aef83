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
        .executableTarget(
            name: "ConsumeBench", dependencies: [.product(name: "LaminarKafka", package: "laminar")]),
        .executableTarget(
            name: "TransformBench", dependencies: [.product(name: "LaminarKafka", package: "laminar")]),
        .executableTarget(
            name: "QueryBench", dependencies: [.product(name: "LaminarKafka", package: "laminar")]),
        .executableTarget(
            name: "ScaleBench", dependencies: [.product(name: "LaminarKafka", package: "laminar")]),
    ],
    swiftLanguageModes: [.v6]
)
