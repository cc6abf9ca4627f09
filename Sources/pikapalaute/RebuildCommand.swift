import ArgumentParser
import Foundation
import Store

/// `pikapalaute rebuild`: counts the archive again and says whether anything differs.
struct RebuildCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rebuild",
    abstract: "Count every archived frame again and compare with the stored counts.",
    discussion: """
      Reads only, also while the service runs. Ends with 0 when every number is the same, with 1 \
      when anything differs. With --apply the recomputed counts replace the stored ones; the \
      service must be stopped for that.
      """)

  @OptionGroup var options: DatabaseOptions

  @Flag(help: "Replace the stored counts by the recomputed ones.")
  var apply = false

  func run() async throws {
    try await reportingFailure {
      let file = try await options.file()
      guard FileManager.default.fileExists(atPath: file.path) else {
        throw SettingError("database", file.path, "an existing database")
      }
      let lock = apply ? try file.lock() : nil
      defer { withExtendedLifetime(lock) {} }
      let isTerminal = isatty(STDERR_FILENO) != 0
      var shown = -1
      let report = try Rebuild.run(file, applying: apply) { share in
        let percent = Int(share * 100)
        if isTerminal && percent != shown {
          shown = percent
          FileHandle.standardError.write(Data("\rcounting again … \(percent) %".utf8))
        }
      }
      if isTerminal { FileHandle.standardError.write(Data("\n".utf8)) }
      print(
        "counted again: \(report.presses) presses in \(report.frames) frames, "
          + "\(report.buckets) buckets")
      for difference in report.differences { print("  \(difference)") }
      if report.differenceCount == 0 {
        print("nothing differs")
        return
      }
      print("\(report.differenceCount) rows differ")
      if report.isApplied {
        try TokenStore(file).record(
          .countsReplaced, "\(report.differenceCount) rows by the recomputed ones",
          actor: Actor.name, nowMilliseconds: Clocks.wallMilliseconds())
        print("the recomputed counts are stored now")
      } else {
        print(
          "to store the recomputed counts, stop the service and run: pikapalaute rebuild --apply")
        throw ExitCode(1)
      }
    }
  }
}
