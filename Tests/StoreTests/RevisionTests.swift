import Foundation
import GRDB
import Ingest
import Registry
import Store
import TestSupport
import Testing

@Suite struct RevisionTests {
  static let everything = 0..<2_000_000
  static let devices: Set<Int> = [0, 1, 2]

  /// Buckets as text, in their order.
  private static func stored(_ folder: Folder) throws -> [String] {
    try folder.database().read { db in
      try Row.fetchAll(
        db,
        sql: """
          SELECT device - 1, hour, slot, \(CountNumber.names.joined(separator: ", "))
          FROM bucket ORDER BY 1, 2, 3
          """
      ).map { row in row.databaseValues.map { "\($0)" }.joined(separator: " ") }
    }
  }

  private static func past(_ folder: Folder, _ asOf: AsOf) async throws -> (
    revision: Int64, buckets: [String]
  ) {
    try await StoreReader(folder.file).read { snapshot in
      let moment = try snapshot.moment(asOf)
      var sums: [[Int]: CountNumbers] = [:]
      try snapshot.counts(at: moment, hours: everything, devices: devices) {
        device, hour, slot, numbers in
        var sum = sums[[device, hour, slot]] ?? CountNumbers(repeating: 0)
        for index in sum.indices { sum[index] += numbers[index] }
        sums[[device, hour, slot]] = sum
      }
      let rows = sums.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map { key, sum in
        (key.map { "\($0)" } + CountNumber.allCases.map { "\(sum[$0.rawValue])" })
          .joined(separator: " ")
      }
      return (moment.revision, rows)
    }
  }

  @Test(
    "counts as of every earlier revision are what stood there then",
    arguments: 1...4 as ClosedRange<UInt64>)
  func asOf(_ stream: UInt64) async throws {
    let folder = try Folder()
    var service = try Service(folder, registry: Site.registry())
    let reader = try StoreReader(folder.file)
    var then: [(revision: Int64, buckets: [String])] = []
    for step in 0..<25 {
      _ = try Site.live(&service, stream: stream * 100 + UInt64(step), messages: 4)
      if step % 7 == 3 {
        // A registry that changes no rule makes a revision and no segment.
        let text = Site.registry() + "# \(step)\n"
        service = try Service(folder, registry: text)
      }
      let revision = try await reader.read { try $0.revision(hours: Self.everything) }
      then.append((revision.data, try Self.stored(folder)))
    }
    for known in then {
      let found = try await Self.past(folder, .revision(known.revision))
      #expect(found.buckets == known.buckets, "stream \(stream), revision \(known.revision)")
    }
    #expect(Set(then.map(\.revision)).count == then.count)
    let last = then[then.count - 1].revision
    await #expect(throws: PastError.self) { try await Self.past(folder, .revision(last + 1)) }
    await #expect(throws: PastError.self) { try await Self.past(folder, .revision(0)) }
  }

  @Test("a time means what had been received by then")
  func time() async throws {
    let folder = try Folder()
    var service = try Service(folder, registry: Site.registry())
    var then: [(at: Int, buckets: [String])] = []
    for step in 0..<20 {
      let at = Service.received + step * 1000
      let frame = PlainFrame(
        epoch: 1, first: step, sentAt: at / 1000,
        presses: [PlainPress(at: at / 1000 - 7200 * step, button: 3)])
      service.receive(frame.bytes, device: "dev-0", receivedAtMilliseconds: at)
      try service.commit()
      then.append((at, try Self.stored(folder)))
    }
    for known in then {
      for later in [0, 999] {
        let found = try await Self.past(folder, .time(milliseconds: Int64(known.at + later)))
        #expect(found.buckets == known.buckets)
      }
    }
    #expect(try await Self.past(folder, .time(milliseconds: 0)).buckets == [])
  }

  @Test("more of the archive than allowed is refused before it is counted")
  func bound() async throws {
    let folder = try Folder()
    var service = try Service(folder, registry: Site.registry())
    _ = try Site.live(&service, stream: 9, messages: 50)
    let reader = try StoreReader(folder.file)
    await #expect(throws: PastError.self) {
      try await reader.read { snapshot in
        let moment = try snapshot.moment(.time(milliseconds: .max))
        try snapshot.counts(
          at: moment, hours: Self.everything, devices: Self.devices, bytesMax: 1000
        ) { _, _, _, _ in }
      }
    }
  }

  @Test("changes say when, why and which days, and nothing that came before")
  func changes() async throws {
    let folder = try Folder()
    var service = try Service(folder, registry: Site.registry())
    let day = Service.received / 86_400_000
    for (sequence, back) in [0, 0, 40].enumerated() {
      let at = Service.received + sequence * 1000
      let frame = PlainFrame(
        epoch: 1, first: sequence, sentAt: at / 1000,
        presses: [PlainPress(at: at / 1000 - back * 86_400, button: 3)])
      service.receive(frame.bytes, device: "dev-0", receivedAtMilliseconds: at)
      try service.commit()
    }
    let reader = try StoreReader(folder.file)
    let read = try await reader.read { snapshot in
      try snapshot.changes(hours: Self.everything, after: 0, limit: 100)
    }
    #expect(read.completeAfter == 1)
    #expect(read.changes.map(\.cause) == [.presses, .presses, .registry])
    #expect(read.changes.map(\.days) == [(day - 40)...(day - 40), day...day, nil])
    #expect(read.changes.map(\.revisions) == [5...5, 3...4, 2...2])
    #expect(read.changes[1].firstAtMilliseconds == Int64(Service.received))
    #expect(read.changes[1].lastAtMilliseconds == Int64(Service.received + 1000))
    let late = (day - 40) * 24..<(day - 40) * 24 + 1
    let some = try await reader.read { try $0.changes(hours: late, after: 2, limit: 100).changes }
    #expect(some == [read.changes[0]])
    let one = try await reader.read { snapshot in
      try snapshot.changes(hours: Self.everything, after: 0, limit: 1).changes
    }
    #expect(one == [read.changes[0]])
  }

  @Test("hours of receipt are told apart, and the oldest are forgotten whole")
  func trimmed() async throws {
    let folder = try Folder()
    var service = try Service(folder, registry: Site.registry())
    for hour in 0..<6 {
      for minute in [1, 2] {
        let at = Service.received + hour * 3_600_000 + minute * 60_000
        let frame = PlainFrame(
          epoch: 1, first: hour * 2 + minute - 1, sentAt: at / 1000,
          presses: [PlainPress(at: Service.received / 1000 + hour * 60 + minute, button: 3)])
        service.receive(frame.bytes, device: "dev-0", receivedAtMilliseconds: at)
        try service.commit()
      }
    }
    let reader = try StoreReader(folder.file)
    let all = try await reader.read { try $0.changes(hours: Self.everything, after: 0, limit: 99) }
    let presses = all.changes.filter { $0.cause == .presses }
    let revisions: [ClosedRange<Int64>] = [13...14, 11...12, 9...10, 7...8, 5...6, 3...4]
    #expect(presses.map(\.revisions) == revisions)
    let last = [5, 4, 3, 2, 1, 0].map { Int64(Service.received + $0 * 3_600_000 + 120_000) }
    #expect(presses.map(\.lastAtMilliseconds) == last)
    try service.store.trimRevisions(rowsMax: 4)
    let rest = try await reader.read { try $0.changes(hours: Self.everything, after: 0, limit: 99) }
    #expect(rest.changes == Array(all.changes.prefix(4)) + all.changes.suffix(1))
    #expect(rest.completeAfter == 6)
  }
}
