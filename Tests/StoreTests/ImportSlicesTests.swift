import Foundation
import GRDB
import Import
import Ingest
import Synchronization
import TestSupport
import Testing

@testable import Store

/// Runs slices as a service does, with other work between them, and stops after some.
final class CutSlices: StoreSlices {
  private let store: Store
  private let left: Mutex<Int>
  private let between: @Sendable (Store) throws -> Void

  init(
    _ store: Store, cutAfter count: Int = .max,
    between: @escaping @Sendable (Store) throws -> Void = { _ in }
  ) {
    self.store = store
    left = Mutex(count)
    self.between = between
  }

  func perform<Value: Sendable>(
    _ slice: @escaping @Sendable (Store) throws -> Value
  ) throws -> Value {
    let mayGoOn = left.withLock { left in
      left -= 1
      return left >= 0
    }
    if !mayGoOn { throw SlicesClosed() }
    let value = try slice(store)
    try between(store)
    return value
  }
}

@Suite struct ImportSlicesTests {
  static let mapping = "id,touchpoint\nP0,aula\nP1,ovi\nP2,aula\n"

  static func run(
    _ target: ImportTarget, _ slices: any StoreSlices
  ) -> ImportRun {
    var run = ImportRun(
      target.folder.file, slices: slices, actor: "user anna", nowMilliseconds: { ImportTarget.now })
    run.linesMax = 2
    return run
  }

  /// Imports a text in small slices.
  static func take(
    _ target: ImportTarget, _ text: String, _ slices: any StoreSlices
  ) throws -> ImportReport {
    func reader(_ text: String) -> CSVReader {
      var rest = Array(text.utf8)
      return CSVReader {
        defer { rest = [] }
        return rest
      }
    }
    let history = try ImportReader(
      reader(text), registry: target.registry, mapping: try PlaceMapping(reader(mapping)),
      nowMilliseconds: ImportTarget.now)
    var options = ImportOptions(source: "presses", file: "file.csv", actor: "user anna")
    options.isReplacing = true
    let version = try target.store.queue.read {
      try Int64.fetchOne($0, sql: "SELECT max(id) FROM registry") ?? 0
    }
    return try run(target, slices).add(
      history, options, registry: target.registry, version: version)
  }

  /// A press of an own device, in a batch of its own.
  static func press(_ store: Store, number: Int) throws {
    let devices = try store.queue.read(StoredDevice.fetchAll)
    var engine = IngestEngine(
      site: "helsinki", devices: devices.map(\.engineDevice), store: store)
    let second = Service.received / 1000 + number * 600
    let frame = PlainFrame(
      epoch: 9, first: number, sentAt: second + 5,
      presses: [PlainPress(at: second, button: number % 4)])
    let bytes = frame.bytes
    _ = try engine.submit(
      unsafe bytes.span.bytes, device: "dev-0",
      receivedAtMilliseconds: Int64(second + 10) * 1000)
    try engine.commit(answering: false)
  }

  /// An earlier import, and a text that replaces some of it and adds more.
  static func prepared(
    _ generator: inout Seeded
  ) throws -> (target: ImportTarget, text: String) {
    var target = try ImportTarget()
    let applied = try target.store.apply(
      registryYAML: Site.registry(), name: "registry.yaml", nowMilliseconds: ImportTarget.now)
    target.registry = try #require(applied.registry)
    let texts = (0..<2).map { _ in
      ImportHistoryTests.lines(
        isHours: false, touchpoints: ["aula", "ovi", "aula"], &generator
      ).text
    }
    _ = try target.take(texts[0], mapping: mapping, isReplacing: true)
    while try target.store.maintain(nowMilliseconds: ImportTarget.now) {}
    let fresh = (0..<6).map { number in
      let time = Date(timeIntervalSince1970: Double(ImportTarget.hour + number) * 3600)
      return "new-\(number),\(time.formatted(.iso8601)),P\(number % 2),\(number % 4)\n"
    }
    return (target, texts[1] + fresh.joined())
  }

  @Test("cut off after any slice, an import is gone or whole; counts are proven at every moment")
  func cutImports() throws {
    for history in 0..<3 {
      let start = Seeded(stream: 820 + UInt64(history) * 10)
      var cut = 0
      var isWhole = false
      while !isWhole {
        var generator = start
        var (target, text) = try Self.prepared(&generator)
        let before = try target.counts()
        let file = target.folder.file
        let slices = CutSlices(target.store, cutAfter: cut) { _ in
          let report = try Rebuild.run(file, applying: nil, progress: { _ in })
          #expect(report.differences == [])
        }
        isWhole = (try? Self.take(target, text, slices)) != nil
        try target.reopen()
        let isDecided = try target.store.undecidedImport()?.state != .staged
        _ = try Self.run(target, target.store).settle()
        let undecided = try target.store.undecidedImport()
        #expect(undecided == nil)
        #expect(try target.isProven(), "history \(history), cut \(cut); \(Seeded.command)")
        let added = "import added, user anna: import 2"
        let isThere = try target.audited().contains { $0.hasPrefix(added) }
        #expect(!isThere || isDecided)
        let whole = try ImportTarget.counts(ofTaking: text, after: start)
        let after = try target.counts()
        #expect(after == (isThere ? whole : before), "cut \(cut); \(Seeded.command)")
        // What was dropped can be imported, and what is there comes no second time.
        _ = try Self.take(target, text, target.store)
        #expect(try target.counts() == whole, "cut \(cut); \(Seeded.command)")
        cut += 1
      }
      #expect(cut > 6)
    }
  }

  @Test("cut off after any slice, a withdrawal has not begun or is whole")
  func cutWithdrawals() throws {
    let start = Seeded(stream: 821)
    var cut = 0
    var isWhole = false
    while !isWhole {
      var generator = start
      var (target, text) = try Self.prepared(&generator)
      let before = try target.counts()
      let id = try Self.take(target, text, target.store).id
      let counted = try target.counts()
      let slices = CutSlices(target.store, cutAfter: cut)
      isWhole = (try? Self.run(target, slices).withdraw(id)) != nil
      try target.reopen()
      #expect(try target.isProven())
      _ = try Self.run(target, target.store).settle()
      #expect(try target.isProven())
      let isGone = try target.audited().contains { $0.hasPrefix("import withdrawn") }
      let after = try target.counts()
      #expect(after == (isGone ? before : counted), "cut \(cut); \(Seeded.command)")
      cut += 1
    }
    #expect(cut > 3)
  }

  @Test("beside presses and days that are summed up, an import counts as it does alone")
  func besidePresses() throws {
    for history in 0..<4 {
      let start = Seeded(stream: 822 + UInt64(history) * 10)
      var generator = start
      let (target, text) = try Self.prepared(&generator)
      let pressed = Mutex(0)
      let file = target.folder.file
      let slices = CutSlices(target.store) { store in
        let number = pressed.withLock { number in
          number += 1
          return number - 1
        }
        try Self.press(store, number: number)
        _ = try store.maintain(nowMilliseconds: ImportTarget.now)
        let report = try Rebuild.run(file, applying: nil, progress: { _ in })
        #expect(report.differences == [])
      }
      _ = try Self.take(target, text, slices)
      let device = try Site.buckets(target.folder, device: 0)
      let counted = device.values.reduce(0) { $0 + $1.counts.reduce(0, +) }
      #expect(counted == pressed.withLock { $0 } && counted > 6, "\(Seeded.command)")
      let alone = try ImportTarget.counts(ofTaking: text, after: start)
      #expect(try target.counts() == alone, "\(Seeded.command)")
    }
  }

  @Test("registries that are applied while an import is written and counted move and count it too")
  func registries() throws {
    let start = Seeded(stream: 824)
    var generator = start
    let (target, text) = try Self.prepared(&generator)
    let applied = Mutex(0)
    let file = target.folder.file
    let slices = CutSlices(target.store) { store in
      guard try store.undecidedImport() != nil else { return }
      let number = applied.withLock { number in
        number += 1
        return number
      }
      let other = Site.registry().replacing("buttons: 4", with: "buttons: \(3 + number % 2)")
      _ = try store.apply(
        registryYAML: other, name: "other.yaml", nowMilliseconds: ImportTarget.now)
      let report = try Rebuild.run(file, applying: nil, progress: { _ in })
      #expect(report.differences == [], "\(Seeded.command)")
    }
    _ = try Self.take(target, text, slices)
    #expect(applied.withLock { $0 } > 5)
    _ = try target.store.apply(
      registryYAML: Site.registry(), name: "registry.yaml", nowMilliseconds: ImportTarget.now)
    let alone = try ImportTarget.counts(ofTaking: text, after: start)
    #expect(try target.counts() == alone, "\(Seeded.command)")
    #expect(try target.isProven())
  }

  @Test("a registry that changed meanwhile refuses an import, and leaves nothing of it")
  func refusals() throws {
    var generator = Seeded(stream: 823)
    var (target, text) = try Self.prepared(&generator)
    let moved = CutSlices(target.store) { store in
      _ = try store.apply(
        registryYAML: Site.registry(interval: 3), name: "other.yaml",
        nowMilliseconds: ImportTarget.now)
    }
    #expect(throws: ImportFailure.self) { try Self.take(target, text, moved) }
    #expect(try target.isProven())
    try target.reopen()
    let undecided = try target.store.undecidedImport()
    #expect(undecided == nil)
  }
}

extension ImportTarget {
  /// What is counted when a text is imported that nothing cut off.
  static func counts(ofTaking text: String, after start: Seeded) throws -> [String: [Int]] {
    var generator = start
    let (target, _) = try ImportSlicesTests.prepared(&generator)
    _ = try ImportSlicesTests.take(target, text, target.store)
    return try target.counts()
  }
}
