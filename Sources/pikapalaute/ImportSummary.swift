import CivilTime
import Import
import Ingest
import Registry
import Store

/// What an import brought, as a person reads it.
struct ImportSummary {
  let report: ImportReport
  let options: ImportOptions
  let registry: Registry
  /// Where the skipped lines were written, if they were asked for.
  let rejected: RejectedFile?

  var lines: [String] {
    var lines: [String] = []
    let verb = options.isDryRun ? "would be imported" : "imported"
    if report.id > 0 { lines.append("import \(report.id), source \(options.source)") }
    lines.append("\(report.added) lines \(verb)")
    if report.lines == 0 { lines.append("the file has no lines after its header") }
    if report.known > 0 { lines.append("\(report.known) lines were known already") }
    if report.changed > 0 {
      lines.append(
        "\(report.changed) known lines say something else now: "
          + (report.isReplaced
            ? options.isDryRun ? "would be replaced" : "replaced"
            : "left as they were; --replace takes the new ones"))
    }
    if report.repeatedHours > 0 {
      lines.append(
        "\(report.repeatedHours) lines lie in an hour that the clock shows twice and have no "
          + "offset: the first was taken")
    }
    lines += skippedLines
    if report.overlapHours > 0 {
      lines.append(
        "\(report.overlapHours) hours in which own devices counted at the same place"
          + (options.isOverlapAllowed ? "" : "; without --allow-overlap the import is refused"))
    }
    if !report.places.isEmpty { lines += table }
    if options.isDryRun { lines.append("a dry run: nothing was changed") }
    return lines
  }

  /// Why the command ends with an error although the file was read: nothing could be used.
  var failure: ImportFailure? {
    guard report.isNothingUsable,
      let reason = report.skipped.max(by: { $0.value < $1.value })?.key
    else { return nil }
    let step =
      switch reason {
      case .place:
        "say in --mapping FILE, a CSV with id,touchpoint[,question], which touchpoint of the registry "
          + "each place of the source is"
      default:
        "mend the file and import it again" + (rejected == nil ? ", or see --rejected FILE" : "")
      }
    return ImportFailure("nothing could be imported: \(reason.rawValue); \(step)")
  }

  /// An import in a list.
  static func state(of row: StoreReader.Snapshot.Import) -> String {
    if let withdrawn = row.withdrawn {
      let time = RFC3339.format(milliseconds: withdrawn.atMilliseconds / 1000 * 1000)
      return "\(row.rows) lines, withdrawn \(time) by \(withdrawn.by)"
    }
    switch row.state {
    case .staged: return "\(row.rows) lines written, none counts yet"
    case .counting: return "\(row.rows) lines, being counted"
    case .done: break
    }
    let counting = row.rowsCounting == row.rows ? "" : " (\(row.rowsCounting) count)"
    return "\(row.rows) lines\(counting), \(row.responses) responses"
  }

  private var skippedLines: [String] {
    var lines: [String] = []
    for reason in SkipReason.allCases {
      guard let count = report.skipped[reason] else { continue }
      let examples = (report.examples[reason] ?? []).map { "line \($0.line): '\($0.text)'" }
      lines.append(
        "\(count) lines skipped: \(reason.rawValue) (\(examples.joined(separator: ", ")))")
    }
    if lines.isEmpty { return [] }
    if let rejected {
      lines.append(
        "\(rejected.lines) lines written to \(rejected.path), each with its number and the reason: "
          + "mend it and import it")
    } else {
      lines.append("--rejected FILE writes the skipped lines down, to be mended and imported")
    }
    return lines
  }

  private var table: [String] {
    let offsets = ZoneOffsets(registry.timeZone)
    let rows = report.places.map { place in
      [
        place.touchpoint, place.question, "\(place.counts.reduce(0, +))", "\(place.excluded)",
        happyIndexText(place.counts),
        "\(CivilDate(daysSince1970: offsets.day(of: place.hours.lowerBound)))",
        "\(CivilDate(daysSince1970: offsets.day(of: place.hours.upperBound)))",
      ]
    }
    let head = ["touchpoint", "question", "responses", "excluded", "index", "first", "last"]
    return Columns(rows: [head] + rows, right: 2...4).lines
  }
}

/// What a withdrawal took back, as a person reads it.
struct WithdrawalSummary {
  let id: Int64
  let report: WithdrawalReport
  let isDryRun: Bool

  var lines: [String] {
    let would = isDryRun ? "would be " : ""
    var lines = [
      "import \(id), source \(report.source), file \(report.file)",
      "\(report.taken) lines \(would)taken back",
    ]
    if report.restored > 0 {
      let verb = isDryRun ? "would count" : "count"
      lines.append("\(report.restored) lines of earlier imports, which it replaced, \(verb) again")
    }
    if !report.places.isEmpty {
      let head = ["touchpoint", "question", "imported before", "after"]
      let rows = report.places.map { place in
        [place.touchpoint, place.question, "\(place.responsesBefore)", "\(place.responsesAfter)"]
      }
      lines += Columns(rows: [head] + rows, right: 2...3).lines
    }
    if isDryRun { lines.append("a dry run: nothing was changed") }
    return lines
  }
}
