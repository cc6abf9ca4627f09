import Foundation
import GRDB
import Glibc
import Store
import TestSupport
import Testing

@Suite struct FileTests {
  /// The error that opening the store throws, by its case and its line for people.
  static func openError(_ folder: Folder) -> (kind: String, text: String)? {
    do {
      _ = try Store(folder.file)
      return nil
    } catch let error as StoreError {
      let kind = Mirror(reflecting: error).children.first?.label ?? "none"
      return (kind, error.description)
    } catch {
      return ("\(type(of: error))", "\(error)")
    }
  }

  static func check(_ folder: Folder, _ kind: String) throws {
    let before = try Data(contentsOf: URL(fileURLWithPath: folder.file.path))
    let error = openError(folder)
    #expect(error?.kind == kind, "\(error?.text ?? "opened")")
    #expect(error?.text.contains(folder.file.path) == true && error?.text.contains("\n") == false)
    let after = try Data(contentsOf: URL(fileURLWithPath: folder.file.path))
    #expect(before == after, "a file that is refused is not changed")
  }

  @Test("another program's SQLite file is refused and left as it was")
  func foreign() throws {
    let folder = try Folder()
    try folder.database().write { try $0.execute(sql: "CREATE TABLE recipe (id INTEGER)") }
    try Self.check(folder, "foreignFile")
  }

  @Test("a file that is no SQLite file is refused and left as it was")
  func noDatabase() throws {
    let folder = try Folder()
    let text = String(repeating: "Not a database at all. ", count: 100)
    try Data(text.utf8).write(to: URL(fileURLWithPath: folder.file.path))
    try Self.check(folder, "foreignFile")
  }

  @Test("a file of a newer version is refused")
  func newer() throws {
    let folder = try Folder()
    _ = try Store(folder.file)
    let database = try folder.database()
    try database.writeWithoutTransaction { db in
      try db.execute(sql: "INSERT INTO grdb_migrations VALUES ('99: of another year')")
      try db.checkpoint(.truncate)
    }
    try database.close()
    #expect(Self.openError(folder)?.kind == "newerFormat")
  }

  @Test("an empty file and a file in a folder that does not exist yet are made")
  func made() throws {
    let folder = try Folder()
    try Data().write(to: URL(fileURLWithPath: folder.file.path))
    #expect(Self.openError(folder) == nil)
    let deep = folder.url.appendingPathComponent("a/b/site.sqlite").path
    _ = try Store(DatabaseFile(path: deep))
    #expect(FileManager.default.fileExists(atPath: deep))
  }

  @Test("a file that stands where the folder should be is said to be in the way")
  func noFolder() throws {
    let folder = try Folder()
    try Data("x".utf8).write(to: folder.url.appendingPathComponent("a"))
    let path = folder.url.appendingPathComponent("a/site.sqlite").path
    do {
      _ = try Store(DatabaseFile(path: path))
      Issue.record("opened")
    } catch StoreError.cannotOpen(let named, _) {
      #expect(named.hasPrefix(path))
    }
  }

  @Test("a second service is kept away while the first has the lock, and let in after it")
  func lock() throws {
    let folder = try Folder()
    var first: DatabaseLock? = try folder.file.lock()
    #expect(first != nil)
    do {
      _ = try folder.file.lock()
      Issue.record("locked twice")
    } catch StoreError.inUse(let path) {
      #expect(path == folder.file.path)
    }
    first = nil
    _ = try folder.file.lock()
  }

  @Test("another process's lock keeps the service away until that process ends")
  func lockOfAnotherProcess() throws {
    let folder = try Folder()
    let other = Process()
    other.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    other.arguments = [
      "flock", "--no-fork", "--exclusive", folder.file.path + ".lock",
      "sh", "-c", "echo locked; exec sleep 60",
    ]
    let output = Pipe()
    other.standardOutput = output
    try other.run()
    #expect(output.fileHandleForReading.availableData.count > 0)
    #expect(throws: StoreError.self) { _ = try folder.file.lock() }
    kill(other.processIdentifier, SIGKILL)
    other.waitUntilExit()
    _ = try folder.file.lock()
  }

  @Test("when another connection holds the write lock, opening gives up after its 5 s")
  func busy() throws {
    let folder = try Folder()
    _ = try Store(folder.file)
    let other = try folder.database()
    try other.writeWithoutTransaction { db in
      try db.execute(sql: "BEGIN IMMEDIATE")
      let error = Self.openError(folder)
      #expect(error?.kind == "cannotOpen" && error?.text.contains("locked") == true)
      try db.execute(sql: "ROLLBACK")
    }
    #expect(Self.openError(folder) == nil)
  }
}
