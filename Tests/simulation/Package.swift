// swift-tools-version: 6.2
import PackageDescription

// The simulation is a package of its own: it needs nothing from outside, so that it and its
// mutants build in seconds. The links in Sources point to the service's own modules.

let settings: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .strictMemorySafety(),
  .treatAllWarnings(as: .error),
]

let package = Package(
  name: "simulation",
  targets: [
    .target(name: "FirmwareProtocol"),
    .target(name: "CChecksum"),
    .target(name: "BucketCore", dependencies: ["CChecksum", "FirmwareProtocol"]),
    .target(name: "CivilTime"),
    .target(name: "Ingest", dependencies: ["BucketCore", "CivilTime", "FirmwareProtocol"]),
    .executableTarget(
      name: "simulate", dependencies: ["BucketCore", "CivilTime", "FirmwareProtocol", "Ingest"]),
  ]
)

for target in package.targets where target.name != "CChecksum" {
  target.swiftSettings = (target.swiftSettings ?? []) + settings
}
