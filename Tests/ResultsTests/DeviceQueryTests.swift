import Foundation
import Ingest
import Registry
import Store
import Testing

@testable import Queries

@Suite struct DeviceQueryTests {
  /// 2026-03-02T10:00:00Z, a Monday.
  private static let now: Int64 = 1_772_445_600_000
  private static let yaml = """
    site: helsinki
    time_zone: Europe/Helsinki
    questions: [{id: palvelu, buttons: 4}]
    nodes:
      - id: kallio
        kind: unit
        nodes:
          - id: aula
            kind: touchpoint
            question: palvelu
            opening_hours: Mo-Su 08:00-16:00
            devices:
              - {id: d-1, from: 2026-02-20}
              - {id: d-2, from: 2026-01-01, to: 2026-02-01}
      - id: malmi
        kind: unit
        nodes:
          - id: ovi
            kind: touchpoint
            question: palvelu
            devices:
              - {id: d-1, from: 2026-01-01, to: 2026-02-20}
              - {id: d-2, from: 2026-02-01}
    """

  private let folder = FileManager.default.temporaryDirectory
    .appendingPathComponent("pikapalaute-device-\(UUID().uuidString)")

  /// What `messages` leave behind: the site, and a reader of it.
  private func service(
    _ messages: [(topic: String, text: String, atMilliseconds: Int64)]
  ) throws -> (Site, StoreReader) {
    let file = DatabaseFile(path: folder.appendingPathComponent("site.sqlite").path)
    let store = try Store(file)
    let applied = try store.apply(
      registryYAML: Self.yaml, name: "registry.yaml", nowMilliseconds: 0)
    var engine = IngestEngine(
      site: "helsinki", devices: applied.devices.map(\.engineDevice), store: store)
    for message in messages {
      let topic = Array("pikapalaute/v1/helsinki/\(message.topic)".utf8)
      let payload = Array(message.text.utf8)
      engine.receive(
        topic: unsafe topic.span.bytes, payload: unsafe payload.span.bytes, isRetained: false,
        receivedAtMilliseconds: message.atMilliseconds)
      try engine.commit(answering: false)
    }
    store.close()
    return (try #require(Site(applied)), try StoreReader(file))
  }

  private func report(
    _ device: String, _ site: Site, _ reader: StoreReader, node: String? = nil,
    showsQuarantine: Bool = false, at now: Int64 = Self.now
  ) async throws -> DeviceReport {
    let scope = node.map { Scope(node: $0, index: site.index) } ?? .everything
    return try await reader.answer(
      try DeviceQuery(
        device: device, site: site, scope: scope, showsQuarantine: showsQuarantine,
        nowMilliseconds: now))
  }

  @Test("who is bound to a node sees where a device stood there and what it counted there, no more")
  func scope() async throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let presses = ["2026-02-10", "2026-02-11", "2026-02-25"].map {
      (
        topic: "d-1/press", text: #"{"presses":[{"button":3,"at":"\#($0)T10:00:00Z"}]}"#,
        atMilliseconds: Self.now
      )
    }
    let (site, reader) = try service(presses)
    let all = try await report("d-1", site, reader)
    #expect(all.placements.map(\.touchpoint) == ["ovi", "aula"])
    #expect(all.counted == 3)
    let bound = try await report("d-1", site, reader, node: "kallio")
    #expect(bound.placements.map(\.touchpoint) == ["aula"])
    #expect(bound.counted == 1)
    for (device, node) in [("d-1", "malmi"), ("d-2", "kallio"), ("nobody", "kallio")] {
      await #expect(throws: QueryError.unknownDevice(device)) {
        try await report(device, site, reader, node: node)
      }
    }
  }

  @Test("who sleeps is silent from an hour after it was due, in opening hours alone")
  func sleep() async throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let (site, reader) = try service([
      ("d-1/status", #"{"state":"sleeping","sleep_s":600}"#, Self.now),
      ("d-2/status", #"{"state":"offline"}"#, Self.now),
    ])
    for (minutes, asleep, silent) in [
      (0, true, false), (10, true, false), (11, false, false), (70, false, false),
      (71, false, true), (5 * 60, false, nil),
    ] as [(Int64, Bool, Bool?)] {
      let device = try await report("d-1", site, reader, at: Self.now + minutes * 60_000).device
      #expect(device.isAsleep == asleep, "\(minutes) min")
      #expect(device.isSilent == silent, "\(minutes) min")
    }
    #expect(try await report("d-2", site, reader).device.isSilent == true)
  }

  @Test("its quarantined messages are those of its own topics, for administrators alone")
  func quarantine() async throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let (site, reader) = try service([
      ("d-1/status", "{", Self.now), ("d-2/status", "{", Self.now), ("d-1/press", "x", Self.now),
      ("d-1x/press", "{}", Self.now), ("d-9/press", "{}", Self.now + 5),
      ("-/press", "{}", Self.now),
    ])
    #expect(try await report("d-1", site, reader).quarantine == nil)
    let rows = try await report("d-1", site, reader, showsQuarantine: true).quarantine
    #expect(rows?.map(\.reason) == ["too_short", "malformed_status"])
    let knocking = try await reader.answer(UnregisteredQuery(site: site))
    #expect(knocking.devices.map(\.name) == ["d-9", "d-1x"])
    #expect(knocking.otherMessages == 1)
  }
}
