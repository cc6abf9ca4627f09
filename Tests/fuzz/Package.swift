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
  dependencies: [.package(url: "https://github.com/jpsim/Yams", from: "6.2.2")],
  targets: [
    .target(name: "FirmwareProtocol"),
    .target(name: "CChecksum"),
    .target(name: "BucketCore", dependencies: ["CChecksum", "FirmwareProtocol"]),
    .target(name: "Ingest", dependencies: ["FirmwareProtocol", "BucketCore"]),
    .target(name: "Registry", dependencies: [.product(name: "Yams", package: "Yams")]),
    .target(name: "Reporting", dependencies: ["Registry"]),
    .target(
      name: "Fuzz",
      dependencies: ["BucketCore", "FirmwareProtocol", "Ingest", "Registry", "Reporting"]),
  ]
)

for target in package.targets where target.name != "CChecksum" {
  target.swiftSettings = (target.swiftSettings ?? []) + settings
}
