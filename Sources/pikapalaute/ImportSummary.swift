import Import
import Registry
import Store

/// What an import brought, as a person reads it.
struct ImportSummary {
  let report: ImportReport
  let options: ImportOptions
  let registry: Registry

  var lines: [String] {
    var lines: [String] = []
    let verb = options.isDryRun ? "would be imported" : "imported"
    if report.id > 0 { lines.append("import \(report.id), source \(options.source)") }
    lines.append("\(report.added) lines \(verb)")
    if report.known > 0 { lines.append("\(report.known) lines were known already") }
    if report.changed > 0 {
      lines.append(
        "\(report.changed) known lines say something else now: "
          + (report.isReplaced
            ? options.isDryRun ? "would be replaced" : "replaced"
            : "left as they were; --replace takes the new ones"))
    }
    for reason in SkipReason.allCases {
      guard let count = report.skipped[reason] else { continue }
      lines.append(
        "\(count) lines skipped: \(reason.rawValue) (first: \(report.examples[reason] ?? ""))")
    }
    if report.overlapHours > 0 {
      lines.append(
        "\(report.overlapHours) hours in which own devices counted at the same place"
          + (options.isOverlapAllowed ? "" : "; without --allow-overlap the import is refused"))
    }
    if !report.places.isEmpty { lines += table }
    if options.isDryRun { lines.append("a dry run: nothing was changed") }
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
