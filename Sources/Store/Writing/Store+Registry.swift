import CivilTime
import Foundation
import GRDB
import Ingest
import Registry
import Synchronization

extension Store {
  /// Applies a registry: new devices get their numbers, moved ones their new places, and
  /// devices whose counting rules changed are counted again from the archive. One
  /// transaction: a crash leaves the registry that was there before.
  ///
  /// - Parameters:
  ///   - yaml: the registry file's text; nil applies what the database holds.
  ///   - name: the file's name, for messages and the audit log.
  ///   - expected: the version whose place it is to take; nil = whichever holds.
  ///   - actor: who applies it, for the audit log.
  /// - Throws: `RegistryError` for a wrong file, `StoreError.otherSite` for another city's,
  ///   ``RegistryOutdated``: nothing was changed, and the store goes on.
  public func apply(
    registryYAML yaml: String?, name: String, origin: RegistryOrigin = .file,
    expecting expected: Int64? = nil, actor: String = "service", nowMilliseconds: Int64
  ) throws -> AppliedSite {
    try write { db in
      let stored = try Row.fetchOne(
        db, sql: "SELECT id, site, yaml FROM registry ORDER BY id DESC LIMIT 1")
      let (latest, held): (String?, Int64) = (stored?["yaml"], stored?["id"] ?? 0)
      if let expected, expected != held { throw RegistryOutdated(held: held) }
      let known = try StoredDevice.fetchAll(db)
      let isReplaced =
        try origin == .start && yaml.map { try Self.isReplaced(db, file: $0) } ?? false
      guard let text = isReplaced ? latest : yaml ?? latest else {
        return AppliedSite(registry: nil, devices: known)
      }
      let registry = try Registry(yaml: text, name: yaml == nil ? "stored registry" : name)
      if let site: String = stored?["site"], site != registry.site {
        throw StoreError.otherSite(path: file.path, stored: site, given: registry.site)
      }
      var applied = AppliedSite(registry: registry, devices: known)
      applied.revision = held
      if isReplaced {
        applied.changes.append(
          "\(name) says what it said before; version \(applied.revision) holds, applied since")
      }
      var version = RegistryVersion(
        number: applied.revision, appliedAtMilliseconds: nowMilliseconds, appliedBy: actor)
      if latest != text {
        let zone = ZoneOffsets(registry.timeZone)
        let before = latest.flatMap { try? Registry(yaml: $0, name: "stored registry") }
        let difference = RegistryDifference(from: before, to: registry)
        applied.difference = difference
        applied.changes += difference.told(zone)
        version.changes = difference.summary(zone)
        applied.revision = try version.insert(
          db, site: registry.site, yaml: text, isFromFile: origin != .request)
        try Revisions.advanceAll(
          db, Revisions.Change(cause: .registry, nowMilliseconds: nowMilliseconds))
        applied.isNewRevision = true
      } else if yaml != nil, origin == .file {
        try db.execute(
          sql: "UPDATE registry SET is_from_file = 1 WHERE id = ?", arguments: [applied.revision])
      }
      try DailyRollup.adopt(db, zone: ZoneOffsets(registry.timeZone))
      let told = applied.changes.count
      try applyTimelines(db, registry, named: name, &applied)
      if !applied.isNewRevision, applied.changes.count > told {
        // The same text, read by a program that knows other defaults.
        try Revisions.advanceAll(
          db, Revisions.Change(cause: .registry, nowMilliseconds: nowMilliseconds))
        try AuditOutbox.add(
          db, actor: actor, action: .registryApplied,
          detail: "revision \(applied.revision) under this version's rules: "
            + applied.changes[told...].joined(separator: "; "),
          atMilliseconds: nowMilliseconds)
      }
      if applied.isNewRevision {
        try AuditOutbox.add(
          db, actor: actor, action: .registryApplied,
          detail: "revision \(applied.revision) from \(name): \(version.changes ?? "")",
          atMilliseconds: nowMilliseconds)
      }
      return applied
    }
  }

  /// The service's file says what it said last, and another registry took its place since.
  private static func isReplaced(_ db: Database, file text: String) throws -> Bool {
    let last = try Row.fetchOne(
      db, sql: "SELECT yaml FROM registry WHERE is_from_file ORDER BY id DESC LIMIT 1")
    let newest = try Bool.fetchOne(
      db, sql: "SELECT is_from_file FROM registry ORDER BY id DESC LIMIT 1")
    return last?["yaml"] == text && newest == false
  }

  private func applyTimelines(
    _ db: Database, _ registry: Registry, named name: String, _ applied: inout AppliedSite
  ) throws {
    let before = applied.devices
    let numbers = Dictionary(uniqueKeysWithValues: before.map { ($0.name, $0.number) })
    var listed: Set<String> = []
    for timeline in registry.timelines {
      listed.insert(timeline.device)
      let number = numbers[timeline.device] ?? applied.devices.count
      let device = StoredDevice(number: number, isRegistered: true, timeline: timeline)
      if number == applied.devices.count {
        try device.insert(db)
        applied.devices.append(device)
        continue
      }
      if device != before[number] {
        try device.update(db)
      }
      // Also where nothing changed: devices of the registry share what they have in common.
      applied.devices[number] = device
    }
    for device in before where !listed.contains(device.name) && device.isRegistered {
      let dropped = device.dropped(site: registry.site)
      try dropped.update(db)
      applied.devices[device.number] = dropped
    }
    for device in before where device.isImport {
      let placed = device.placedImport(in: registry)
      if placed == device { continue }
      try placed.update(db)
      applied.devices[device.number] = placed
    }
    try ErasedFrames.refuseRecount(db, before, applied.devices, file: name)
    try moveCounts(db, before, &applied)
    try ErasedFrames.note(db, applied.devices, registry)
    erasure.withLock { $0.keep(days: registry.visitRules.keepDays) }
  }

  /// Takes the counts of changed devices out of the sums they were in, counts again those whose
  /// rules changed, and puts all into the sums where they belong now.
  private func moveCounts(
    _ db: Database, _ before: [StoredDevice], _ applied: inout AppliedSite
  ) throws {
    let changed = before.indices.filter {
      before[$0].timeline != applied.devices[$0].timeline
    }
    let days = try DailyRollup.load(db)
    if !changed.isEmpty {
      try SeriesHours.apply(
        db, devices: changed, index: try SeriesIndex.make(db, devices: before), days: days,
        taking: true)
      try CountTables.stored.sweepSeries(db)
    }
    var recount: [Int] = []
    var parts: [Int: [Range<UTCHour>]] = [:]
    for number in changed {
      switch try RuleChange(db, before[number], applied.devices[number]) {
      case .none: continue
      case .parts(let hours): parts[number] = hours
      case .judgement: recount.append(number)
      }
    }
    try SharedHours.countAgain(db, parts, devices: applied.devices)
    if !parts.isEmpty {
      applied.changes.append("hours counted again by the minute: \(parts.count) devices")
    }
    if !recount.isEmpty {
      try Self.countAgain(db, recount, devices: applied.devices)
      applied.changes.append("counted again under their new rules: \(recount.count) devices")
    }
    let index = try SeriesIndex.make(db, devices: applied.devices)
    try SeriesHours.apply(db, devices: changed, index: index, days: days, taking: false)
    series.withLock { $0 = index }
    lastCounted.withLock { $0 = [:] }
    archive.withLock { $0 = .behind(nil) }
    let daysNow = try DailyRollup.load(db)
    self.days.withLock { $0 = daysNow }
    let annulled = try Annulments.load(db)
    annulments.withLock { $0 = annulled }
  }

  /// Counts `recount` again from the archive; their sums of series are the caller's.
  static func countAgain(_ db: Database, _ recount: [Int], devices: [StoredDevice]) throws {
    for device in recount {
      try db.execute(sql: "DELETE FROM bucket WHERE device = ?", arguments: [device + 1])
      try DailyRollup.forget(db, device: device)
      try db.execute(sql: "DELETE FROM cursor WHERE device = ?", arguments: [device + 1])
    }
    try Replay.run(db, into: .stored, devices: devices, only: Set(recount))
    try ArchiveIndex.forget(db)
  }
}
