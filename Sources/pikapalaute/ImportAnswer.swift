import CivilTime
import Foundation
import Import
import Store

/// What the service says of an import or a withdrawal.
struct ImportAnswer: Decodable {
  struct Report: Decodable {
    struct Skipped: Decodable {
      struct Example: Decodable {
        var line: Int
        var text: String
      }

      var reason: String
      var lines: Int
      var examples: [Example]
    }

    struct Place: Decodable {
      var touchpoint: String
      var question: String
      var counts: [Int]
      var excluded: Int
      var first: String
      var last: String
    }

    var id: Int64
    var lines: Int
    var added: Int
    var known: Int
    var changed: Int
    var replaced: Bool
    var repeatedHours: Int
    var overlapHours: Int
    var skipped: [Skipped]
    var places: [Place]
  }

  var number: Int
  var state: String
  var lines: Int
  var detail: String
  var `import`: Report?
  var withdrawal: WithdrawalReport?

  init(_ body: Data) throws {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    self = try decoder.decode(ImportAnswer.self, from: body)
  }

  var hasEnded: Bool {
    let state = ImportJob.State(rawValue: state)
    return state == .done || state == .refused || state == .failed
  }

  var report: ImportReport? {
    guard let told = `import` else { return nil }
    var report = ImportReport()
    report.id = told.id
    report.lines = told.lines
    report.added = told.added
    report.known = told.known
    report.changed = told.changed
    report.isReplaced = told.replaced
    report.repeatedHours = told.repeatedHours
    report.overlapHours = told.overlapHours
    for skipped in told.skipped {
      guard let reason = SkipReason(rawValue: skipped.reason) else { continue }
      report.skipped[reason] = skipped.lines
      report.examples[reason] = skipped.examples.map { .init(line: $0.line, text: $0.text) }
    }
    report.places = told.places.map { place in
      let first = Self.hour(place.first)
      return ImportReport.Place(
        touchpoint: place.touchpoint, question: place.question, counts: place.counts,
        excluded: place.excluded, hours: first...max(first, Self.hour(place.last)))
    }
    return report
  }

  private static func hour(_ text: String) -> UTCHour {
    UTC.hour(ofMilliseconds: RFC3339.milliseconds(parsing: text) ?? 0)
  }
}
