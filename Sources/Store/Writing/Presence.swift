import GRDB
import Ingest

/// A stretch of time in which a device was connected to the broker, by its status messages and
/// its Will; UTC seconds since 1970.
struct PresenceSession: Equatable {
  var from: Int64
  /// The last message from which this was known.
  var heard: Int64
  /// nil while it lasts. Of a sleeping device when it means to be heard again: until then nothing of
  /// it is missed.
  var to: Int64?

  /// Sessions that are apart by less are one: a device that comes and goes makes at most 288 a day.
  static let gapSecondsMax: Int64 = 300

  /// What the latest session is after a message; nil when the message changes nothing.
  ///
  /// A retained message, which the broker delivers at every new subscription, has no time of its
  /// own: what it says has been so since some moment before.
  ///
  /// - Parameters:
  ///   - sleep: seconds for which it sleeps, where it does.
  ///   - second: when the message came.
  static func after(
    _ latest: PresenceSession?, state: DeviceStatus.State, sleep: Int64 = 0, isRetained: Bool,
    second: Int64
  ) -> PresenceSession? {
    guard var session = latest else {
      if state == .offline { return nil }
      let end = state == .sleeping ? second + sleep : nil
      return PresenceSession(from: second, heard: second, to: end)
    }
    switch (state, session.to) {
    case (.online, nil):
      if isRetained { return nil }
      session.heard = max(session.heard, second)
    case (.online, let end?):
      if second - end > gapSecondsMax {
        return PresenceSession(from: second, heard: second, to: nil)
      }
      session.to = nil
      session.heard = max(session.heard, second)
    case (.offline, nil):
      session.to = max(session.heard, isRetained ? session.heard : second)
    case (.offline, .some):
      return nil
    case (.sleeping, let end):
      if isRetained {
        if end != nil { return nil }
        session.to = session.heard + sleep
        return session
      }
      if let end, second - end > gapSecondsMax {
        return PresenceSession(from: second, heard: second, to: second + sleep)
      }
      session.heard = max(session.heard, second)
      session.to = session.heard + sleep
    }
    return session
  }
}

extension BatchWriter {
  /// Keeps what a status message says about its device's presence.
  func writePresence(device: Int, _ received: IngestBatch.ReceivedStatus) throws {
    let latest = try Row.fetchOne(
      db.cachedStatement(
        sql: """
          SELECT from_s, heard_s, to_s FROM presence WHERE device = ? ORDER BY from_s DESC LIMIT 1
          """), arguments: [device + 1]
    ).map { PresenceSession(from: $0[0], heard: $0[1], to: $0[2]) }
    let session = PresenceSession.after(
      latest, state: received.status.state, sleep: received.status.sleepMilliseconds / 1000,
      isRetained: received.isRetained, second: received.receivedAtMilliseconds / 1000)
    guard let session else { return }
    try db.cachedStatement(
      sql: """
        INSERT INTO presence (device, from_s, heard_s, to_s) VALUES (?, ?, ?, ?)
        ON CONFLICT DO UPDATE SET heard_s = excluded.heard_s, to_s = excluded.to_s
        """
    ).execute(arguments: [device + 1, session.from, session.heard, session.to])
  }
}
