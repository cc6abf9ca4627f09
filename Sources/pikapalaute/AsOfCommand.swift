import ArgumentParser
import CivilTime
import Foundation
import Ingest
import Registry
import Store

/// `pikapalaute as-of`: what a node's numbers were at an earlier moment.
struct AsOfCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "as-of",
    abstract: "Count a node's range again as it was at an earlier moment.",
    discussion: """
      Reads the archive up to that moment, and the imports that stood then, under today's registry \
      and rules. Reads only, also while the service runs; as long as 'pikapalaute rebuild' at most. \
      The same over HTTP, for archives that are not too long: as_of of GET /api/v1/results.

        pikapalaute as-of 4711 --node kallio-aula --from 2026-01-01 --to 2026-02-01
        pikapalaute as-of 2026-02-03T08:00:00Z --node kallio-aula --from 2026-01-01 --to 2026-02-01
      """)

  @OptionGroup var options: DatabaseOptions

  @Argument(help: "'data' of an answer's revision, or an RFC 3339 time.")
  var moment: String
  @Option(help: "A node, 'unassigned', or the site's id.")
  var node: String
  @Option(help: "First local date.")
  var from: String
  @Option(help: "The local date after the last.")
  var to: String

  func run() async throws {
    try await reportingFailure {
      let asOf = try asOf()
      let reader = try StoreReader(try await options.existingFile())
      let site = try await reader.read { try $0.appliedSite() }
      guard let registry = site.registry else {
        throw OptionError("no registry was ever applied; run: pikapalaute serve --registry FILE")
      }
      guard
        node == registry.site || node == Registry.unassigned || registry.node(node) != nil
      else {
        throw OptionError("node '\(node)' is not in the registry; GET /api/v1/nodes lists what is")
      }
      let hours = try hours(ZoneOffsets(registry.timeZone))
      let places = PlacesOfNode(site.devices, node: node, hours: hours)
      let (moment, counted) = try await reader.read { snapshot in
        let moment = try snapshot.moment(asOf)
        var counted = places
        let bar = PercentLine("counting again")
        try snapshot.counts(
          at: moment, hours: hours, devices: counted.devices, progress: bar.show
        ) { counted.add(device: $0, hour: $1, slot: $2, $3) }
        bar.end()
        return (moment, counted)
      }
      print("revision \(moment.revision)")
      print("question,buttons,responses,\(CountNumber.names.joined(separator: ","))")
      for (question, numbers) in counted.sums.sorted(by: { $0.key < $1.key }) {
        let counts = CountNumber.allCases.map { numbers[$0.rawValue] }
        let cells = [counts.prefix(5).reduce(0, +)] + counts
        let row = cells.map(String.init).joined(separator: ",")
        print("\(question.name),\(question.buttons),\(row)")
      }
    }
  }

  private func asOf() throws -> AsOf {
    if let revision = Int64(moment) { return .revision(revision) }
    if let time = RFC3339.milliseconds(parsing: moment) { return .time(milliseconds: time) }
    throw OptionError(
      "'\(moment)' is wrong; allowed: 'data' of a revision, or a time such as 2026-02-03T08:00:00Z")
  }

  private func hours(_ zone: ZoneOffsets) throws -> Range<UTCHour> {
    let bounds = try [("from", from), ("to", to)].map { name, text in
      guard let date = CivilDate(parsing: text) else {
        throw OptionError("--\(name) '\(text)' is wrong; allowed: a date, YYYY-MM-DD")
      }
      return max(0, zone.startOfDay(date.daysSince1970))
    }
    guard bounds[0] < bounds[1] else { throw OptionError("--to must be later than --from") }
    return bounds[0]..<bounds[1]
  }
}

/// What stands at and below a node, by question.
private struct PlacesOfNode: Sendable {
  struct Question: Hashable, Comparable, Sendable {
    var name: String
    var buttons: Int

    static func < (first: Question, second: Question) -> Bool {
      (first.name, first.buttons) < (second.name, second.buttons)
    }
  }

  private(set) var sums: [Question: CountNumbers] = [:]
  /// By device.
  private var intervals: [Int: [DeviceTimeline.AssignmentInterval]] = [:]

  init(_ devices: [StoredDevice], node: String, hours: Range<UTCHour>) {
    for device in devices {
      let found = device.timeline.intervals.filter {
        $0.hours.overlaps(hours) && ($0.touchpoint == node || $0.sums.contains(node))
      }
      if !found.isEmpty { intervals[device.number] = found }
      for interval in found {
        for (question, buttons) in zip(interval.questions, interval.buttons) {
          sums[Question(name: question, buttons: buttons)] = CountNumbers(repeating: 0)
        }
      }
    }
  }

  var devices: Set<Int> { Set(intervals.keys) }

  mutating func add(device: Int, hour: UTCHour, slot: Int, _ numbers: CountNumbers) {
    for interval in intervals[device] ?? [] where interval.hours.contains(hour) {
      guard let place = interval.question(ofStoredSlot: slot) else { continue }
      let question = Question(name: interval.questions[place], buttons: interval.buttons[place])
      var sum = sums[question] ?? CountNumbers(repeating: 0)
      for index in sum.indices { sum[index] += numbers[index] }
      sums[question] = sum
    }
  }
}
