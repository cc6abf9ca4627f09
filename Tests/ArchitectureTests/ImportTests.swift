import Foundation
import Testing

@Suite struct ImportTests {
  /// What each target may import, and no more. A new line here is a decision.
  static let allowed: [String: Set<String>] = [
    "firmware-protocol/Sources/FirmwareProtocol": [],
    // CChecksum is one C function over bytes: no I/O, no memory, no state.
    "Sources/BucketCore": ["FirmwareProtocol", "CChecksum"],
    // Foundation alone knows the zones: asked once for each, in ZoneOffsets+TimeZone.
    "Sources/CivilTime": ["Foundation"],
    "Sources/Registry": ["CivilTime", "Foundation", "Yams"],
    "Sources/Import": ["CivilTime", "Registry"],
    "Sources/Ingest": [
      "BucketCore", "CivilTime", "FirmwareProtocol", "Foundation", "Glibc", "Synchronization",
    ],
    "Sources/Store": [
      "BucketCore", "CivilTime", "CPageChecksum", "FirmwareProtocol", "Import", "Ingest",
      "Registry", "GRDB", "GRDBSQLite", "Crypto", "Foundation", "Glibc", "Synchronization",
    ],
    "Sources/MQTT": [
      "CBrokerTLS", "CMosquitto", "Ingest", "Foundation", "Glibc", "Synchronization",
    ],
    "Sources/Reporting": ["CivilTime", "Registry", "Foundation"],
    "Sources/Queries": [
      "CivilTime", "Ingest", "Registry", "Reporting", "Store", "Foundation", "Synchronization",
    ],
    // GRDB: what was published lies in a file of its own, whose tables nobody else knows. Store
    // opens it; nothing here reaches the database.
    "Sources/Publishing": [
      "CivilTime", "Queries", "Registry", "Reporting", "Store", "GRDB", "Synchronization",
    ],
    "Sources/Pages": [
      "CivilTime", "Foundation", "Mustache", "Publishing", "Queries", "Registry", "Reporting",
      "Store",
    ],
    // Of the network it knows the provider alone, whom it asks when somebody signs in.
    "Sources/OpenID": [
      "AsyncHTTPClient", "Crypto", "Foundation", "JWTKit", "NIOCore", "NIOFoundationCompat",
      "NIOHTTP1", "Synchronization",
    ],
    "Sources/Web": [
      "CivilTime", "FirmwareProtocol", "Import", "Ingest", "OpenID", "Pages", "Publishing",
      "Queries", "Registry", "Reporting", "Store", "Hummingbird", "HummingbirdCore", "HTTPTypes",
      "NIOCore", "NIOHTTPTypes", "NIOSSL", "Logging", "Foundation", "ServiceLifecycle",
      "Synchronization",
    ],
    "Sources/pikapalaute": [
      "CGlibc", "CivilTime", "Import", "Ingest", "MQTT", "OpenID", "Publishing", "Queries",
      "Registry", "Store", "Web", "ArgumentParser", "Configuration", "Logging", "NIOCore",
      "NIOHTTP1", "NIOPosix", "NIOSSL", "ServiceLifecycle", "UnixSignals", "Yams", "Foundation",
      "Glibc",
      "Synchronization",
    ],
    "Simulator/Sources/simulator": [
      "CBrokerTLS", "FirmwareProtocol", "CMosquitto", "ArgumentParser", "Crypto", "Foundation",
      "FoundationNetworking",
      "Glibc", "Synchronization",
    ],
  ]

  /// Who alone may import a module; nobody, where the list is empty.
  static let holdersByModule: [String: Set<String>] = [
    "GRDB": ["Sources/Publishing", "Sources/Store"],
    "GRDBSQLite": ["Sources/Store"],
    "SQLite3": [],
    "Crypto": ["Sources/OpenID", "Sources/Store", "Simulator/Sources/simulator"],
    "AsyncHTTPClient": ["Sources/OpenID"],
    "JWTKit": ["Sources/OpenID"],
    "OpenID": ["Sources/Web", "Sources/pikapalaute"],
    "Yams": ["Sources/Registry", "Sources/pikapalaute"],
    "CMosquitto": ["Sources/MQTT", "Simulator/Sources/simulator"],
    "CBrokerTLS": ["Sources/MQTT", "Simulator/Sources/simulator"],
    "CChecksum": ["Sources/BucketCore"],
    "CGlibc": ["Sources/pikapalaute"],
    "CPageChecksum": ["Sources/Store"],
    "Hummingbird": ["Sources/Web", "Sources/pikapalaute"],
    "ServiceLifecycle": ["Sources/Web", "Sources/pikapalaute"],
    "HummingbirdCore": ["Sources/Web"],
    "HTTPTypes": ["Sources/Web"],
    "NIOSSL": ["Sources/Web", "Sources/pikapalaute"],
    "Configuration": ["Sources/pikapalaute"],
    "Publishing": ["Sources/Pages", "Sources/Web", "Sources/pikapalaute"],
    "Mustache": ["Sources/Pages"],
    "Pages": ["Sources/Web"],
    "Queries": ["Sources/Pages", "Sources/Publishing", "Sources/Web", "Sources/pikapalaute"],
    "Reporting": ["Sources/Pages", "Sources/Publishing", "Sources/Queries", "Sources/Web"],
    "Web": ["Sources/pikapalaute"],
    "MQTT": ["Sources/pikapalaute"],
    "BucketCore": ["Sources/Ingest", "Sources/Store"],
  ]

  @Test(
    "a target imports what its line in the table allows, and nothing else",
    arguments: allowed.keys.sorted())
  func imports(_ target: String) throws {
    let files = try SourceFile.all(in: target)
    #expect(!files.isEmpty)
    let allowed = Self.allowed[target] ?? []
    for file in files {
      let more = Set(file.imports).subtracting(allowed)
      #expect(more.isEmpty, "\(file.path) imports \(more.sorted())")
    }
  }

  @Test(
    "a module that one place holds is imported nowhere else",
    arguments: holdersByModule.keys.sorted())
  func holders(_ module: String) throws {
    for target in Self.allowed.keys.sorted()
    where Self.holdersByModule[module]?.contains(target) != true {
      for file in try SourceFile.all(in: target) {
        #expect(!file.imports.contains(module), "\(file.path) imports \(module)")
      }
    }
  }

  @Test("every folder of sources has its line in the table")
  func complete() throws {
    let names = try FileManager.default.contentsOfDirectory(
      atPath: SourceFile.root.appendingPathComponent("Sources").path)
    let swift = try names.filter { try !SourceFile.all(in: "Sources/\($0)").isEmpty }
    #expect(Set(swift.map { "Sources/\($0)" }).subtracting(Self.allowed.keys).isEmpty)
  }

  @Test(
    "an import is seen however it is written",
    arguments: [
      "import GRDB", "public import GRDB", "@preconcurrency import GRDB", "  import GRDB",
      "@_spi(Testing) internal import GRDB", "import struct GRDB.Row",
      "private import class GRDB.X",
    ])
  func scanner(_ line: String) {
    #expect(SourceFile(path: "", text: "// x\n\(line)\nlet a = 1").imports == ["GRDB"])
  }

  @Test("a comment that speaks of an import is none")
  func comments() {
    #expect(SourceFile(path: "", text: "// import GRDB\n/// imports nothing").imports == [])
  }
}
