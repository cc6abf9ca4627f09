// swift-tools-version: 6.2
import PackageDescription

/// One list of settings for every target: what one module must obey, all must.
let settings: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .strictMemorySafety(),
  .treatAllWarnings(as: .error),
]

let package = Package(
  name: "pikapalaute",
  products: [
    .executable(name: "pikapalaute", targets: ["pikapalaute"]),
    .executable(name: "simulator", targets: ["simulator"]),
    .library(name: "FirmwareProtocol", targets: ["FirmwareProtocol"]),
  ],
  dependencies: [
    .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
    .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-configuration", from: "1.4.0"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/swift-server/async-http-client", from: "1.30.0"),
    .package(url: "https://github.com/vapor/jwt-kit", from: "5.0.0"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    .package(url: "https://github.com/apple/swift-nio-extras.git", from: "1.35.2"),
    .package(url: "https://github.com/apple/swift-nio-ssl.git", from: "2.37.0"),
    .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
  ],
  targets: [
    // The wire: bytes to frames and back. Imports nothing.
    .target(
      name: "FirmwareProtocol",
      path: "firmware-protocol/Sources/FirmwareProtocol"),

    // A device of another maker's, as an example: journal, HTTP, exactly once.
    .executableTarget(
      name: "example-device", dependencies: ["FirmwareProtocol"],
      path: "firmware-protocol/examples/Device"),

    // The count: sequences, lockout, hours. No I/O, no clock, no heap.
    .target(name: "BucketCore", dependencies: ["CChecksum", "FirmwareProtocol"]),
    // One function Swift has no words for: CRC-32 by carry-less multiplication.
    .target(name: "CChecksum"),

    // Dates, hours, zones, date-times. Imports nothing of ours.
    .target(name: "CivilTime"),

    // The site: places, questions, which device stood where and when.
    .target(
      name: "Registry", dependencies: ["CivilTime", .product(name: "Yams", package: "Yams")]),

    // The history of an earlier supplier: CSV to rows.
    .target(name: "Import", dependencies: ["CivilTime", "Registry"]),

    // Messages in, one batch out, acknowledgements after it.
    .target(name: "Ingest", dependencies: ["BucketCore", "CivilTime", "FirmwareProtocol"]),

    // A SQLite VFS that notices what the disk changed; nothing but C can be one.
    .target(
      name: "CPageChecksum", dependencies: ["CChecksum"],
      linkerSettings: [.linkedLibrary("sqlite3")]),

    // One SQLite file, one writer.
    .target(
      name: "Store",
      dependencies: [
        "BucketCore", "CivilTime", "CPageChecksum", "FirmwareProtocol", "Import", "Ingest",
        "Registry",
        .product(name: "GRDB", package: "GRDB.swift"),
        .product(name: "GRDBSQLite", package: "GRDB.swift"),
        .product(name: "Crypto", package: "swift-crypto"),
      ]),

    // libmosquitto, driven so that PUBACK waits for COMMIT.
    .systemLibrary(
      name: "CMosquitto", pkgConfig: "libmosquitto", providers: [.apt(["libmosquitto-dev"])]),
    // TLS to the broker, by the OpenSSL that libmosquitto uses, with its failures in words.
    .target(
      name: "CBrokerTLS",
      linkerSettings: [.linkedLibrary("ssl"), .linkedLibrary("crypto")]),
    .target(name: "MQTT", dependencies: ["CBrokerTLS", "CMosquitto", "Ingest"]),

    // Calendar, index, interval: pure functions over counts.
    .target(name: "Reporting", dependencies: ["CivilTime", "Registry"]),

    // Questions to values: what every page, file and API answer shows.
    .target(
      name: "Queries", dependencies: ["CivilTime", "Ingest", "Registry", "Reporting", "Store"]),

    // Closed periods to what is public of them, kept for ever in a file of its own, and read.
    .target(
      name: "Publishing",
      dependencies: [
        "CivilTime", "Queries", "Registry", "Reporting", "Store",
        .product(name: "GRDB", package: "GRDB.swift"),
      ]),

    // Values to pictures and pages, in three languages: no HTTP, no files, no clock.
    .target(
      name: "Pages",
      dependencies: [
        "CivilTime", "Publishing", "Queries", "Registry", "Reporting", "Store",
        .product(name: "Mustache", package: "swift-mustache"),
      ],
      resources: [.embedInCode("Resources"), .embedInCode("Templates")]),

    // Sign-in by another's word: an OpenID Connect provider, asked and checked.
    .target(
      name: "OpenID",
      dependencies: [
        .product(name: "AsyncHTTPClient", package: "async-http-client"),
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "JWTKit", package: "jwt-kit"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOFoundationCompat", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
      ]),

    // The only target that serves HTTP.
    .target(
      name: "Web",
      dependencies: [
        "CivilTime", "FirmwareProtocol", "Import", "Ingest", "OpenID", "Pages", "Publishing",
        "Queries", "Registry", "Reporting", "Store",
        .product(name: "Hummingbird", package: "hummingbird"),
        .product(name: "HummingbirdCore", package: "hummingbird"),
        .product(name: "HTTPTypes", package: "swift-http-types"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
        .product(name: "NIOSSL", package: "swift-nio-ssl"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
      ]),

    // malloc_trim, adjtimex.
    .systemLibrary(name: "CGlibc"),

    // Composition root: settings, signals, clock, logging, services.
    .executableTarget(
      name: "pikapalaute",
      dependencies: [
        "CGlibc", "CivilTime", "Import", "Ingest", "MQTT", "OpenID", "Publishing", "Queries",
        "Registry", "Store", "Web",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Configuration", package: "swift-configuration"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "NIOSSL", package: "swift-nio-ssl"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
        .product(name: "UnixSignals", package: "swift-service-lifecycle"),
        .product(name: "Yams", package: "Yams"),
      ]),

    // A fleet of journaling devices with a ledger of its own.
    .executableTarget(
      name: "simulator",
      dependencies: [
        "CBrokerTLS", "FirmwareProtocol", "CMosquitto",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Crypto", package: "swift-crypto"),
      ],
      path: "Simulator/Sources/simulator"),

    // What tests share: seeds, vectors, and a slow model of counting of their own.
    .target(
      name: "TestSupport", dependencies: ["FirmwareProtocol"], path: "Tests/TestSupport"),
    .testTarget(
      name: "FirmwareProtocolTests", dependencies: ["FirmwareProtocol", "TestSupport"],
      path: "firmware-protocol/Tests/FirmwareProtocolTests"),
    .testTarget(
      name: "BucketCoreTests", dependencies: ["BucketCore", "FirmwareProtocol", "TestSupport"]),
    .testTarget(
      name: "IngestTests",
      dependencies: ["BucketCore", "CivilTime", "FirmwareProtocol", "Ingest", "TestSupport"]),
    .testTarget(
      name: "StoreTests",
      dependencies: [
        "CivilTime", "FirmwareProtocol", "Import", "Ingest", "Registry", "Store", "TestSupport",
        .product(name: "GRDB", package: "GRDB.swift"),
      ]),
    .testTarget(name: "CivilTimeTests", dependencies: ["CivilTime", "TestSupport"]),
    .testTarget(name: "RegistryTests", dependencies: ["CivilTime", "Registry"]),
    .testTarget(name: "ReportingTests", dependencies: ["CivilTime", "Registry", "Reporting"]),
    .testTarget(
      name: "PublishingTests",
      dependencies: ["Publishing", "Store", .product(name: "GRDB", package: "GRDB.swift")]),
    .testTarget(
      name: "ResultsTests",
      dependencies: [
        "Import", "Ingest", "Queries", "Registry", "Reporting", "Store", "TestSupport", "Web",
        .product(name: "Hummingbird", package: "hummingbird"),
        .product(name: "HTTPTypes", package: "swift-http-types"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOEmbedded", package: "swift-nio"),
        .product(name: "Logging", package: "swift-log"),
      ]),
    .testTarget(
      name: "PagesTests",
      dependencies: ["Pages", .product(name: "Mustache", package: "swift-mustache")]),
    .testTarget(name: "OpenIDTests", dependencies: ["OpenID"]),
    .testTarget(name: "ImportTests", dependencies: ["CivilTime", "Import", "Registry"]),
    .testTarget(name: "ArchitectureTests"),

    // The core's speed, beside Benchmarks/C/core.c.
    .executableTarget(
      name: "core-bench",
      dependencies: [
        "BucketCore", "FirmwareProtocol",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      path: "Benchmarks/CoreBench"),

    // Counts malloc & co. around a million presses; Tests/gates/run.sh runs it in release.
    .target(name: "CAllocationCount", path: "Tests/gates/CAllocationCount"),
    .executableTarget(
      name: "allocation-gate",
      dependencies: [
        "BucketCore", "CAllocationCount", "FirmwareProtocol", "Ingest", "TestSupport",
      ],
      path: "Tests/gates/AllocationGate"),
  ]
)

for target in package.targets where target.type != .system {
  target.swiftSettings = (target.swiftSettings ?? []) + settings
}
