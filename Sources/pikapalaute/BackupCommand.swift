import ArgumentParser
import Foundation
import Ingest
import Store

/// `pikapalaute backup FILE`: a consistent, verified copy, also while the service runs.
struct BackupCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "backup",
    abstract: "Copy the database to a new file, also while the service runs.",
    discussion: """
      The copy is one moment of the database. Before it gets its name it is synced and verified: \
      every page, its archive against the original's, its counts against its archive. The tokens' \
      file is copied beside it, as FILE-access.sqlite; it holds hashes only. So is what was \
      published, as FILE-publications.sqlite. An existing FILE is \
      never overwritten.
      """)

  @OptionGroup var options: DatabaseOptions
  @Argument(help: "The file to make.")
  var copy: String

  func run() async throws {
    try await reportingFailure {
      let report = try Backup.make(await options.file(), to: copy) { _ in }
      print(
        "copied to \(copy): \(report.bytes) bytes, \(report.rebuild.presses) presses in "
          + "\(report.rebuild.frames) frames, \(report.tokens) tokens; verified")
    }
  }
}

/// `pikapalaute restore FILE`: brings a copy back.
struct RestoreCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "restore",
    abstract: "Put a copy in the database's place; the service must be stopped.",
    discussion: """
      The copy is verified first. The database that was there is kept as DATABASE.aside-TIME. \
      Tokens and publications that are there stay; they come from the copy only when there are none. Presses that \
      were acknowledged after the copy was made are not in it: devices do not send them again.
      """)

  @OptionGroup var options: DatabaseOptions
  @Argument(help: "The copy, as 'pikapalaute backup' made it.")
  var copy: String

  func run() async throws {
    try await reportingFailure {
      let file = try await options.file()
      let lock = try file.lock()
      defer { withExtendedLifetime(lock) {} }
      let stamp = RFC3339.format(milliseconds: Clocks.wallMilliseconds() / 1000 * 1000)
        .filter { $0 != ":" && $0 != "-" }
      let report = try Restore.run(file, from: copy, stamp: stamp) { _ in }
      print(
        "restored \(file.path): \(report.rebuild.presses) presses in \(report.rebuild.frames) "
          + "frames; tokens \(report.hasCopiedTokens ? "of the copy" : "as they were")")
      try TokenStore(file).record(
        .databaseRestored, "from \(copy); \(report.rebuild.presses) presses",
        actor: Actor.name, nowMilliseconds: Clocks.wallMilliseconds())
      if let aside = report.asidePath { print("what was there is kept as \(aside)") }
    }
  }
}

/// `pikapalaute check`: reads the whole database and says whether it is whole.
struct CheckCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Read the whole database: pages, archive checksums, counts.",
    discussion: """
      Reads only, also while the service runs. Ends with 0 when everything is as it was written, \
      with 1 and one line when not. A start looks at a part only, so that it stays short.
      """)

  @OptionGroup var options: DatabaseOptions

  func run() async throws {
    try await reportingFailure {
      let file = try await options.file()
      guard FileManager.default.fileExists(atPath: file.path) else {
        throw SettingError("database", file.path, "an existing database")
      }
      let report = try Verification.run(file) { _ in }
      print(
        "\(file.path) is whole: \(report.presses) presses in \(report.frames) frames, "
          + "\(report.buckets) buckets")
    }
  }
}
