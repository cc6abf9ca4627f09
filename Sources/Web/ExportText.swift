import Foundation
import Registry
import Reporting

/// A year of a node as files: every touchpoint below it, by the hour or by the day.
///
/// The columns are those of detailed results with all five counts, so that one schema fits every
/// question, and with `buttons`: a question may have had another number of them. Rows with nothing
/// in them are left out.
struct ExportText: Sendable {
  /// The files of a year.
  enum File: String, CaseIterable {
    case hours
    case days

    var granularity: Granularity { self == .hours ? .hour : .day }
  }

  static let columns =
    ["node", "question", "buttons", "start", "end", "responses"] + (0..<5).map { "count_\($0)" } + [
      "index", "interval_low", "interval_high", "excluded", "invalid", "lost", "estimated", "late",
      "imported", "annulled",
    ]

  let calendar: SiteCalendar

  /// The file's first line.
  static var header: [UInt8] { Array((columns.joined(separator: ",") + "\r\n").utf8) }

  /// The lines of one touchpoint.
  func lines(_ sums: SeriesSums) -> [UInt8] {
    var text: [UInt8] = []
    for (number, series) in sums.plan.series.enumerated() {
      for (bin, hours) in sums.bins.enumerated() {
        let tally = sums.tally(series: number, bin: bin)
        if tally.isEmpty { continue }
        let counts = (0..<5).map { $0 < tally.counts.count ? "\(tally.counts[$0])" : "" }
        let cells =
          [
            series.node, series.question, "\(series.buttons)",
            calendar.format(hour: hours.lowerBound), calendar.format(hour: hours.upperBound),
            "\(tally.responses)",
          ] + counts + [
            cell(tally.index), cell(tally.interval?.low), cell(tally.interval?.high),
            "\(tally.excluded)", "\(tally.invalid)", "\(tally.lost)", "\(tally.estimated)",
            "\(tally.late)", "\(tally.imported)", "\(tally.annulled)",
          ]
        text.append(contentsOf: (cells.joined(separator: ",") + "\r\n").utf8)
      }
    }
    return text
  }

  private func cell(_ value: Double?) -> String {
    value?.description ?? ""
  }
}

/// What the files of a year hold, as a Frictionless Data Package.
struct DataPackageText {
  /// nil for the site itself.
  let node: Node?
  let id: String
  let site: String
  let year: Int

  private static let types: [String: (type: String, description: String)] = [
    "node": ("string", "Touchpoint."),
    "question": ("string", "Question; never mixed."),
    "buttons": ("integer", "Buttons of the question, 2 to 5."),
    "start": ("datetime", "Start of the period, inclusive."),
    "end": ("datetime", "End of the period, exclusive."),
    "responses": ("integer", "Presses that counted."),
    "index": ("number", "Happy index, 0 to 100; empty without responses."),
    "interval_low": ("number", "Lower end of the index's 95 % interval."),
    "interval_high": ("number", "Upper end of the index's 95 % interval."),
    "excluded": ("integer", "Presses kept back by the repeat interval."),
    "invalid": ("integer", "Presses of buttons that do not exist."),
    "lost": ("integer", "Presses that devices lost before they were sent."),
    "estimated": ("integer", "Responses whose time was estimated."),
    "late": ("integer", "Responses that came more than a day after they happened."),
    "imported": ("integer", "Responses taken from an earlier supplier."),
    "annulled": ("integer", "Presses that an annulment took out of all other numbers."),
  ]

  func json() -> [UInt8] {
    var json = JSONText()
    json.object { json in
      json.member("profile", "tabular-data-package")
      json.member("name", "pikapalaute-\(site)-\(id)-\(year)")
      json.member("title", "\(node?.name["fi"] ?? id) \(year)")
      json.list("resources", ExportText.File.allCases) { file, json in
        json.member("profile", "tabular-data-resource")
        json.member("name", file.rawValue)
        json.member("path", "\(file.rawValue).csv")
        json.member("format", "csv")
        json.member("mediatype", "text/csv")
        json.member("encoding", "utf-8")
        json.member("schema") { json in
          json.list("fields", ExportText.columns, field)
          json.member("missingValues", [""])
          json.member("primaryKey", ["node", "question", "buttons", "start"])
        }
      }
    }
    return json.bytes
  }

  private func field(_ name: String, _ json: inout JSONText) {
    let known = Self.types[name] ?? ("integer", "Responses of this button, 0 the most negative.")
    json.member("name", name)
    json.member("type", known.type)
    json.member("description", known.description)
    if known.type == "integer" {
      json.member("constraints") { $0.member("minimum", 0) }
    }
  }
}
