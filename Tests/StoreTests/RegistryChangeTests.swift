import CivilTime
import Foundation
import GRDB
import Registry
import Store
import TestSupport
import Testing

@Suite struct RegistryChangeTests {
  /// A fresh file with the same messages under the registry from the start.
  static func fresh(_ registry: String, stream: UInt64) throws -> [String] {
    let folder = try Folder()
    do {
      var service = try Service(folder, registry: registry)
      _ = try Site.live(&service, stream: stream, messages: 200)
    }
    return try Site.counts(folder)
  }

  /// A file with a history under `first`, then opened under `second`.
  static func changed(
    _ first: String, _ second: String, stream: UInt64
  ) throws -> (counts: [String], changes: [String], folder: Folder) {
    let folder = try Folder()
    do {
      var service = try Service(folder, registry: first)
      _ = try Site.live(&service, stream: stream, messages: 200)
    }
    let changes = try Service(folder, registry: second).site.changes
    return (try Site.counts(folder), changes, folder)
  }

  @Test(
    "history counted under a changed rule is the history counted under it from the start",
    arguments: [
      Site.registry(interval: 0), Site.registry(interval: 60), Site.registry(question: "viisi"),
      Site.registry(devices: ["{id: dev-0, question: viisi}", "{id: dev-1}", "{id: dev-2}"]),
      Site.registry(
        devices: [
          "{id: dev-0, to: 2026-11-21}", "{id: dev-0, from: 2026-11-21, question: viisi}",
          "{id: dev-1}", "{id: dev-2}",
        ]),
    ])
  func recount(_ registry: String) throws {
    let before = try Self.fresh(Site.registry(), stream: 800)
    let changed = try Self.changed(Site.registry(), registry, stream: 800)
    #expect(changed.counts == (try Self.fresh(registry, stream: 800)), "\(Seeded.command)")
    #expect(changed.counts != before, "\(Seeded.command)")
    #expect(changed.changes.contains { $0.hasPrefix("counted again under their new rules") })
    let report = try Rebuild.run(changed.folder.file, applying: nil, progress: { _ in })
    #expect(report.differenceCount == 0, "\(report.differences) \(Seeded.command)")
  }

  @Test("a device that moved takes its buckets along without counting anything again")
  func moved() throws {
    let moved = Site.registry(
      devices: ["{id: dev-1}", "{id: dev-2}"], ovi: ["{id: dev-0, from: 2026-11-21}"])
    let before = try Self.fresh(Site.registry(), stream: 801)
    let changed = try Self.changed(Site.registry(), moved, stream: 801)
    #expect(changed.counts == before, "\(Seeded.command)")
    #expect(
      changed.changes == [
        "device dev-0 moved from aula to unassigned until 2026-11-21",
        "device dev-0 moved from aula to ovi from 2026-11-21",
      ])
    let service = try Service(changed.folder, registry: nil)
    #expect(service.site.devices[0].timeline.intervals.map(\.touchpoint) == ["unassigned", "ovi"])
  }

  @Test(
    "an hour that gets other places later counts as it would have from the start, out of chapters too",
    arguments: 0..<2)
  func shared(_ number: Int) throws {
    var generator = Seeded(stream: UInt64(820 + number))
    let start = Service.received / 60_000
    let zone = ZoneOffsets(try #require(TimeZone(identifier: "Europe/Helsinki")))
    func registry() -> String {
      let bounds = (0..<4).map { _ in start + Int.random(in: -60...600, using: &generator) }
      let texts = Set(bounds).sorted().map { SiteMinute.text($0, zone) }
      let (aula, ovi) = (
        stride(from: 0, to: texts.count, by: 2), stride(from: 1, to: texts.count, by: 2)
      )
      func entry(_ place: Int) -> String {
        "{id: dev-0, from: \(texts[place])"
          + (place + 1 < texts.count ? ", to: \(texts[place + 1])}" : "}")
      }
      return Site.registry(
        devices: aula.map(entry) + ["{id: dev-1}", "{id: dev-2}"], ovi: ovi.map(entry))
    }
    let folder = try Folder()
    do {
      var service = try Service(folder, registry: Site.registry())
      _ = try Site.live(&service, stream: 820, messages: 1800)
      while try service.store.maintain(nowMilliseconds: Int64(Service.received) + 700_000_000) {}
    }
    #expect(
      try folder.database().read { try Int.fetchOne($0, sql: "SELECT count(*) FROM chapter") } ?? 0
        > 0)
    for _ in 0..<3 {
      let registry = registry()
      let site = try Service(folder, registry: registry).site
      #expect(site.changes.contains { $0.hasPrefix("hours counted again by the minute") })
      let fresh = try Folder()
      do {
        var service = try Service(fresh, registry: registry)
        _ = try Site.live(&service, stream: 820, messages: 1800)
      }
      #expect(try Site.counts(folder) == Site.counts(fresh), "\(registry) \(Seeded.command)")
      let report = try Rebuild.run(folder.file, applying: nil, progress: { _ in })
      #expect(report.differenceCount == 0, "\(report.differences) \(Seeded.command)")
    }
  }

  @Test("a device without presses where its rules change is not counted again")
  func untouched() throws {
    let later = Site.registry(
      devices: ["{id: dev-0, to: 2027-05-13T14:07}", "{id: dev-1}", "{id: dev-2}"])
    let changed = try Self.changed(Site.registry(), later, stream: 821)
    #expect(changed.changes == ["device dev-0 moved from aula to unassigned from 2027-05-13T14:07"])
    let report = try Rebuild.run(changed.folder.file, applying: nil, progress: { _ in })
    #expect(report.differenceCount == 0)
  }

  @Test("a device that is dropped is refused and its history kept; put back, it goes on")
  func dropped() throws {
    let without = Site.registry(devices: ["{id: dev-1}", "{id: dev-2}"])
    let changed = try Self.changed(Site.registry(), without, stream: 802)
    let before = try Self.fresh(Site.registry(), stream: 802)
    #expect(changed.counts == before, "\(Seeded.command)")
    let frame = PlainFrame(
      epoch: 99, first: 0, sentAt: Service.received / 1000,
      presses: [PlainPress(at: 3600, button: 0)])
    do {
      var service = try Service(changed.folder, registry: nil)
      #expect(service.site.devices.map(\.isRegistered) == [false, true, true])
      #expect(service.site.devices[0].timeline.intervals.map(\.touchpoint) == ["unassigned"])
      service.receive(frame.bytes, device: "dev-0")
      try service.commit()
    }
    #expect(try Site.counts(changed.folder) == before)
    do {
      var service = try Service(changed.folder, registry: Site.registry())
      #expect(service.site.devices.map(\.isRegistered) == [true, true, true])
      #expect(service.site.devices[0].timeline.intervals.map(\.touchpoint) == ["aula"])
      #expect(try Site.counts(changed.folder) == before)
      service.receive(frame.bytes, device: "dev-0")
      try service.commit()
    }
    #expect(try Site.counts(changed.folder) != before)
    let report = try Rebuild.run(changed.folder.file, applying: nil, progress: { _ in })
    #expect(report.differenceCount == 0)
  }

  @Test("a device that is new gets the next number; the numbers of others stay")
  func added() throws {
    let folder = try Folder()
    _ = try Service(folder, registry: Site.registry(devices: ["{id: dev-1}"])).site
    let site = try Service(folder, registry: Site.registry()).site
    #expect(site.devices.map(\.name) == ["dev-1", "dev-0", "dev-2"])
    #expect(site.devices.map(\.number) == [0, 1, 2])
  }

  @Test("another site's registry and a wrong one are refused, and all stays as it was")
  func refused() throws {
    let folder = try Folder()
    do {
      var service = try Service(folder, registry: Site.registry())
      _ = try Site.live(&service, stream: 803, messages: 50)
    }
    let before = try Site.counts(folder)
    let store = try Store(folder.file)
    func apply(_ yaml: String?) throws -> AppliedSite {
      try store.apply(registryYAML: yaml, name: "r.yaml", nowMilliseconds: 1)
    }
    let applied = try apply(nil)
    do {
      _ = try apply(Site.registry(site: "espoo"))
      Issue.record("another site was applied")
    } catch StoreError.otherSite(_, let stored, let given) {
      #expect(stored == "helsinki" && given == "espoo")
    }
    let wrong = Site.registry(devices: ["{id: dev-0}", "{id: dev-0}"])
    #expect(throws: RegistryError.self) { _ = try apply(wrong) }
    let after = try apply(nil)
    #expect(after.devices == applied.devices && after.registry == applied.registry)
    #expect(after.revision == applied.revision && after.changes == [])
    #expect(try Site.counts(folder) == before)
  }

  @Test("the same registry again is no new revision, another one is the next")
  func revisions() throws {
    let folder = try Folder()
    let first = try Service(folder, registry: Site.registry()).site.revision
    let same = try Service(folder, registry: Site.registry()).site.revision
    let stored = try Service(folder, registry: nil).site.revision
    let other = try Service(folder, registry: Site.registry(interval: 3)).site.revision
    #expect([first, same, stored, other] == [1, 1, 1, 2])
  }
}
