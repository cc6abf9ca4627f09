import Glibc

/// Which files stand at the database's path and its WAL's, so that a commit into files that were
/// deleted, replaced or moved away meanwhile is noticed: SQLite goes on with what it has open, and
/// nobody would ever see it again.
struct OpenFile: Sendable {
  private struct Identity: Equatable {
    var device: dev_t
    var number: ino_t
  }

  private let path: String
  private let database: Identity?
  /// Made by the first commit, and kept until the connection closes.
  private var wal: Identity?

  /// - Parameter path: of a database that is open.
  init(path: String) {
    self.path = path
    database = Self.identity(path)
    wal = Self.identity(path + "-wal")
  }

  /// After a commit, before anybody hears of it.
  ///
  /// - Throws: `StoreError` when what was written is not what stands at the path. Two system calls.
  mutating func expectUnmoved() throws {
    let walNow = Self.identity(path + "-wal")
    wal = wal ?? walNow
    guard let database, database == Self.identity(path), wal == walNow, wal != nil else {
      throw StoreError.moved(path: path)
    }
  }

  private static func identity(_ path: String) -> Identity? {
    var found = stat()
    guard unsafe stat(path, &found) == 0 else { return nil }
    return Identity(device: found.st_dev, number: found.st_ino)
  }
}
