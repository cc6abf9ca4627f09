import Foundation
import GRDB
import Glibc

/// A consistent copy of a database, made while a service may be writing to it.
///
/// A copy is an ordinary database in one file, with the tokens' file, and that of what was
/// published, beside it under the names that a database's have: `serve --database COPY` works.
public enum Backup {
  /// What a copy holds.
  public struct Report: Sendable {
    public var bytes = 0
    public var tokens = 0
    public var rebuild = Rebuild.Report()
  }

  /// Copies the database, and its tokens, to files that are not there yet.
  ///
  /// The copy is one moment of the database, is on the disk and has been verified when this
  /// returns: its pages, its archive against the original's, and its counts against its archive.
  /// Until then it carries another name.
  ///
  /// - Throws: `StoreError`, also when the database turns out damaged.
  public static func make(
    _ file: DatabaseFile, to path: String, progress: (Double) -> Void
  ) throws -> Report {
    guard FileManager.default.fileExists(atPath: file.path) else {
      throw StoreError.missing(path: file.path)
    }
    let copy = DatabaseFile(path: path)
    for path in [copy.path, copy.accessPath, copy.publicationsPath]
    where FileManager.default.fileExists(atPath: path) {
      throw StoreError.alreadyThere(path: path)
    }
    let partial = DatabaseFile(path: copy.path + ".partial")
    let hasTokens = FileManager.default.fileExists(atPath: file.accessPath)
    defer {
      for path in [partial.path, partial.accessPath, partial.publicationsPath] {
        unsafe _ = unlink(path)
      }
    }
    try CopyOfFile.make(from: file, to: partial.path)
    var report = Report()
    report.rebuild = try Verification.run(partial, progress: progress)
    try compareArchives(file, partial)
    if hasTokens {
      let tokens = DatabaseFile(path: file.accessPath)
      try CopyOfFile.make(from: tokens, to: partial.accessPath)
      report.tokens = try Verification.tokens(DatabaseFile(path: partial.accessPath))
      try CopyOfFile.place(partial.accessPath, at: copy.accessPath)
    }
    if FileManager.default.fileExists(atPath: file.publicationsPath) {
      let publications = DatabaseFile(path: file.publicationsPath)
      try CopyOfFile.make(from: publications, to: partial.publicationsPath)
      try Verification.pages(DatabaseFile(path: partial.publicationsPath))
      try CopyOfFile.place(partial.publicationsPath, at: copy.publicationsPath)
    }
    try CopyOfFile.place(partial.path, at: copy.path)
    report.bytes =
      try FileManager.default.attributesOfItem(atPath: copy.path)[.size] as? Int ?? 0
    return report
  }

  /// The archive is only ever added to, so what the copy holds must still stand in the original, but for
  /// segments that frames were erased from meanwhile.
  private static func compareArchives(_ file: DatabaseFile, _ copy: DatabaseFile) throws {
    let last = try archive(copy, through: .max).last
    let erased = try file.readOnly { db in
      try db.tableExists("erasure")
        ? Int64.fetchOne(db, sql: "SELECT max(segment) FROM erasure") ?? 0 : 0
    }
    if try archive(copy, after: erased, through: last)
      != archive(file, after: erased, through: last)
    {
      throw StoreError.badCopy(path: copy.path, "its archive is not the original's")
    }
  }

  private struct Archive: Equatable {
    var last: Int64
    var segments: Int64
    var frames: Int64
    var checksums: Int64
  }

  private static func archive(
    _ file: DatabaseFile, after erased: Int64 = 0, through last: Int64
  ) throws -> Archive {
    try file.readOnly { db in
      let row = try Row.fetchOne(
        db,
        sql: """
          SELECT coalesce(max(id), 0), count(*), coalesce(sum(frames), 0),
            coalesce(sum(checksum * (id % 1009 + 1)) FILTER (WHERE id > ?), 0)
          FROM segment WHERE id <= ?
          """, arguments: [erased, last])
      return Archive(
        last: row?[0] ?? 0, segments: row?[1] ?? 0, frames: row?[2] ?? 0, checksums: row?[3] ?? 0)
    }
  }
}

/// Whether a database is whole, read from end to end.
public enum Verification {
  /// Every page, every checksum of the archive, and every count against the archive.
  ///
  /// Reads only, also while a service writes.
  ///
  /// - Returns: what was counted; without differences.
  /// - Throws: `StoreError.damaged` or what else is wrong.
  public static func run(
    _ file: DatabaseFile, progress: (Double) -> Void
  ) throws -> Rebuild.Report {
    do {
      return try verify(file, progress: progress)
    } catch let error as StoreError {
      guard case .damaged = error else { throw error }
      let unsealed = try? file.trustingPages { try verify(file) { _ in } }
      throw unsealed == nil ? error : StoreError.unsealed(path: file.path)
    }
  }

  static func verify(
    _ file: DatabaseFile, progress: (Double) -> Void
  ) throws -> Rebuild.Report {
    try file.readOnly { db in
      try ours(db, file)
      try integrity(db, path: file.path)
    }
    let report = try Rebuild.run(file, applying: nil, progress: progress)
    if report.differenceCount > 0 {
      throw StoreError.damaged(
        path: file.path,
        "\(report.differenceCount) counts differ from the archive, see 'pikapalaute rebuild'")
    }
    return report
  }

  /// The number of tokens in a tokens' file that is whole.
  static func tokens(_ file: DatabaseFile) throws -> Int {
    try file.readOnly { db in
      try integrity(db, path: file.path)
      return try Int.fetchOne(db, sql: "SELECT count(*) FROM token") ?? 0
    }
  }

  /// - Throws: `StoreError.damaged` unless every page is as it was written.
  static func pages(_ file: DatabaseFile) throws {
    try file.readOnly { try integrity($0, path: file.path) }
  }

  static func ours(_ db: Database, _ file: DatabaseFile) throws {
    guard try file.hasOurMark(db) else { throw StoreError.foreignFile(path: file.path) }
    if try Schema.migrator.hasBeenSuperseded(db) { throw StoreError.newerFormat(path: file.path) }
  }

  private static func integrity(_ db: Database, path: String) throws {
    let verdict = try String.fetchOne(db, sql: "PRAGMA integrity_check(1)") ?? "no answer"
    if verdict != "ok" { throw StoreError.damaged(path: path, verdict) }
  }
}

extension DatabaseFile {
  /// Runs `body` on a connection that only reads.
  func readOnly<Value>(_ body: (Database) throws -> Value) throws -> Value {
    do {
      let configuration = try configuration(readonly: true)
      return try DatabaseQueue(path: path, configuration: configuration).inDatabase(body)
    } catch let error as DatabaseError {
      throw explain(error)
    }
  }
}

/// Copies SQLite files so that they are whole and on the disk.
enum CopyOfFile {
  /// One moment of a database as a new file, synced.
  static func make(from file: DatabaseFile, to path: String) throws {
    // SQLite's error would not say which of the two it cannot open.
    let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else {
      throw StoreError.cannotWrite(path: path, unsafe String(cString: strerror(errno)))
    }
    close(descriptor)
    unsafe _ = unlink(path)
    try file.readOnly { db in
      // Reads every row and writes it anew: no WAL, and no page that nothing points to.
      try db.execute(sql: "VACUUM INTO ?", arguments: [path])
    }
    try sync(path)
  }

  /// Gives a file its final name, unless something has it.
  static func place(_ path: String, at destination: String) throws {
    if unsafe link(path, destination) != 0 {
      if errno == EEXIST { throw StoreError.alreadyThere(path: destination) }
      throw StoreError.cannotWrite(path: destination, unsafe String(cString: strerror(errno)))
    }
    unsafe _ = unlink(path)
    try syncFolder(of: destination)
  }

  static func syncFolder(of path: String) throws {
    try sync(URL(fileURLWithPath: path).deletingLastPathComponent().path)
  }

  private static func sync(_ path: String) throws {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    defer { if descriptor >= 0 { close(descriptor) } }
    if descriptor < 0 || fsync(descriptor) != 0 {
      throw StoreError.cannotWrite(path: path, unsafe String(cString: strerror(errno)))
    }
  }
}
