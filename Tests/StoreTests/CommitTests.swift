import Foundation
import GRDB
import Ingest
import Store
import TestSupport
import Testing

@Suite struct CommitTests {
  @Test("what was committed is there after reopening, counted as the slow model counts it")
  func reopened() throws {
    let folder = try Folder()
    var models: [ReferenceDevice] = []
    do {
      var service = try Service(folder, registry: Site.registry())
      models = try Site.live(&service, stream: 600, messages: 400)
    }
    let store = try Store(folder.file)
    for (device, model) in models.enumerated() {
      let difference = differences(try Site.buckets(folder, device: device), model.buckets)
      #expect(difference == nil, "device \(device), \(Seeded.command)")
      for (epoch, next) in model.next {
        let cursor = try store.loadCursor(device: device, epoch: UInt32(epoch))
        #expect(Int(cursor.next) == next, "\(Seeded.command)")
        #expect(
          cursor.lastCountedMilliseconds.map { Int($0) } == model.lastCountedMilliseconds,
          "\(Seeded.command)")
      }
      let never = try store.loadCursor(device: device, epoch: 12_345)
      #expect(never.next == 0)
    }
  }

  @Test("of however many epochs a device had, they are searched once")
  func manyEpochs() throws {
    let folder = try Folder()
    do { _ = try Service(folder, registry: Site.registry()) }
    try folder.database().write { db in
      try db.execute(
        sql: """
          WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 99999)
          INSERT INTO cursor (device, epoch, next, segment, last_counted_ms)
          SELECT 1, i, 0, i + 1, i FROM n
          """)
    }
    let store = try Store(folder.file)
    let clock = ContinuousClock()
    let first = try clock.measure { _ = try store.loadCursor(device: 0, epoch: 7) }
    var found: [StoredCursor] = []
    let later = try (0..<20).map { epoch in
      try clock.measure { found.append(try store.loadCursor(device: 0, epoch: epoch)) }
    }
    #expect(found.allSatisfy { $0.lastCountedMilliseconds == 99_999 })
    #expect(try #require(later.min()) * 4 < first)
  }

  @Test("what was not committed is not there, and counts once when it comes again")
  func uncommitted() throws {
    let folder = try Folder()
    let frames = (0..<6).map { number in
      PlainFrame(
        epoch: 7, first: number, sentAt: Service.received / 1000,
        presses: [PlainPress(at: Service.received / 1000 + number * 10, button: 3)])
    }
    do {
      var service = try Service(folder, registry: Site.registry())
      for frame in frames.prefix(3) { service.receive(frame.bytes, device: "dev-0") }
      try service.commit()
      for frame in frames.dropFirst(3) { service.receive(frame.bytes, device: "dev-0") }
    }
    var service = try Service(folder, registry: nil)
    #expect(try Site.buckets(folder, device: 0).values.map(\.presses) == [3])
    for frame in frames { service.receive(frame.bytes, device: "dev-0") }
    try service.commit()
    #expect(try Site.buckets(folder, device: 0).values.map(\.counts) == [[0, 0, 0, 6, 0]])
  }

  @Test("readers see whole batches, health and buckets, while the store writes")
  func readers() async throws {
    let folder = try Folder()
    let models = try {
      var service = try Service(folder, registry: Site.registry())
      let status = Array("{\"state\":\"online\",\"battery_mv\":2950}".utf8)
      let topic = Array("pikapalaute/v1/helsinki/dev-1/status".utf8)
      service.engine.receive(
        topic: unsafe topic.span.bytes, payload: unsafe status.span.bytes, isRetained: true,
        receivedAtMilliseconds: Int64(Service.received))
      return try Site.live(&service, stream: 610, messages: 200)
    }()
    let reader = try StoreReader(folder.file)
    let (health, presses) = try await reader.read { snapshot in
      var presses = [0, 0, 0]
      for device in 0..<3 {
        let all = 0..<2_000_000
        try snapshot.buckets(device: device, hours: all, bins: [all]) { _, _, numbers in
          // Five buttons, excluded, invalid.
          for number in 0..<7 { presses[device] += Int(numbers[number]) }
        }
      }
      return (try snapshot.deviceHealth(), presses)
    }
    #expect(presses == models.map(\.total.presses), "\(Seeded.command)")
    #expect(health.map(\.unsequencedPresses) == models.map(\.pressesUnsequenced))
    #expect(health[1].statusJSON?.contains("2950") == true && health[0].statusJSON == nil)
    for (device, model) in models.enumerated() {
      let last = health[device].lastCountedMilliseconds.map { Int($0) }
      #expect(last == model.lastCountedMilliseconds, "\(Seeded.command)")
      let epochs = health[device].epochs.map { [Int($0.epoch), Int($0.next)] }
      let expected = model.next.filter { $0.value > 0 }.map { [$0.key, $0.value] }
      #expect(Set(epochs) == Set(expected), "\(Seeded.command)")
    }
  }

  @Test("the quarantine keeps the latest 10 000 messages and counts all of them")
  func quarantine() async throws {
    let folder = try Folder()
    let kept = 10_000
    let batches = kept / IngestLimits.quarantinePerBatchMax + 5
    do {
      var service = try Service(folder, registry: Site.registry())
      for batch in 0..<batches {
        for _ in 0..<IngestLimits.quarantinePerBatchMax + 1 {
          service.receive(
            [1, 2, 3], device: "dev-0", receivedAtMilliseconds: Service.received + batch)
        }
        try service.commit()
      }
    }
    let reader = try StoreReader(folder.file)
    let (rows, totals) = try await reader.read { snapshot in
      (
        try snapshot.quarantine(limit: 100_000).map(\.receivedAtMilliseconds),
        try snapshot.quarantineTotals().map { "\($0.reason) \($0.messages)" }
      )
    }
    #expect(rows.count == kept)
    #expect(rows.first == Int64(Service.received + batches - 1))
    #expect(totals == ["too_short \(batches * (IngestLimits.quarantinePerBatchMax + 1))"])
  }
}
