import Foundation
import GRDB
import Glibc
import Store
import TestSupport
import Testing

/// One byte of the disk changes, in a database that is too large to be read whole at a start.
/// Whoever reads that page first is refused; nobody is told another number.
@Suite(.serialized) struct FlippedByteTests {
  static let devices = 3
  static let hours = 480_000..<488_000

  /// A database with pages of every kind, over 16 MB.
  static func makeLarge(_ folder: Folder) throws {
    let long = (0..<200).map { "{id: spare-\($0)}" }
    var service = try Service(
      folder,
      registry: Site.registry(devices: (0..<devices).map { "{id: dev-\($0)}" } + long))
    _ = try Site.live(&service, stream: 77, messages: 600)
    for number in 0..<40 {
      service.receive(Array("{\"presses\":\(number), no JSON".utf8), device: "dev-0")
      service.receive([1] + Array(repeating: UInt8(number), count: 6000), device: "dev-1")
    }
    try service.commit()
    // One batch that is longer than a page.
    for number in 0..<300 {
      let text = "{\"presses\":[{\"button\":\(number % 4)},{\"button\":\(number % 3)}]}"
      service.receive(Array(text.utf8), device: "dev-2")
    }
    try service.commit()
    try fill(folder)
    service.store.close()
  }

  private static func fill(_ folder: Folder) throws {
    try folder.database().writeWithoutTransaction { db in
      let row = "hour % 1000, hour % 70000, 3, hour % 300, 5, hour % 7, 0, 0, hour % 11"
      let columns =
        "count_0, count_1, count_2, count_3, count_4, excluded, invalid, lost, estimated"
      let numbers = """
        WITH RECURSIVE n (hour) AS
          (SELECT \(hours.lowerBound) UNION ALL SELECT hour + 1 FROM n LIMIT \(hours.count))
        """
      try db.execute(
        sql: numbers + """
           INSERT OR IGNORE INTO bucket (device, hour, slot, \(columns))
            SELECT id, hour, 0, \(row) FROM device, n WHERE id <= \(devices)
          """)
      // Most of a large database is archive.
      try db.execute(
        sql: numbers + """
           INSERT INTO segment (frames, checksum, records)
            SELECT 0, 0, randomblob(100000) FROM n LIMIT 190
          """)
      try db.execute(
        sql: numbers + """
           INSERT OR IGNORE INTO series_hour (series, hour, \(columns))
            SELECT id, hour, \(row) FROM series, n
          """)
    }
  }

  /// All that HTTP reads, in eighty bins.
  static func answers(_ file: DatabaseFile) async throws -> [String] {
    let reader = try StoreReader(file)
    return try await reader.read { snapshot in
      let bins = stride(from: hours.lowerBound, to: hours.upperBound, by: 100).map {
        $0..<$0 + 100
      }
      var said: [String] = []
      for device in 0..<devices {
        try snapshot.buckets(device: device, hours: hours, bins: bins) { bin, slot, numbers in
          said.append("\(device) \(bin) \(slot) \(numbers[0]) \(numbers[1]) \(numbers[3])")
        }
      }
      for node in ["helsinki", "unassigned"] {
        try snapshot.sums(node: node, question: "palvelu", buttons: 4, bins: bins) { bin, numbers in
          said.append("\(node) \(bin) \(numbers[0]) \(numbers[1]) \(numbers[5]) \(numbers[8])")
        }
      }
      said += try snapshot.deviceHealth().map { "\($0)" }
      said += try snapshot.quarantine(limit: 1000).map { "\($0)" }
      said += try snapshot.quarantineTotals().map { "\($0)" }
      return said
    }
  }

  /// Changes one byte of a file for as long as `body` runs.
  static func flipping<Value>(
    _ path: String, at offset: Int, _ mask: UInt8, _ body: () async throws -> Value
  ) async throws -> Value {
    let descriptor = unsafe open(path, O_RDWR)
    defer { close(descriptor) }
    var byte: UInt8 = 0
    let got = unsafe pread(descriptor, &byte, 1, off_t(offset))
    var other = byte ^ mask
    let put = unsafe pwrite(descriptor, &other, 1, off_t(offset))
    try #require(got == 1 && put == 1)
    defer { unsafe _ = pwrite(descriptor, &byte, 1, off_t(offset)) }
    return try await body()
  }

  /// Whether reading was refused; a changed answer is recorded.
  static func isRefused(_ folder: Folder, _ whole: [String], _ place: String) async throws -> Bool {
    do {
      let said = try await answers(folder.file)
      #expect(said == whole, "another number is told: \(place); \(Seeded.command)")
      return false
    } catch let error as StoreError {
      let text = error.description
      #expect(text.contains("damaged") && text.contains("restore"), "\(place): \(text)")
      return true
    }
  }

  @Test("a flipped byte of any page is never told as a number")
  func pages() async throws {
    let folder = try Folder()
    try Self.makeLarge(folder)
    let pages = try folder.database().read { db in
      try Row.fetchAll(
        db, sql: "SELECT name || ' ' || pagetype AS kind, pageno, pgsize FROM dbstat")
    }
    let byKind = Dictionary(grouping: pages) { $0["kind"] as String }
    let pageBytes: Int = pages[0]["pgsize"]
    #expect(pages.count * pageBytes > 16 * 1024 * 1024)
    #expect(byKind["bucket leaf"] != nil && byKind["segment overflow"] != nil)
    let whole = try await Self.answers(folder.file)
    var generator = Seeded(stream: 770)
    var (refused, unread) = (0, 0)
    for kind in byKind.keys.sorted() {
      for _ in 0..<(kind.hasPrefix("bucket") || kind.hasPrefix("series_hour") ? 80 : 10) {
        let page: Int = byKind[kind]?.randomElement(using: &generator)?["pageno"] ?? 1
        let at = Int.random(in: 0..<pageBytes, using: &generator)
        let place = "\(kind), page \(page), byte \(at)"
        try await Self.flipping(
          folder.file.path, at: (page - 1) * pageBytes + at,
          UInt8.random(in: 1...255, using: &generator)
        ) {
          if try await Self.isRefused(folder, whole, place) {
            refused += 1
          } else {
            unread += 1
            Self.expectFoundByReadingAll(folder, place)
          }
        }
      }
    }
    print("flipped bytes: \(refused) refused, \(unread) in pages that no answer reads")
    #expect(refused > unread)
    #expect(try await Self.answers(folder.file) == whole)
  }

  /// Pages that no answer needs are found by whoever reads all, as `check` does.
  private static func expectFoundByReadingAll(_ folder: Folder, _ place: String) {
    let verdict = try? folder.database().read {
      try String.fetchOne($0, sql: "PRAGMA integrity_check(1)")
    }
    #expect(verdict != "ok", "nothing notices it: \(place); \(Seeded.command)")
  }

  @Test("a flipped byte of the WAL is never told as a number, also while the service runs")
  func frames() async throws {
    let folder = try Folder()
    var service = try Service(folder, registry: Site.registry())
    _ = try Site.live(&service, stream: 78, messages: 200)
    let wal = folder.file.path + "-wal"
    let frames = try Self.latestFrames(wal)
    #expect(frames.count > 5)
    let whole = try await Self.answers(folder.file)
    var generator = Seeded(stream: 780)
    var refused = 0
    for _ in 0..<150 {
      let at = generator.pick(frames) + Int.random(in: 0..<24 + 4096, using: &generator)
      let mask = UInt8.random(in: 1...255, using: &generator)
      try await Self.flipping(wal, at: at, mask) {
        if try await Self.isRefused(folder, whole, "WAL byte \(at)") { refused += 1 }
      }
    }
    print("flipped bytes in \(frames.count) frames of a WAL: \(refused) of 150 refused")
    #expect(refused > 30)
    #expect(try await Self.answers(folder.file) == whole)
    withExtendedLifetime(service.store) {}
  }

  /// Where the frames begin that hold the last of each page.
  static func latestFrames(_ wal: String) throws -> [Int] {
    let bytes = try Data(contentsOf: URL(fileURLWithPath: wal))
    let frames = stride(from: 32, through: bytes.count - 24 - 4096, by: 24 + 4096)
    return Dictionary(frames.map { (Data(bytes[$0..<$0 + 4]), $0) }) { max($0, $1) }.values.sorted()
  }

  @Test("a copy has checksums, and so has what is restored from it")
  func copies() throws {
    let folder = try Folder()
    var service = try Service(folder, registry: Site.registry())
    _ = try Site.live(&service, stream: 79, messages: 50)
    let copy = folder.url.appendingPathComponent("copy.sqlite").path
    _ = try Backup.make(folder.file, to: copy) { _ in }
    for path in [folder.file.path, copy] {
      #expect(DatabaseFile(path: path).hasPageChecksums)
      let header = try Data(contentsOf: URL(fileURLWithPath: path))
      #expect(header[20] == 8)
    }
  }
}
