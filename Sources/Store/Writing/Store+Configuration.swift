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
        let revision = told.map { $0.digest == digest ? $0.revision : $0.revision + 1 } ?? floor + 1
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

  private static func toldConfigurations(
    _ db: Database
  ) throws -> [Int: (revision: Int64, digest: Data)] {
    var told: [Int: (revision: Int64, digest: Data)] = [:]
    let rows = try Row.fetchCursor(db, sql: "SELECT device, revision, digest FROM configuration")
    while let row = try rows.next() {
      let device: Int = row[0]
      told[device - 1] = (row[1], row[2])
    }
    return told
  }
}
