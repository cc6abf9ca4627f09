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
      let report = try Backup.make(await options.existingFile(), to: copy) { _ in }
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
      let report = try Restore.run(
        file, from: copy, stamp: Clocks.fileStamp(), audit: Actor.stamp()
      ) { _ in }
      try file.deliverAudit()
      print(
        "restored \(file.path): \(report.rebuild.presses) presses in \(report.rebuild.frames) "
          + "frames; tokens \(report.hasCopiedTokens ? "of the copy" : "as they were")")
      if let aside = report.asidePath { print("what was there is kept as \(aside)") }
    }
  }
}

/// `pikapalaute repair`: page checksums for a database that another program wrote to.
struct RepairCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "repair",
    abstract: "Prove a database that another program wrote to, and seal its pages again.",
    discussion: """
      For a database that is refused because its pages lack their checksums. The service must be \
      stopped. What can be proven is proven before anything changes: the structure of every page, \
      every segment of the archive and that none is missing, the chain of the audit log; counts \
      that differ from the archive are counted anew. What was there is kept as FILE.aside-TIME. \
      Needs free space for a second copy. Ends with 1 and one line where more is wrong than \
      checksums: then 'pikapalaute restore' brings back a copy.
      """)

  @OptionGroup var options: DatabaseOptions

  func run() async throws {
    try await reportingFailure {
      let file = try await options.existingFile()
      let lock = try file.lock()
      defer { withExtendedLifetime(lock) {} }
      let bar = PercentLine("proving")
      let report = try Repair.run(
        file, stamp: Clocks.fileStamp(), audit: Actor.stamp(), progress: bar.show)
      bar.end()
      try file.deliverAudit()
      if report.paths.isEmpty { return print("\(file.path) is whole: nothing to repair") }
      for path in report.paths {
        print("repaired \(path): every page was written anew, with its checksum")
      }
      if let rebuild = report.rebuild {
        print(
          "proven: every segment of the archive, none is missing; \(rebuild.presses) presses in "
            + "\(rebuild.frames) frames make the counts")
        if rebuild.differenceCount > 0 {
          print("\(rebuild.differenceCount) rows differed from the archive and were counted anew:")
          for difference in rebuild.differences { print("  \(difference)") }
        }
        print(
          "not proven, there is nothing to hold it against: registry, imported lines, what "
            + "devices said of themselves, quarantine")
      }
      for path in report.asidePaths { print("what was there is kept as \(path)") }
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
      let file = try await options.existingFile()
      if let warning = warningOfFilesOpenToOthers(database: file.path) {
        FileHandle.standardError.write(Data("\(warning)\n".utf8))
      }
      let report = try Verification.run(file) { _ in }
      print(
        "\(file.path) is whole: \(report.presses) presses in \(report.frames) frames, "
          + "\(report.buckets) buckets")
      for line in report.erasedLines { print(line) }
    }
  }
}
