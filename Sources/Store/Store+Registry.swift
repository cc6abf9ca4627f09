import Foundation
import GRDB
import Ingest
public import Registry

/// The site as applied: what the registry says, and every device the database knows.
public struct AppliedSite: Sendable {
  /// nil when no registry was ever applied: every device is unregistered then.
  public var registry: Registry?
  /// In the order of their numbers.
  public var devices: [StoredDevice]
  /// What applying the registry changed, a line each, for the log.
  public var changes: [String] = []
  /// The row of the registry table that holds: the revision devices are told; 0 = none.
  public var revision: Int64 = 0
}

extension Store {
  /// Applies a registry: new devices get their numbers, moved ones their new places, and
  /// devices whose counting rules changed are counted again from the archive. One
  /// transaction: a crash leaves the registry that was there before.
  ///
  /// - Parameters:
  ///   - yaml: the registry file's text; nil applies what the database holds.
  ///   - name: the file's name, for messages.
  /// - Throws: `RegistryError` for a wrong file, `StoreError.otherSite` for another city's.
  public func apply(
    registryYAML yaml: String?, name: String, nowMilliseconds: Int64
  ) throws -> AppliedSite {
    try write { db in
      let stored = try Row.fetchOne(
        db, sql: "SELECT id, site, yaml FROM registry ORDER BY id DESC LIMIT 1")
      let known = try StoredDevice.fetchAll(db)
      guard let text = yaml ?? stored?["yaml"] else {
        return AppliedSite(registry: nil, devices: known)
      }
      let registry = try Registry(yaml: text, name: yaml == nil ? "stored registry" : name)
      if let site: String = stored?["site"], site != registry.site {
        throw StoreError.otherSite(path: file.path, stored: site, given: registry.site)
      }
      var applied = AppliedSite(registry: registry, devices: known)
      applied.revision = stored?["id"] ?? 0
      if stored?["yaml"] != text {
        try db.execute(
          sql: "INSERT INTO registry (applied_ms, site, yaml) VALUES (?, ?, ?)",
          arguments: [nowMilliseconds, registry.site, text])
        applied.revision = db.lastInsertedRowID
      }
      try applyTimelines(db, registry.timelines, &applied)
      return applied
    }
  }

  private func applyTimelines(
    _ db: Database, _ timelines: [DeviceTimeline], _ applied: inout AppliedSite
  ) throws {
    var recount: Set<Int> = []
    var listed: Set<String> = []
    let numbers = Dictionary(uniqueKeysWithValues: applied.devices.map { ($0.name, $0.number) })
    for timeline in timelines {
      listed.insert(timeline.device)
      guard let number = numbers[timeline.device] else {
        let device = StoredDevice(
          number: applied.devices.count, isRegistered: true, timeline: timeline)
        try device.insert(db)
        applied.devices.append(device)
        continue
      }
      let device = StoredDevice(number: number, isRegistered: true, timeline: timeline)
      let before = applied.devices[number]
      if device == before { continue }
      try device.update(db)
      applied.devices[number] = device
      applied.changes.append("device \(device.name): new places or rules")
      if device.engineDevice.rules != before.engineDevice.rules { recount.insert(number) }
    }
    for device in applied.devices where !listed.contains(device.name) && device.isRegistered {
      let dropped = device.dropped()
      try dropped.update(db)
      applied.devices[device.number] = dropped
      applied.changes.append(
        "device \(device.name): no longer in the registry; its presses stand under 'unassigned'")
    }
    try countAgain(db, recount, &applied)
  }

  private func countAgain(
    _ db: Database, _ devices: Set<Int>, _ applied: inout AppliedSite
  ) throws {
    if devices.isEmpty { return }
    for device in devices {
      try db.execute(sql: "DELETE FROM bucket WHERE device = ?", arguments: [device + 1])
      try db.execute(sql: "DELETE FROM cursor WHERE device = ?", arguments: [device + 1])
    }
    try Replay.run(db, devices: applied.devices, only: devices)
    applied.changes.append("counted again under their new rules: \(devices.count) devices")
  }
}
