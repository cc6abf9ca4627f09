import Queries
import Registry
import Reporting

/// The files of a year: every touchpoint below a node, by the hour or by the day.
///
/// The columns are those of detailed results with all five counts, so that one schema fits every
/// question, and with `buttons`: a question may have had another number of them. Rows with nothing
/// in them are left out.
struct YearFile: Sendable {
  /// A column that says which row it is.
  private static let keys: [(name: String, type: String, text: String)] = [
    ("node", "string", "Touchpoint."),
    ("question", "string", "Question; never mixed."),
    ("buttons", "integer", "Buttons of the question, 2 to 5."),
    ("start", "datetime", "Start of the period, inclusive."),
    ("end", "datetime", "End of the period, exclusive."),
  ]

  static let package = "datapackage.json"
  /// What can be asked for.
  static let names = YearExport.File.allCases.map(name) + [package]

  static func name(_ file: YearExport.File) -> String { "\(file.rawValue).csv" }

  /// The file's first line.
  static var header: [UInt8] {
    var csv = CSVWriter()
    csv.header(keys.map(\.name) + Measure.all.map(\.name))
    return csv.bytes
  }

  /// The lines of one touchpoint.
  static func lines(_ sums: SeriesAggregates, _ calendar: SiteCalendar) -> [UInt8] {
    var csv = CSVWriter()
    for (number, series) in sums.plan.series.enumerated() {
      for (bin, hours) in sums.bins.enumerated() {
        let tally = sums.tally(series: number, bin: bin)
        if tally.isEmpty { continue }
        csv.line(
          [
            .text(series.node), .text(series.question), .count(series.buttons),
            .text(calendar.format(hour: hours.lowerBound)),
            .text(calendar.format(hour: hours.upperBound)),
          ] + Measure.all.map { $0.value(tally) })
      }
    }
    return csv.bytes
  }

  /// What the files of a year hold, as a Frictionless Data Package.
  static func package(_ export: YearExport) -> [UInt8] {
    let registry = export.site.registry
    let title = registry.node(export.node)?.name["fi"] ?? export.node
    var json = JSONWriter()
    json.object { json in
      json.member("profile", "tabular-data-package")
      json.member("name", "pikapalaute-\(registry.site)-\(export.node)-\(export.year)")
      json.member("title", "\(title) \(export.year)")
      json.list("resources", YearExport.File.allCases) { file, json in
        json.member("profile", "tabular-data-resource")
        json.member("name", file.rawValue)
        json.member("path", name(file))
        json.member("format", "csv")
        json.member("mediatype", "text/csv")
        json.member("encoding", "utf-8")
        json.member("schema") { json in
          json.list("fields", fields) { field, json in
            json.member("name", field.name)
            json.member("type", field.type)
            json.member("description", field.text)
            if field.type == "integer" {
              json.member("constraints") { $0.member("minimum", 0) }
            }
          }
          json.member("missingValues", [""])
          json.member("primaryKey", ["node", "question", "buttons", "start"])
        }
      }
    }
    return json.bytes
  }

  private static var fields: [(name: String, type: String, text: String)] {
    keys + Measure.all.map { ($0.name, $0.isCount ? "integer" : "number", $0.text) }
  }
}
