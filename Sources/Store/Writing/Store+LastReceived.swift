import Foundation
import GRDB
import Ingest

extension Store {
  /// The latest time of which the store knows that it has passed, UTC since 1970: when a frame of
  /// the last segment was received, or the registry applied; 0 = none.
  ///
  /// - Throws: `StoreError`.
  public func lastReceivedMilliseconds() throws -> Int64 {
    try file.explaining {
      try queue.read { db in
        let row = try Row.fetchOne(
          db, sql: "SELECT records, received_ms FROM segment ORDER BY id DESC LIMIT 1")
        let records: Data? = row?[0]
        let erased: Int64? = row?[1]
        let applied = try Int64.fetchOne(db, sql: "SELECT max(applied_ms) FROM registry")
        var last = max(applied ?? 0, erased ?? 0)
        try unsafe records?.withUnsafeBytes { bytes in
          var reader = unsafe ArchiveReader(bytes)
          while let record = try reader.next() { last = max(last, record.receivedAtMilliseconds) }
        }
        return last
      }
    }
  }
}
