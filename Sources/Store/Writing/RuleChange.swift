import CivilTime
import GRDB
import Ingest
import Registry

/// What other rules of a device mean for what was counted.
enum RuleChange: Equatable {
  /// Every count stands.
  case none
  /// Presses of these hours are stored under other parts of them; all are judged as they were.
  case parts([Range<UTCHour>])
  /// Presses are judged otherwise, and those that come after them perhaps too.
  case judgement

  /// Hours without presses do not matter: a rule judges each press by when it happened, and by the one
  /// that counted before.
  init(_ db: Database, _ before: StoredDevice, _ after: StoredDevice) throws {
    var parts: [Range<UTCHour>] = []
    var rules = (before: before.engineDevice.rules[...], after: after.engineDevice.rules[...])
    while let old = rules.before.first, let new = rules.after.first {
      let minutes = old.minutes.clamped(to: new.minutes)
      let hours = minutes.lowerBound / 60..<(minutes.upperBound + 59) / 60
      let isJudged =
        old.buttons == new.buttons
        && old.repeatIntervalMilliseconds == new.repeatIntervalMilliseconds
      if !isJudged || old.part != new.part,
        try Self.hasPresses(db, device: before.number, hours)
      {
        guard isJudged else {
          self = .judgement
          return
        }
        parts.append(hours)
      }
      if old.minutes.upperBound == minutes.upperBound { rules.before.removeFirst() }
      if new.minutes.upperBound == minutes.upperBound { rules.after.removeFirst() }
    }
    self = parts.isEmpty ? .none : .parts(parts)
  }

  private static func hasPresses(
    _ db: Database, device: Int, _ hours: Range<UTCHour>
  ) throws -> Bool {
    try Bool.fetchOne(
      db.cachedStatement(
        sql: "SELECT EXISTS (SELECT * FROM main.bucket WHERE device = ? AND hour >= ? AND hour < ?)"
      ), arguments: [device + 1, hours.lowerBound, hours.upperBound]) ?? false
  }
}
