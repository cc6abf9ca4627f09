import Foundation
import GRDB

/// The offers of firmware, in the file of the tokens: commands write them while the service runs, which looks
/// at them again and again. Every change has its line in the audit log.
public struct FirmwareOffers: Sendable {
  private let queue: DatabaseQueue
  private let file: DatabaseFile

  public init(_ tokens: TokenStore) {
    queue = tokens.queue
    file = tokens.file
  }

  static func create(_ db: Database) throws {
    try db.execute(
      sql: """
        CREATE TABLE firmware_offer (
          id INTEGER PRIMARY KEY AUTOINCREMENT,
          manifest TEXT NOT NULL,            -- JSON, signed
          model TEXT NOT NULL,
          offered_ms INTEGER NOT NULL,
          maker TEXT NOT NULL,
          stages TEXT NOT NULL,              -- percent: 5,25,100
          stage_ms INTEGER NOT NULL,         -- how long each lasts at least
          stage INTEGER NOT NULL,            -- the one that is reached, from 0
          since_ms INTEGER NOT NULL,         -- since when
          state TEXT NOT NULL,               -- a FirmwareOffer.State
          reason TEXT NOT NULL
        ) STRICT;
        CREATE TABLE firmware_device (
          offer INTEGER NOT NULL REFERENCES firmware_offer (id),
          device TEXT NOT NULL,
          told_ms INTEGER, took_ms INTEGER,  -- first; NULL = not yet
          was_troubled INTEGER NOT NULL,     -- when it was told, else when the stage began
          PRIMARY KEY (offer, device)
        ) STRICT, WITHOUT ROWID;
        """)
  }

  /// Makes an offer that rolls; one of the same model that is not withdrawn yet is.
  ///
  /// - Parameters:
  ///   - stages: percent, rising, 1…100.
  ///   - stageMilliseconds: over 0.
  /// - Returns: its number.
  /// - Throws: `FirmwareRefusal`, `StoreError`.
  public func add(
    _ manifest: FirmwareManifest, stages: [Int], stageMilliseconds: Int64, by stamp: AuditStamp
  ) throws -> Int64 {
    guard let last = stages.last, stages.allSatisfy({ $0 > 0 }), last <= 100, stages.count <= 20,
      zip(stages, stages.dropFirst()).allSatisfy({ $0 < $1 })
    else {
      throw FirmwareRefusal("stages are percents that rise, 1 to 100, 20 at most, such as 5,25,100")
    }
    return try file.explaining {
      try queue.write { db in
        try Self.checkAge(of: manifest, db)
        for offer in try Self.offers(db)
        where offer.manifest.model == manifest.model && offer.state != .withdrawn {
          try Self.set(
            db, offer, .withdrawn, reason: "\(manifest.version) is offered instead", stamp)
        }
        try db.execute(
          sql: """
            INSERT INTO firmware_offer
              (manifest, model, offered_ms, maker, stages, stage_ms, stage, since_ms, state, reason)
            VALUES (?, ?, ?, ?, ?, ?, 0, ?, ?, '')
            """,
          arguments: [
            String(decoding: manifest.json, as: UTF8.self), manifest.model, stamp.nowMilliseconds,
            stamp.actor, stages.map(String.init).joined(separator: ","), stageMilliseconds,
            stamp.nowMilliseconds, FirmwareOffer.State.rolling.rawValue,
          ])
        let id = db.lastInsertedRowID
        try AuditLog.add(
          db, actor: stamp.actor, action: .firmwareOffered,
          detail: "offer \(id): \(manifest.model) \(manifest.version), sha256 \(manifest.sha256), "
            + "stages \(stages), stage_ms \(stageMilliseconds)",
          atMilliseconds: stamp.nowMilliseconds)
        return id
      }
    }
  }

  /// - Throws: `FirmwareRefusal` for what devices of the model would not take any more.
  private static func checkAge(of manifest: FirmwareManifest, _ db: Database) throws {
    for offer in try offers(db)
    where offer.manifest.model == manifest.model && offer.manifest.issued > manifest.issued {
      guard try devices(db, offer).contains(where: { $0.toldAtMilliseconds != nil }) else {
        continue
      }
      throw FirmwareRefusal(
        "\(manifest.model) \(manifest.version) was signed before \(offer.manifest.version), which devices "
          + "were told, and who took that takes nothing older (SPEC M3); sign it anew and offer that"
      )
    }
  }

  /// All offers, the oldest first.
  public func list() throws -> [FirmwareOffer] {
    try file.explaining { try queue.read(Self.offers) }
  }

  /// All offers and what they know of their devices, of one moment.
  public func all() async throws -> [(offer: FirmwareOffer, devices: [OfferedDevice])] {
    try await explaining {
      try await queue.read { db in
        try Self.offers(db).map { ($0, try Self.devices(db, $0)) }
      }
    }
  }

  /// What an offer knows of its devices.
  public func devices(of offer: FirmwareOffer) throws -> [OfferedDevice] {
    try file.explaining { try queue.read { try Self.devices($0, offer) } }
  }

  /// Pauses, resumes or withdraws an offer.
  ///
  /// - Throws: `FirmwareRefusal` when it cannot become that from what it is.
  public func change(id: Int64, to state: FirmwareOffer.State, by stamp: AuditStamp) throws {
    try file.explaining {
      try queue.write { db in
        guard let offer = try Self.offers(db).first(where: { $0.id == id }) else {
          throw FirmwareRefusal("there is no offer \(id); see: pikapalaute firmware list")
        }
        let isAllowed =
          switch (offer.state, state) {
          case (.rolling, .paused), (.paused, .rolling), (.stopped, .rolling): true
          case (.withdrawn, _): false
          case (_, .withdrawn): true
          default: false
          }
        guard isAllowed else {
          throw FirmwareRefusal("offer \(id) is \(offer.state.rawValue): nothing was changed")
        }
        try Self.set(db, offer, state, reason: "", stamp)
        if state == .rolling {
          // What troubled devices before is not held against it again.
          try db.execute(
            sql: "UPDATE firmware_offer SET since_ms = ? WHERE id = ?",
            arguments: [stamp.nowMilliseconds, id])
          try db.execute(
            sql: "DELETE FROM firmware_device WHERE offer = ? AND took_ms IS NULL", arguments: [id])
          try db.execute(
            sql: "UPDATE firmware_device SET was_troubled = 1 WHERE offer = ?", arguments: [id])
        }
      }
    }
  }

  /// Keeps what a look at the devices found; nothing where the offer changed meanwhile.
  ///
  /// - Parameters:
  ///   - offer: as it was read.
  ///   - changed: of its devices, those that differ.
  ///   - next: what becomes of it, and why; nil = it goes on as it is.
  /// - Returns: false when somebody changed it.
  public func note(
    _ offer: FirmwareOffer, changed: [OfferedDevice], next: FirmwareOffer?, nowMilliseconds: Int64
  ) async throws -> Bool {
    try await explaining {
      try await queue.write { db in
        guard try Self.offers(db).first(where: { $0.id == offer.id }) == offer else { return false }
        for device in changed {
          try db.execute(
            sql: """
              INSERT OR REPLACE INTO firmware_device (offer, device, told_ms, took_ms, was_troubled)
              VALUES (?, ?, ?, ?, ?)
              """,
            arguments: [
              offer.id, device.device, device.toldAtMilliseconds, device.tookAtMilliseconds,
              device.wasTroubled,
            ])
        }
        guard let next else { return true }
        try db.execute(
          sql: """
            UPDATE firmware_offer SET stage = ?, since_ms = ?, state = ?, reason = ? WHERE id = ?
            """,
          arguments: [
            next.stage, next.stageSinceMilliseconds, next.state.rawValue, next.reason, next.id,
          ])
        try AuditLog.add(
          db, actor: "service", action: .firmwareChanged,
          detail: "offer \(offer.id): \(next.state.rawValue), \(next.percent) %, \(next.reason)",
          atMilliseconds: nowMilliseconds)
        return true
      }
    }
  }

  private static func set(
    _ db: Database, _ offer: FirmwareOffer, _ state: FirmwareOffer.State, reason: String,
    _ stamp: AuditStamp
  ) throws {
    try db.execute(
      sql: "UPDATE firmware_offer SET state = ?, reason = ? WHERE id = ?",
      arguments: [state.rawValue, reason, offer.id])
    try AuditLog.add(
      db, actor: stamp.actor, action: .firmwareChanged,
      detail: "offer \(offer.id): \(state.rawValue)" + (reason.isEmpty ? "" : ", \(reason)"),
      atMilliseconds: stamp.nowMilliseconds)
  }

  private static func offers(_ db: Database) throws -> [FirmwareOffer] {
    try Row.fetchAll(db, sql: "SELECT * FROM firmware_offer ORDER BY id").map(FirmwareOffer.init)
  }

  private static func devices(_ db: Database, _ offer: FirmwareOffer) throws -> [OfferedDevice] {
    try Row.fetchAll(
      db, sql: "SELECT * FROM firmware_device WHERE offer = ? ORDER BY device",
      arguments: [offer.id]
    ).map(OfferedDevice.init)
  }

  private func explaining<Value>(_ body: () async throws -> Value) async throws -> Value {
    do {
      return try await body()
    } catch let error as DatabaseError {
      throw file.explain(error)
    }
  }
}
