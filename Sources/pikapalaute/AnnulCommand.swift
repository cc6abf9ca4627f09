import ArgumentParser
import CivilTime
import Foundation
import Ingest
import Registry
import Store

/// `pikapalaute annul`: a faulty terminal's presses out of the counts, and back.
struct AnnulCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "annul",
    abstract: "Take a faulty terminal's presses out of the counts, list what was, undo it.",
    discussion: """
      The presses are kept, stand as 'annulled' in every result, and count again when it is undone; \
      those of the same hours that come later are annulled too. What was published stays and says \
      that later counts differ. The service must be stopped (terminals keep their presses \
      meanwhile). First a dry run:

        pikapalaute annul --device hn-0007 --from 2026-03-01 --to 2026-03-04 \\
          --reason 'key 3 stuck' --dry-run
        pikapalaute annul --list
        pikapalaute annul --undo 1
      """)

  @OptionGroup var options: DatabaseOptions
  @Option(help: "The device, as the registry names it.")
  var device: String?
  @Option(help: "First hour: a date (local midnight), or an RFC 3339 time on a whole hour.")
  var from: String?
  @Option(help: "The hour after the last, in the same form.")
  var to: String?
  @Option(help: "Why, for people and the audit log.")
  var reason: String?
  @Option(help: "Undo the annulment of this number.")
  var undo: Int64?
  @Flag(help: "List all annulments.")
  var list = false
  @Flag(help: "Say what would be done and change nothing.")
  var dryRun = false

  func validate() throws {
    let isNew = device != nil || from != nil || to != nil || reason != nil
    if [isNew, undo != nil, list].count(where: { $0 }) != 1 {
      throw ValidationError("give --device with --from, --to and --reason, or --undo, or --list")
    }
    if isNew && (device == nil || from == nil || to == nil || reason == nil) {
      throw ValidationError("--device, --from, --to and --reason belong together")
    }
  }

  func run() async throws {
    try await reportingFailure {
      let database = try await options.existingFile()
      if list { return try await printList(database) }
      let lock = try database.lock()
      defer { withExtendedLifetime(lock) {} }
      let store = try Store(database)
      defer { store.close() }
      let now = Clocks.wallMilliseconds()
      let site = try store.apply(registryYAML: nil, name: "", nowMilliseconds: now)
      guard let registry = site.registry else {
        throw OptionError("no registry was ever applied; run: pikapalaute serve --registry FILE")
      }
      let report: AnnulmentReport
      if let undo {
        report = try store.undoAnnulment(
          undo, isDryRun: dryRun, actor: Actor.name, nowMilliseconds: now)
      } else {
        report = try store.annul(
          device: device ?? "", hours: try hours(registry), reason: try checkedReason(),
          isDryRun: dryRun, actor: Actor.name, nowMilliseconds: now)
      }
      try store.deliverAudit(to: TokenStore(database))
      for line in lines(report) { print(line) }
    }
  }

  private func hours(_ registry: Registry) throws -> Range<UTCHour> {
    let bounds = try [("--from", from), ("--to", to)].map { name, text in
      let milliseconds = try ExpiryOptions.parse(text ?? "", name, registry)
      guard milliseconds % 3_600_000 == 0,
        (0...Registry.hourEnd).contains(UTC.hour(ofMilliseconds: milliseconds))
      else {
        throw OptionError(
          "\(name) '\(text ?? "")' is wrong; allowed: a date, or a time on a whole hour, from 1970 on"
        )
      }
      return UTC.hour(ofMilliseconds: milliseconds)
    }
    guard bounds[0] < bounds[1] else { throw OptionError("--to must be later than --from") }
    return bounds[0]..<bounds[1]
  }

  private func checkedReason() throws -> String {
    let text = (reason ?? "").trimmingCharacters(in: .whitespacesAndNewlines)
    guard (1...Store.annulmentReasonMax).contains(text.count),
      !text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control })
    else {
      throw OptionError(
        "--reason '\(text.prefix(40))' is wrong; allowed: one line of 1 to "
          + "\(Store.annulmentReasonMax) characters")
    }
    return text
  }

  private func lines(_ report: AnnulmentReport) -> [String] {
    let range = text(report.hours)
    var lines = ["\(dryRun ? "" : "annulment \(report.id): ")device \(report.device), \(range)"]
    switch (undo == nil, dryRun) {
    case (true, true): lines.append("\(report.presses) presses would be annulled")
    case (true, false): lines.append("\(report.presses) presses annulled")
    case (false, true): lines.append("\(report.presses) presses would count again")
    case (false, false): lines.append("\(report.presses) presses count again")
    }
    if !report.places.isEmpty {
      let head = ["touchpoint", "question", "presses", "of them responses"]
      let rows = report.places.map {
        [$0.touchpoint, $0.question, "\($0.presses)", "\($0.responses)"]
      }
      lines += Columns(rows: [head] + rows, right: 2...3).lines
    }
    if dryRun { lines.append("a dry run: nothing was changed") }
    return lines
  }

  private func printList(_ database: DatabaseFile) async throws {
    let annulments = try await StoreReader(database).read { try $0.annulments() }
    if annulments.isEmpty { print("nothing was annulled") }
    for annulment in annulments {
      let made = time(annulment.madeAtMilliseconds)
      let state =
        annulment.undone.map { "undone \(time($0.atMilliseconds)) by \($0.by)" } ?? "stands"
      print(
        "\(annulment.id)\t\(annulment.device)\t\(text(annulment.hours))\t\(made) by "
          + "\(annulment.madeBy)\t\(state)\t\(annulment.reason)")
    }
  }

  private func text(_ hours: Range<UTCHour>) -> String {
    func time(_ hour: UTCHour) -> String { self.time(UTC.milliseconds(ofHour: hour)) }
    return "\(time(hours.lowerBound)) to \(time(hours.upperBound))"
  }

  private func time(_ milliseconds: Int64) -> String {
    RFC3339.format(milliseconds: milliseconds / 1000 * 1000)
  }
}
