import Crypto
public import Foundation
import GRDB

extension Store {
  /// The revision of what each device is told: one more whenever that is other than the last time
  /// that was asked, also by an earlier process, and never otherwise.
  ///
  /// A device ignores what comes under the revision that it has, so the number has to outlive the
  /// service, and must change with the content: at a date of the registry's too.
  ///
  /// - Parameters:
  ///   - contents: what each device is told, by its number.
  ///   - floor: revisions of devices never told anything begin above it.
  /// - Throws: `StoreError`.
  public func configurationRevisions(
    _ contents: [Int: Data], above floor: Int64
  ) throws -> [Int: Int64] {
    try file.refuseDamaged()
    return try file.explaining {
      let known = try queue.read(Self.toldConfigurations)
      var revisions: [Int: Int64] = [:]
      var changed: [(device: Int, revision: Int64, digest: Data)] = []
      // Many devices are told the same.
      var digests: [Data: Data] = [:]
      for (device, content) in contents {
        let digest = digests[content] ?? Data(SHA256.hash(data: content))
        digests[content] = digest
        let told = known[device]
        let revision = told.map { $0.revision(of: digest) } ?? floor + 1
        revisions[device] = revision
        if told?.revision != revision { changed.append((device, revision, digest)) }
      }
      if !changed.isEmpty {
        try write { db in
          for (device, revision, digest) in changed {
            try db.cachedStatement(
              sql: """
                INSERT INTO configuration (device, revision, digest) VALUES (?, ?, ?)
                ON CONFLICT DO UPDATE SET revision = excluded.revision, digest = excluded.digest
                """
            ).execute(arguments: [device + 1, revision, digest])
          }
        }
      }
      return revisions
    }
  }

  private static func toldConfigurations(_ db: Database) throws -> [Int: ToldConfiguration] {
    var told: [Int: ToldConfiguration] = [:]
    let rows = try Row.fetchCursor(
      db,
      sql: """
        SELECT device, revision, digest, reported_config
        FROM configuration JOIN device ON device.id = device
        """)
    while let row = try rows.next() {
      let device: Int = row[0]
      told[device - 1] = ToldConfiguration(revision: row[1], digest: row[2], reported: row[3])
    }
    return told
  }
}

/// What a device was told last.
private struct ToldConfiguration {
  let revision: Int64
  let digest: Data
  /// What it said last that it has.
  let reported: Int64?

  /// No service gets so far; a device may say anything.
  private static let reportedMax = Int64(Int32.max)

  /// The revision under which it is told this. A device that has a later one than it was told got it
  /// before an older copy of the file was brought back: it would ignore what comes under it.
  func revision(of other: Data) -> Int64 {
    if let reported, reported > revision, reported < Self.reportedMax { return reported + 1 }
    return digest == other ? revision : revision + 1
  }
}
