import Foundation
import GRDB
import Ingest
import Registry
import Store
import TestSupport

/// A folder for the files of one test, gone when the test is over.
final class Folder: Sendable {
  let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory
      .appendingPathComponent("pikapalaute-tests-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit {
    try? FileManager.default.removeItem(at: url)
  }

  var file: DatabaseFile { DatabaseFile(path: url.appendingPathComponent("site.sqlite").path) }

  /// A look at the file, or a change to it, past the store.
  func database() throws -> DatabaseQueue {
    try DatabaseQueue(path: file.path)
  }

  /// Every byte of every file in the folder.
  func everything() throws -> Data {
    try FileManager.default.contentsOfDirectory(at: url, includingPropertiesForKeys: nil)
      .map { try Data(contentsOf: $0) }.reduce(Data(), +)
  }
}

/// A store with an engine over it, fed as the service feeds it.
struct Service: ~Copyable {
  static let received = RandomHistory.startMilliseconds

  let store: Store
  let site: AppliedSite
  var engine: IngestEngine<Store>

  /// - Parameter registry: nil takes the one that the file holds.
  init(_ folder: Folder, registry: String?) throws {
    let store = try Store(folder.file)
    let site = try store.apply(
      registryYAML: registry, name: "registry.yaml", nowMilliseconds: Int64(Self.received))
    self.store = store
    self.site = site
    engine = IngestEngine(
      site: site.registry?.site ?? "", devices: site.devices.map(\.engineDevice), store: store)
  }

  mutating func receive(
    _ payload: [UInt8], device: String, receivedAtMilliseconds: Int = Self.received
  ) {
    let topic = Array("pikapalaute/v1/helsinki/\(device)/press".utf8)
    engine.receive(
      topic: unsafe topic.span.bytes, payload: unsafe payload.span.bytes, isRetained: false,
      receivedAtMilliseconds: Int64(receivedAtMilliseconds))
  }

  mutating func commit() throws {
    try engine.commit(answering: true)
    _ = engine.takeAnswers()
  }
}

/// Registry files of one site.
enum Site {
  /// Who changes things here, and when.
  static let stamp = AuditStamp(actor: "user test", nowMilliseconds: Int64(Service.received))

  static func registry(
    site: String = "helsinki", interval: Int = 2, question: String = "palvelu",
    devices: [String] = ["{id: dev-0}", "{id: dev-1}", "{id: dev-2}"], ovi: [String] = []
  ) -> String {
    """
    site: \(site)
    time_zone: Europe/Helsinki
    questions:
      - {id: palvelu, buttons: 4}
      - {id: viisi, buttons: 5}
    nodes:
      - id: aula
        kind: touchpoint
        question: \(question)
        repeat_interval_s: \(interval)
        devices: [\(devices.joined(separator: ", "))]
      - id: ovi
        kind: touchpoint
        question: palvelu
        repeat_interval_s: 2
        devices: [\(ovi.joined(separator: ", "))]

    """
  }

  /// Everything that is counted, as rows of text: buckets, and cursors without their segments.
  static func counts(_ folder: Folder) throws -> [String] {
    try folder.database().read { db in
      let buckets = try Row.fetchAll(db, sql: "SELECT * FROM bucket ORDER BY device, hour, slot")
      let cursors = try Row.fetchAll(
        db, sql: "SELECT device, epoch, next, last_counted_ms FROM cursor ORDER BY device, epoch")
      return (buckets + cursors).map { row in
        row.map { "\($0.0) \($0.1.storage.value ?? "-")" }.joined(separator: " ")
      }
    }
  }

  /// What the file holds of a device: its buckets by hour and slot.
  static func buckets(
    _ folder: Folder, device: Int
  ) throws -> [ReferencePlace: ReferenceBucket] {
    try folder.database().read { db in
      var buckets: [ReferencePlace: ReferenceBucket] = [:]
      let rows = try Row.fetchAll(
        db, sql: "SELECT * FROM bucket WHERE device = ?", arguments: [device + 1])
      for row in rows {
        var bucket = ReferenceBucket()
        bucket.counts = (0..<5).map { row["count_\($0)"] }
        bucket.excluded = row["excluded"]
        bucket.invalid = row["invalid"]
        bucket.lost = row["lost"]
        bucket.estimated = row["estimated"]
        bucket.late = row["late"]
        buckets[ReferencePlace(hour: row["hour"], slot: row["slot"])] = bucket
      }
      return buckets
    }
  }

  /// A seeded history of the registry's devices, frames and JSON, in batches of any size.
  ///
  /// - Returns: what the slow model counts, by device.
  static func live(
    _ service: inout Service, stream: UInt64, messages: Int, devices: Int = 3,
    interval: Int = 2000, buttons: Int = 4
  ) throws -> [ReferenceDevice] {
    var generator = Seeded(stream: stream)
    var histories = (0..<devices).map { RandomHistory(stream: stream * 10 + UInt64($0), epochs: 6) }
    let rule = ReferenceRule(
      hours: 0..<2_000_000, intervalMilliseconds: interval, buttons: [buttons])
    var models = Array(repeating: ReferenceDevice(rules: [rule]), count: devices)
    for _ in 0..<messages {
      let device = Int.random(in: 0..<devices, using: &generator)
      let frame = histories[device].frame()
      let received = histories[device].receivedAtMilliseconds
      if generator.oneIn(10) {
        let press = PlainPress(at: nil, button: Int.random(in: 0...5, using: &generator))
        let text = "{\"presses\":[{\"button\":\(press.button)}]}"
        service.receive(
          Array(text.utf8), device: "dev-\(device)", receivedAtMilliseconds: received)
        models[device].takeUnsequenced(
          PlainFrame(epoch: 0, first: 0, sentAt: received / 1000, presses: [press]),
          receivedAtMilliseconds: received)
      }
      service.receive(frame.bytes, device: "dev-\(device)", receivedAtMilliseconds: received)
      _ = models[device].take(frame, receivedAtMilliseconds: received)
      if generator.oneIn(6) { try service.commit() }
    }
    try service.commit()
    return models
  }
}
