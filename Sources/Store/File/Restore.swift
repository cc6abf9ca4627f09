import Foundation
import GRDB
import Glibc

/// Brings a copy back. The caller holds the database's lock.
public enum Restore {
  public struct Report: Sendable {
    public var rebuild = Rebuild.Report()
    /// Where the database that was there lies now; nil when there was none.
    public var asidePath: String?
    /// The tokens came from the copy: there were none, or they could not be read.
    public var hasCopiedTokens = false
  }

  /// Puts a verified copy in the database's place and keeps what was there under another name.
  ///
  /// At no moment does a WAL lie beside a database that it does not belong to. A crash in between
  /// leaves a database that the next start refuses, and restoring again mends it.
  ///
  /// Tokens that are there stay: those withdrawn since the copy was made must not come back. So
  /// does what was published: later answers must not differ from it.
  ///
  /// - Parameter stamp: goes into the name of what is put aside.
  /// - Throws: `StoreError`; nothing was changed when the copy is not sound.
  public static func run(
    _ file: DatabaseFile, from path: String, stamp: String, audit: AuditStamp,
    progress: (Double) -> Void
  ) throws -> Report {
    let copy = DatabaseFile(path: path)
    guard FileManager.default.fileExists(atPath: path) else {
      throw StoreError.badCopy(path: path, "it is not there")
    }
    var report = Report()
    let fresh = file.path + ".restoring"
    do {
      report.rebuild = try Verification.run(copy, progress: progress)
      try CopyOfFile.make(from: copy, to: fresh)
    } catch let error as StoreError {
      throw StoreError.badCopy(path: path, error.description)
    }
    let segment = try DatabaseFile(path: fresh).readOnly { db in
      try Int64.fetchOne(db, sql: "SELECT max(id) FROM segment") ?? 0
    }
    try AuditOutbox.add(
      toCopy: DatabaseFile(path: fresh), .databaseRestored,
      "from \(path); \(report.rebuild.presses) presses", audit)
    report.hasCopiedTokens = try restoreTokens(file, from: copy, stamp: stamp)
    try restorePublications(file, from: copy, stamp: stamp)
    report.asidePath = try putAside(file.path, stamp: stamp)
    try rename(fresh, to: file.path)
    try CommitWatermark(path: file.path).write(segment)
    return report
  }

  private static func restoreTokens(
    _ file: DatabaseFile, from copy: DatabaseFile, stamp: String
  ) throws -> Bool {
    if (try? Verification.tokens(DatabaseFile(path: file.accessPath))) != nil { return false }
    guard FileManager.default.fileExists(atPath: copy.accessPath) else { return false }
    let fresh = file.accessPath + ".restoring"
    try CopyOfFile.make(from: DatabaseFile(path: copy.accessPath), to: fresh)
    _ = try putAside(file.accessPath, stamp: stamp)
    try rename(fresh, to: file.accessPath)
    return true
  }

  private static func restorePublications(
    _ file: DatabaseFile, from copy: DatabaseFile, stamp: String
  ) throws {
    if (try? Verification.pages(DatabaseFile(path: file.publicationsPath))) != nil { return }
    guard FileManager.default.fileExists(atPath: copy.publicationsPath) else { return }
    let fresh = file.publicationsPath + ".restoring"
    try CopyOfFile.make(from: DatabaseFile(path: copy.publicationsPath), to: fresh)
    _ = try putAside(file.publicationsPath, stamp: stamp)
    try rename(fresh, to: file.publicationsPath)
  }

  /// Gives a database and its WAL a second name, and takes the WAL's first away.
  static func putAside(_ path: String, stamp: String) throws -> String? {
    let aside = freeName("\(path).aside-\(stamp)")
    var hasFile = false
    for suffix in ["", "-wal", "-journal"] {
      if unsafe link(path + suffix, aside + suffix) == 0 {
        hasFile = true
      } else if errno != ENOENT {
        throw StoreError.cannotWrite(path: aside, unsafe String(cString: strerror(errno)))
      }
    }
    try CopyOfFile.syncFolder(of: path)
    for suffix in ["-wal", "-shm", "-journal"] { unsafe _ = unlink(path + suffix) }
    try CopyOfFile.syncFolder(of: path)
    return hasFile ? aside : nil
  }

  /// The name, or with a number after it when something has it: two in one second.
  private static func freeName(_ name: String) -> String {
    let numbered = (2...).lazy.map { "\(name)-\($0)" }
    let isTaken = { (name: String) in
      ["", "-wal", "-journal"].contains { FileManager.default.fileExists(atPath: name + $0) }
    }
    return isTaken(name) ? numbered.first { !isTaken($0) } ?? name : name
  }

  static func rename(_ fresh: String, to path: String) throws {
    if unsafe Glibc.rename(fresh, path) != 0 {
      throw StoreError.cannotWrite(path: path, unsafe String(cString: strerror(errno)))
    }
    try CopyOfFile.syncFolder(of: path)
  }
}
