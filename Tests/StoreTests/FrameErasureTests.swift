import Foundation
import GRDB
import Ingest
import Registry
import Store
import TestSupport
import Testing

@Suite struct FrameErasureTests {
  static let day = 86_400_000

  /// Devices 0 and 1 rate visits, device 2 is a terminal.
  static func registry(interval: Int = 60, keep: Int = 31, buttons: Int = 4) -> String {
    """
    site: helsinki
    time_zone: Europe/Helsinki
    visits: {keep_days: \(keep)}
    questions:
      - {id: kaynti, buttons: \(buttons)}
      - {id: palvelu, buttons: 4}
    nodes:
      - {id: koti, kind: touchpoint, channel: visit, question: kaynti, visit_interval_s: \(interval),
         devices: [{id: dev-0}, {id: dev-1}]}
      - {id: aula, kind: touchpoint, question: palvelu, repeat_interval_s: 60, devices: [{id: dev-2}]}

    """
  }

  /// A history of three devices, frames and commits alternating in the order of receipt.
  struct History {
    var histories: [RandomHistory]
    var models: [ReferenceDevice]
    var generator: Seeded
    /// What was taken, with the device.
    var sent: [(device: Int, frame: PlainFrame, at: Int)] = []

    init(stream: UInt64) {
      histories = (0..<3).map { RandomHistory(stream: stream * 10 + UInt64($0), epochs: 3) }
      let rule = ReferenceRule(
        hours: 0..<2_000_000, intervalMilliseconds: 60_000, buttons: [4])
      models = Array(repeating: ReferenceDevice(rules: [rule]), count: 3)
      generator = Seeded(stream: stream)
    }

    mutating func live(_ service: inout Service, messages: Int) throws {
      for _ in 0..<messages {
        // Who is behind is next, so that receipt goes forward.
        let device = (0..<3).min {
          histories[$0].receivedAtMilliseconds < histories[$1].receivedAtMilliseconds
        }
        guard let device else { return }
        let frame = histories[device].frame()
        let at = histories[device].receivedAtMilliseconds
        service.receive(frame.bytes, device: "dev-\(device)", receivedAtMilliseconds: at)
        if !models[device].take(frame, receivedAtMilliseconds: at).isRewind {
          sent.append((device, frame, at))
        }
        if generator.oneIn(3) { try service.commit() }
      }
      try service.commit()
    }

    var last: Int { sent.map(\.at).max() ?? 0 }
  }

  /// Until nothing waits, as of a moment.
  static func maintain(_ store: Store, at milliseconds: Int) throws {
    while try store.maintain(nowMilliseconds: Int64(milliseconds)) {}
  }

  /// Every frame that is kept: its device's name, segment and place.
  static func kept(_ folder: Folder) async throws -> [String] {
    try await StoreReader(folder.file).read { snapshot in
      var kept: [String] = []
      var segment: Int64 = 1
      while let frames = try snapshot.frames(segment: segment) {
        kept += frames.map {
          "\($0.device) \(segment) \($0.place) \($0.frame.receivedAtMilliseconds)"
        }
        segment += 1
      }
      return kept
    }
  }

  /// Single presses of all devices, as they are told.
  static func presses(_ folder: Folder, device: Int) async throws -> [String] {
    try await StoreReader(folder.file).read { snapshot in
      var told: [String] = []
      _ = try snapshot.presses(
        hours: [device: [0..<2_000_000]], upTo: try snapshot.archiveEnd(), isOver: { false },
        goesOn: { _ in true }
      ) { press in
        told.append(
          "\(press.position?.segment ?? 0) \(press.position?.frame ?? 0) \(press.atMilliseconds) "
            + "\(press.outcome) \(press.epoch ?? 0) \(press.sequence ?? 0) \(press.count)")
      }
      return told.sorted()
    }
  }

  static func erased(_ folder: Folder) throws -> Int {
    try folder.database().read { try Int.fetchOne($0, sql: "SELECT sum(frames) FROM erasure") ?? 0 }
  }

  @Test(
    "old frames of visits go bit by bit; every count stays, is proven where it can be, and goes on",
    arguments: 1...4 as ClosedRange<UInt64>)
  func erasing(_ stream: UInt64) async throws {
    let folder = try Folder()
    var history = History(stream: 900 + stream)
    var service = try Service(folder, registry: Self.registry())
    // Chapters are written for half of the cases before anything is erased.
    for step in 0..<4 {
      try history.live(&service, messages: 120)
      if stream % 2 == 0 { try Self.maintain(service.store, at: history.last) }
      let counts = try Site.counts(folder)
      let terminal = try await Self.presses(folder, device: 2)
      let before = try await Self.kept(folder)
      // Up to a moment in the midst of what came.
      let oldest = history.sent[history.sent.count * 2 / 3].at
      try Self.maintain(service.store, at: oldest + 31 * Self.day)
      #expect(try Site.counts(folder) == counts, "stream \(stream), step \(step)")
      #expect(try await Self.presses(folder, device: 2) == terminal)
      let after = try await Self.kept(folder)
      let gone = Set(before).subtracting(after)
      #expect(Set(after).isSubset(of: before) && gone.allSatisfy { !$0.hasPrefix("dev-2") })
      #expect(gone.count > 5, "stream \(stream), step \(step)")
      // Of a segment that ends later nothing is erased: it is short.
      let left = after.filter { !$0.hasPrefix("dev-2") }.compactMap {
        $0.split(separator: " ").last.flatMap { Int($0) }
      }
      #expect(left.allSatisfy { $0 > oldest - 2_000_000 }, "stream \(stream), step \(step)")
      let report = try Rebuild.run(folder.file, applying: nil, progress: { _ in })
      #expect(report.differences == [], "stream \(stream), step \(step)")
      #expect(report.erased.map(\.device) == ["dev-0", "dev-1"])
      _ = try await Self.presses(folder, device: 0)
      if step == 2 { service = try Service(folder, registry: nil) }
    }
    for device in 0..<3 {
      #expect(
        try Site.buckets(folder, device: device) == history.models[device].buckets,
        "stream \(stream), device \(device)")
    }
  }

  @Test("frames that are erased are nowhere in the files, and those of others are")
  func bytes() throws {
    let folder = try Folder()
    var history = History(stream: 931)
    var service = try Service(folder, registry: Self.registry())
    try history.live(&service, messages: 120)
    let before = try folder.everything()
    try Self.maintain(service.store, at: history.last + 32 * Self.day)
    let files = try folder.everything()
    var found = 0
    for (device, frame, _) in history.sent where frame.presses.count > 1 {
      let bytes = Data(frame.bytes)
      // Repetitions are not kept.
      if before.firstRange(of: bytes) == nil { continue }
      found += 1
      #expect((files.firstRange(of: bytes) != nil) == (device == 2))
    }
    #expect(found > 40)
    #expect(try Self.erased(folder) > 40)
  }

  @Test("a frame that is sent again after it was erased is a repetition, also after a rebuild")
  func repeated() throws {
    let folder = try Folder()
    var history = History(stream: 932)
    var service = try Service(folder, registry: Self.registry())
    try history.live(&service, messages: 120)
    try Self.maintain(service.store, at: history.last + 32 * Self.day)
    let counts = try Site.counts(folder)
    func again() throws {
      var service = try Service(folder, registry: Self.registry())
      for (device, frame, at) in history.sent {
        service.receive(frame.bytes, device: "dev-\(device)", receivedAtMilliseconds: at + Self.day)
      }
      try service.commit()
      #expect(try Site.counts(folder) == counts)
    }
    let presses = try Rebuild.run(folder.file, applying: nil, progress: { _ in }).presses
    try folder.database().write {
      try $0.execute(sql: "UPDATE bucket SET count_1 = count_1 + 1 WHERE device < 3")
    }
    let applied = try Rebuild.run(folder.file, applying: Site.stamp, progress: { _ in })
    #expect(applied.isApplied && applied.presses == presses)
    #expect(try Site.counts(folder) == counts)
    try again()
    #expect(try Rebuild.run(folder.file, applying: nil, progress: { _ in }).differences == [])
  }

  @Test("presses of erased frames are annulled and given back by the hour")
  func annulled() throws {
    let folder = try Folder()
    var history = History(stream: 933)
    var service = try Service(folder, registry: Self.registry())
    try history.live(&service, messages: 150)
    try Self.maintain(service.store, at: history.sent[100].at + 31 * Self.day)
    let counts = try Site.counts(folder)
    let report = try service.store.annul(
      device: "dev-0", hours: 0..<2_000_000, reason: "wrong hands", actor: "user test",
      nowMilliseconds: Site.stamp.nowMilliseconds)
    #expect(report.presses > 20)
    #expect(try Rebuild.run(folder.file, applying: nil, progress: { _ in }).differences == [])
    _ = try service.store.undoAnnulment(
      report.id, actor: "user test", nowMilliseconds: Site.stamp.nowMilliseconds)
    #expect(try Site.counts(folder) == counts)
  }

  @Test("another interval judges the frames that are there, other buttons are refused")
  func otherRules() throws {
    let folder = try Folder()
    var history = History(stream: 934)
    do {
      var service = try Service(folder, registry: Self.registry())
      try history.live(&service, messages: 150)
      try Self.maintain(service.store, at: history.sent[100].at + 31 * Self.day)
    }
    let counts = try Site.counts(folder)
    do {
      _ = try Service(folder, registry: Self.registry(buttons: 5))
      Issue.record("counts without frames were counted by other buttons")
    } catch let error as RegistryError {
      #expect(error.reason.contains("device 'dev-0'") && error.reason.contains("keep_days"))
    }
    #expect(try Site.counts(folder) == counts)
    _ = try Service(folder, registry: Self.registry(interval: 0))
    #expect(try Site.counts(folder) != counts)
    let report = try Rebuild.run(folder.file, applying: nil, progress: { _ in })
    #expect(report.differences == [])
    let excluded = try folder.database().read {
      try Int.fetchOne($0, sql: "SELECT sum(excluded) FROM bucket WHERE device < 3")
    }
    #expect(excluded ?? 0 > 0, "what was erased keeps what it was judged to be")
    _ = try Service(folder, registry: Self.registry())
    #expect(try Site.counts(folder) == counts)
  }

  @Test("a moment from before frames were erased is refused, one from after is told")
  func past() async throws {
    let folder = try Folder()
    var history = History(stream: 935)
    var service = try Service(folder, registry: Self.registry())
    try history.live(&service, messages: 60)
    let reader = try StoreReader(folder.file)
    let second = history.sent.count
    let early = try await reader.read { try $0.revision(hours: 0..<2_000_000).data }
    try history.live(&service, messages: 60)
    let later = try await reader.read { try $0.revision(hours: 0..<2_000_000).data }
    try history.live(&service, messages: 60)
    try Self.maintain(service.store, at: history.sent[second + 25].at + 31 * Self.day)
    func told(_ revision: Int64, _ device: Int) async throws -> Int64 {
      try await reader.read { snapshot in
        var sum: Int64 = 0
        try snapshot.counts(
          at: try snapshot.moment(.revision(revision)), hours: 0..<2_000_000, devices: [device]
        ) { _, _, _, numbers in sum += (0..<7).reduce(0) { $0 + numbers[$1] } }
        return sum
      }
    }
    await #expect(throws: PastError.self) { try await told(early, 0) }
    #expect(try await told(early, 2) > 0)
    #expect(try await told(later, 0) > 0)
    let at = Int64(history.sent[30].at)
    let moment = try await reader.read { try $0.moment(.time(milliseconds: at)) }
    #expect(moment.revision < early && moment.revision > 0, "segments tell their time")
  }

  @Test("frames of a phone that the registry dropped are erased too; without keep_days none are")
  func dropped() async throws {
    let folder = try Folder()
    var history = History(stream: 936)
    var service = try Service(folder, registry: Self.registry(keep: 0))
    try history.live(&service, messages: 90)
    try Self.maintain(service.store, at: history.last + 4000 * Self.day)
    #expect(try Self.erased(folder) == 0)
    let without = Self.registry().replacing(", {id: dev-1}", with: "")
    service = try Service(folder, registry: without)
    try Self.maintain(service.store, at: history.last + 32 * Self.day)
    #expect(try await Self.kept(folder).allSatisfy { $0.hasPrefix("dev-2") })
    let audited = try await folder.database().read {
      try String.fetchAll(
        $0, sql: "SELECT detail FROM audit_pending WHERE action = 'frames erased'")
    }
    #expect(!audited.isEmpty && audited.allSatisfy { $0.contains("visits from 2 devices") })
  }

  @Test("a damaged segment is not sealed anew: erasing ends before it")
  func damaged() throws {
    let folder = try Folder()
    var history = History(stream: 937)
    var service = try Service(folder, registry: Self.registry())
    try history.live(&service, messages: 90)
    // One that begins with a frame of a phone.
    let damaged = try folder.database().write { db in
      let row = try Row.fetchOne(
        db,
        sql: """
          SELECT id, records FROM segment
          WHERE id > 8 AND hex(substr(records, 1, 4)) IN ('01000000', '02000000') LIMIT 1
          """)
      let id: Int = row?[0] ?? 0
      var records: Data = row?[1] ?? Data()
      records[records.count - 6] ^= 1
      try db.execute(
        sql: "UPDATE segment SET records = ? WHERE id = ?", arguments: [records, id])
      return id
    }
    try Self.maintain(service.store, at: history.last + 32 * Self.day)
    let (last, through) = try folder.database().read { db in
      (
        try Int.fetchOne(db, sql: "SELECT max(segment) FROM erasure"),
        try Int.fetchOne(db, sql: "SELECT max(through) FROM erasure")
      )
    }
    #expect(through == damaged - 1, "\(Seeded.command)")
    #expect(last ?? 0 < damaged && last ?? 0 > 0)
  }

  @Test("a backup that was made before keeps its frames, and is whole")
  func backup() async throws {
    let folder = try Folder()
    var history = History(stream: 938)
    var service = try Service(folder, registry: Self.registry())
    try history.live(&service, messages: 90)
    let copy = folder.url.appendingPathComponent("copy.sqlite").path
    _ = try Backup.make(folder.file, to: copy, progress: { _ in })
    try Self.maintain(service.store, at: history.last + 32 * Self.day)
    let now = folder.url.appendingPathComponent("now.sqlite").path
    let report = try Backup.make(folder.file, to: now, progress: { _ in })
    #expect(report.rebuild.erased.count == 2)
    #expect(try Verification.run(DatabaseFile(path: copy), progress: { _ in }).erased.isEmpty)
  }
}
