// swift-tools-version: 6.2
import PackageDescription

// What reads bytes from outside, built for libFuzzer. A package of its own, because every
// object in it is instrumented; the links in Sources point to the service's own modules.

let settings: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .strictMemorySafety(),
  .treatAllWarnings(as: .error),
]

let package = Package(
  name: "fuzz",
  // A library: libFuzzer brings `main` when build.sh links it.
  products: [.library(name: "Fuzz", type: .static, targets: ["Fuzz"])],
  dependencies: [
    // Without its traits: what they add is much to build and nothing that reads an address.
    .package(
      url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: []),
    .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
  ],
  targets: [
    .target(name: "FirmwareProtocol"),
    .target(name: "CChecksum"),
    .target(name: "BucketCore", dependencies: ["CChecksum", "FirmwareProtocol"]),
    .target(name: "Ingest", dependencies: ["FirmwareProtocol", "BucketCore"]),
    .target(name: "Registry", dependencies: [.product(name: "Yams", package: "Yams")]),
    .target(name: "Reporting", dependencies: ["Registry"]),
    // What reads the query of an address; the rest of Web wants the store.
    .target(
      name: "Web",
      dependencies: [
        "Registry", "Reporting",
        .product(name: "Hummingbird", package: "hummingbird"),
        .product(name: "HTTPTypes", package: "swift-http-types"),
        .product(name: "NIOCore", package: "swift-nio"),
      ]),
    .target(
      name: "Fuzz",
      dependencies: [
        "BucketCore", "FirmwareProtocol", "Ingest", "Registry", "Reporting", "Web",
        .product(name: "Hummingbird", package: "hummingbird"),
        .product(name: "HTTPTypes", package: "swift-http-types"),
        .product(name: "NIOCore", package: "swift-nio"),
      ]),
  ]
)

for target in package.targets where target.name != "CChecksum" {
  target.swiftSettings = (target.swiftSettings ?? []) + settings
}
