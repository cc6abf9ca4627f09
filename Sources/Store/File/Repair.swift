import CPageChecksum
import Foundation
import GRDB

/// Gives a database its page checksums back after another program wrote to it, and says what of
/// its content was proven. The caller holds the database's lock.
///
/// Pages without our checksums are all that `repair` takes: their content is compared with what
/// else there is. The archive has checksums of its own and numbers without gap, up to that of the
/// last commit in the lock file; counts are what the archive comes to; the audit log is a chain.
/// What differs from that is damage, and a matter for `restore`.
public enum Repair {
  public struct Report: Sendable {
    /// Files whose pages were written anew, by path; empty when all of them were as written.
    public var paths: [String] = []
    /// Where the files lie that were there.
    public var asidePaths: [String] = []
    /// The archive counted again; nil when the main file needed no repair.
    public var rebuild: Rebuild.Report?

    static func += (report: inout Report, other: Report) {
      report.paths += other.paths
      report.asidePaths += other.asidePaths
    }
  }

  /// Verifies all three files and writes those anew that fail by their page checksums alone.
  ///
  /// Each file is copied, proven and then put in the place of the one that was there, which keeps
  /// another name. Killed in between, it is done again.
  ///
  /// - Parameters:
  ///   - stamp: goes into the names of what is put aside.
  /// - Throws: `StoreError`; the file that it names was not changed.
  public static func run(
    _ file: DatabaseFile, stamp: String, audit: AuditStamp, progress: (Double) -> Void
  ) throws -> Report {
    guard FileManager.default.fileExists(atPath: file.path) else {
      throw StoreError.missing(path: file.path)
    }
    // Of a repair that was killed, also of one that had done its work.
    for path in [file.path, file.accessPath, file.publicationsPath] { removeFresh(of: path) }
    var report = Report()
    for path in [file.accessPath, file.publicationsPath] {
      let beside = DatabaseFile(path: path)
      beside.rollBackJournal()
      guard FileManager.default.fileExists(atPath: path), !isWhole(beside) else { continue }
      report += try replace(beside, stamp: stamp) { fresh in
        try Verification.pages(fresh)
        let fault = try fresh.readOnly { try $0.tableExists("audit") ? AuditLog.fault($0) : nil }
        if let fault { throw StoreError.damaged(path: path, "the audit log: \(fault)") }
      }
    }
    if (try? Verification.verify(file, progress: progress)) != nil { return report }
    var rebuild = Rebuild.Report()
    report += try replace(file, stamp: stamp) { fresh in
      rebuild = try prove(fresh, as: file, audit, progress)
      try AuditOutbox.add(
        toCopy: fresh, .databaseRepaired, "\(rebuild.presses) presses proven by the archive", audit)
    }
    report.rebuild = rebuild
    return report
  }

  private static func isWhole(_ file: DatabaseFile) -> Bool {
    (try? Verification.pages(file)) != nil
  }

  /// Where a file is made anew.
  private static func freshPath(of path: String) -> String { path + ".repairing" }

  private static func removeFresh(of path: String) {
    for end in ["", "-wal", "-shm", "-journal", ".lock"] {
      unsafe _ = unlink(freshPath(of: path) + end)
    }
  }

  private static func replace(
    _ file: DatabaseFile, stamp: String, proving prove: (DatabaseFile) throws -> Void
  ) throws -> Report {
    let fresh = DatabaseFile(path: freshPath(of: file.path))
    defer { removeFresh(of: file.path) }
    do {
      // Structure first: what SQLite cannot walk, it cannot copy.
      try file.trustingPages {
        try Verification.pages(file)
        try CopyOfFile.make(from: file, to: fresh.path)
      }
      try prove(fresh)
    } catch let error as StoreError {
      throw error.renamed(from: fresh.path, to: file.path)
    }
    // The WAL has to go before the copy comes. What it holds goes into the database first, so that
    // killed in between, the database is as whole as it was.
    try file.moveWAL()
    let aside = try Restore.putAside(file.path, stamp: stamp)
    try Restore.rename(fresh.path, to: file.path)
    return Report(paths: [file.path], asidePaths: aside.map { [$0] } ?? [])
  }

  /// Everything that the copy holds of the archive, and the counts against it.
  private static func prove(
    _ fresh: DatabaseFile, as file: DatabaseFile, _ audit: AuditStamp,
    _ progress: (Double) -> Void
  ) throws -> Rebuild.Report {
    let committed = try CommitWatermark(path: file.path).read()
    try fresh.readOnly { db in
      try Verification.ours(db, file)
      let archive = try Row.fetchOne(
        db, sql: "SELECT count(*), coalesce(max(id), 0) FROM segment")
      let (segments, last): (Int64, Int64) = (archive?[0] ?? 0, archive?[1] ?? 0)
      if last < committed {
        throw StoreError.behind(path: file.path, stored: last, committed: committed)
      }
      if segments < last {
        throw StoreError.damaged(
          path: file.path, "\(last - segments) segments of the archive are missing")
      }
    }
    do {
      return try Rebuild.run(fresh, applying: audit, progress: progress)
    } catch let error as ReplayError {
      throw StoreError.damaged(path: file.path, error.description)
    }
  }
}

extension DatabaseFile {
  /// Undoes what a killed process had begun to write: a connection that only reads cannot. What
  /// is wrong with the file, reading it tells.
  fileprivate func rollBackJournal() {
    guard FileManager.default.fileExists(atPath: path + "-journal") else { return }
    trustingPages {
      _ = try? DatabaseQueue(path: path, configuration: configuration()).read {
        try $0.tableExists("audit")
      }
    }
  }

  /// Moves the WAL into the database, whatever seals its pages have.
  fileprivate func moveWAL() throws {
    guard FileManager.default.fileExists(atPath: path + "-wal") else { return }
    try WALRewrite.run(path: path)
    try trustingPages {
      try explaining {
        try DatabaseQueue(path: path, configuration: configuration())
          .writeWithoutTransaction { _ = try $0.checkpoint(.truncate) }
      }
    }
  }

  /// Reads unverified pages meanwhile, of every file that is opened: for one thread, while nothing
  /// is served.
  func trustingPages<Value>(_ body: () throws -> Value) rethrows -> Value {
    pikapalaute_trust_pages(1)
    defer { pikapalaute_trust_pages(0) }
    return try body()
  }
}

extension StoreError {
  /// The same of the file that a copy was made of.
  func renamed(from copy: String, to path: String) -> StoreError {
    if case .damaged(copy, let what) = self { return .damaged(path: path, what) }
    return self
  }
}
