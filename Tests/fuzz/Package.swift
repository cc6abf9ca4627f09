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

/// Queries of addresses need the HTTP library, which takes minutes to instrument: only to search
/// for new inputs. The known ones are replayed by Tests/ResultsTests.
let withQuery = Context.environment["FUZZ_QUERY"] != nil

let package = Package(
  name: "fuzz",
  // A library: libFuzzer brings `main` when build.sh links it.
  products: [.library(name: "Fuzz", type: .static, targets: ["Fuzz"])],
  dependencies: [.package(url: "https://github.com/jpsim/Yams", from: "6.2.2")],
  targets: [
    .target(name: "FirmwareProtocol"),
    .target(name: "CChecksum"),
    .target(name: "BucketCore", dependencies: ["CChecksum", "FirmwareProtocol"]),
    .target(name: "CivilTime"),
    .target(name: "Ingest", dependencies: ["BucketCore", "CivilTime", "FirmwareProtocol"]),
    .target(
      name: "Registry", dependencies: ["CivilTime", .product(name: "Yams", package: "Yams")]),
    .target(name: "Reporting", dependencies: ["CivilTime", "Registry"]),
  ]
)

var fuzzed: [Target.Dependency] = [
  "BucketCore", "CivilTime", "FirmwareProtocol", "Ingest", "Registry", "Reporting",
]
if withQuery {
  package.dependencies += [
    // Without its traits: what they add is much to build and nothing that reads an address.
    .package(
      url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: []),
    .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    .package(url: "https://github.com/apple/swift-nio-extras.git", from: "1.35.2"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
    .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
  ]
  let http: [Target.Dependency] = [
    .product(name: "Hummingbird", package: "hummingbird"),
    .product(name: "HTTPTypes", package: "swift-http-types"),
    .product(name: "NIOCore", package: "swift-nio"),
  ]
  package.targets += [
    .target(name: "Import", dependencies: ["CivilTime", "Registry"]),
    .target(
      name: "CPageChecksum", dependencies: ["CChecksum"],
      linkerSettings: [.linkedLibrary("sqlite3")]),
    .target(
      name: "Store",
      dependencies: [
        "BucketCore", "CivilTime", "CPageChecksum", "FirmwareProtocol", "Import", "Ingest",
        "Registry",
        .product(name: "GRDB", package: "GRDB.swift"),
        .product(name: "GRDBSQLite", package: "GRDB.swift"),
        .product(name: "Crypto", package: "swift-crypto"),
      ]),
    .target(
      name: "Queries", dependencies: ["CivilTime", "Ingest", "Registry", "Reporting", "Store"]),
    .target(
      name: "Publishing",
      dependencies: [
        "CivilTime", "Queries", "Registry", "Reporting", "Store",
        .product(name: "GRDB", package: "GRDB.swift"),
      ]),
    .target(
      name: "Pages",
      dependencies: [
        "CivilTime", "Publishing", "Queries", "Registry", "Reporting", "Store",
        .product(name: "Mustache", package: "swift-mustache"),
      ],
      resources: [.embedInCode("Resources"), .embedInCode("Templates")]),
    .target(
      name: "Web",
      dependencies: [
        "CivilTime", "FirmwareProtocol", "Ingest", "Pages", "Publishing", "Queries", "Registry",
        "Reporting", "Store",
      ]
        + http + [
          .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
          .product(name: "NIOSSL", package: "swift-nio-ssl"),
          .product(name: "HummingbirdCore", package: "hummingbird"),
          .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
          .product(name: "Logging", package: "swift-log"),
        ]),
  ]
  fuzzed += ["Queries", "Store", "Web"] + http
}
package.targets.append(
  .target(
    name: "Fuzz", dependencies: fuzzed, exclude: withQuery ? [] : ["QueryTarget.swift"],
    swiftSettings: withQuery ? [.define("FUZZ_QUERY")] : []))

for target in package.targets where !["CChecksum", "CPageChecksum"].contains(target.name) {
  target.swiftSettings = (target.swiftSettings ?? []) + settings
}
