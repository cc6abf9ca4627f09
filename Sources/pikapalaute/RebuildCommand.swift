import ArgumentParser
import CivilTime
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
      service must be stopped for that. Hours whose frames were erased (keep_days of visits) are \
      named: their counts stand as they were counted, with or without --apply.

      What another rule would make of the same presses, before anything is changed:
        pikapalaute rebuild --rule lockout/1:5 --node kallio-aula
        pikapalaute rebuild --rule visit/1:30
        pikapalaute rebuild --registry next.yaml
      """)

  @OptionGroup var options: DatabaseOptions

  @Flag(help: "Replace the stored counts by the recomputed ones.")
  var apply = false
  @Option(
    help: "Show what this rule would change: lockout/1:SECONDS (terminals) or visit/1:SECONDS.")
  var rule: String?
  @Option(help: "With --rule: only the touchpoints at and below this node.")
  var node: String?
  @Option(help: "Show what this registry would change.")
  var registry: String?

  func validate() throws {
    if apply && (rule != nil || registry != nil) {
      throw ValidationError("--rule and --registry only show; --apply stores what was recomputed")
    }
    if rule != nil && registry != nil {
      throw ValidationError("give --rule or --registry, not both")
    }
    if node != nil && rule == nil { throw ValidationError("--node belongs to --rule") }
  }

  func run() async throws {
    try await reportingFailure {
      let file = try await options.existingFile()
      if rule != nil || registry != nil { return try preview(file) }
      let lock = apply ? try file.lock() : nil
      defer { withExtendedLifetime(lock) {} }
      let bar = PercentLine("counting again")
      let report = try Rebuild.run(
        file, applying: apply ? Actor.stamp() : nil, progress: bar.show)
      bar.end()
      print(
        "counted again: \(report.presses) presses in \(report.frames) frames, "
          + "\(report.buckets) buckets")
      for line in report.erasedLines { print(line) }
      for difference in report.differences { print("  \(difference)") }
      if report.differenceCount == 0 {
        print("nothing differs")
        return
      }
      print("\(report.differenceCount) rows differ")
      if report.isApplied {
        try file.deliverAudit()
        print("the recomputed counts are stored now")
      } else {
        print(
          "to store the recomputed counts, stop the service and run: pikapalaute rebuild --apply")
        throw ExitCode(1)
      }
    }
  }
}

extension Rebuild.Report {
  /// Which counts no frame proves any more, a line for each device.
  var erasedLines: [String] {
    erased.map { erased in
      let hours = [erased.range.lowerBound, erased.range.upperBound + 1]
        .map { RFC3339.format(milliseconds: Int64($0) * 3_600_000) }
      let until = RFC3339.format(milliseconds: erased.receivedUntilMilliseconds)
      return "  \(erased.device): \(erased.hours) hours from \(hours[0]) to \(hours[1]) stand on "
        + "counts alone; \(erased.frames) frames received until \(until) were erased by retention"
    }
  }
}
