import Foundation
import TestSupport

/// A random site, written as a registry file and read by nobody: places are found by walking.
struct SlowSite {
  struct Stay {
    var device: Int
    var touchpoint: String
    /// nil = open.
    var from: Moment?
    var to: Moment?
    /// Own questions of the entry; nil = the touchpoint's.
    var questions: [Int]?
  }

  /// When a stay begins or ends.
  struct Moment {
    /// UTC, since 1970.
    var minute: Int
    /// As the registry file says it.
    var text: String
  }

  struct Place {
    var id: String
    var parent: String?
    /// nil for nodes above touchpoints.
    var questions: [Int]?
    var intervalMilliseconds = 2000
  }

  static let zones = [
    "Europe/Helsinki", "Europe/Helsinki", "America/New_York", "Pacific/Auckland", "UTC",
  ]

  let zone: String
  let buttons: [Int]
  var places: [Place] = []
  var stays: [Stay] = []
  let deviceCount: Int

  /// - Parameter days: the local days that the history is about.
  init(_ generator: inout Seeded, days: Range<Int>) {
    zone = generator.pick(Self.zones)
    buttons = (0..<Int.random(in: 1...3, using: &generator)).map { _ in
      Int.random(in: 2...5, using: &generator)
    }
    deviceCount = Int.random(in: 1...4, using: &generator)
    for number in 0..<Int.random(in: 1...5, using: &generator) {
      let inner = places.filter { $0.questions == nil }.map(\.id)
      let parent = inner.isEmpty || generator.oneIn(3) ? nil : generator.pick(inner)
      places.append(Place(id: "n\(number)", parent: parent))
    }
    let inner = places.map(\.id)
    for number in 0..<Int.random(in: 1...5, using: &generator) {
      places.append(
        Place(
          id: "t\(number)", parent: generator.oneIn(6) ? nil : generator.pick(inner),
          questions: questions(&generator),
          intervalMilliseconds: generator.pick([0, 2000, 2000, 60_000])))
    }
    placeDevices(&generator, days: days)
  }

  /// Other stays of the same devices at the same places: a corrected registry.
  mutating func placeDevices(_ generator: inout Seeded, days: Range<Int>) {
    let touchpoints = places.filter { $0.questions != nil }.map(\.id)
    let calendar = SlowCalendar(zone: zone)
    stays = []
    for device in 0..<deviceCount {
      var bounds = self.bounds(&generator, days, calendar)
      if bounds.count % 2 == 1 { bounds.append(calendar.midnight(ofDay: days.upperBound + 3)) }
      for index in stride(from: 0, to: bounds.count, by: generator.oneIn(2) ? 1 : 2)
      where index + 1 < bounds.count {
        stays.append(
          Stay(
            device: device, touchpoint: generator.pick(touchpoints),
            from: index == 0 && generator.oneIn(2) ? nil : bounds[index],
            to: index + 2 >= bounds.count && generator.oneIn(2) ? nil : bounds[index + 1],
            questions: generator.oneIn(4) ? questions(&generator) : nil))
      }
    }
  }

  /// Midnights, hours and minutes; often several within one hour, and so in the hours around a change
  /// of the clocks.
  private func bounds(
    _ generator: inout Seeded, _ days: Range<Int>, _ calendar: SlowCalendar
  ) -> [Moment] {
    var moments: [Int: Moment] = [:]
    var near = Int.random(in: days, using: &generator) * 1440
    if generator.oneIn(2) { near = (days.lowerBound + 9) * 1440 }
    for _ in 0..<Int.random(in: 1...6, using: &generator) {
      let moment =
        switch Int.random(in: 0..<5, using: &generator) {
        case 0, 1: calendar.midnight(ofDay: Int.random(in: days, using: &generator))
        case 2: calendar.moment(near + Int.random(in: -300...300, using: &generator), &generator)
        case 3: calendar.moment(near + Int.random(in: 0..<60, using: &generator), &generator)
        default:
          calendar.moment(Int.random(in: days, using: &generator) * 1440 + 660, &generator)
        }
      moments[moment.minute] = moment
    }
    return moments.values.sorted { $0.minute < $1.minute }
  }

  private func questions(_ generator: inout Seeded) -> [Int] {
    Array(buttons.indices.shuffled(using: &generator).prefix(generator.oneIn(3) ? 3 : 1))
  }

  // MARK: The registry file

  var yaml: String {
    var text = "site: helsinki\ntime_zone: \(zone)\nquestions:\n"
    for (number, buttons) in buttons.enumerated() {
      text += "  - {id: q\(number), buttons: \(buttons)}\n"
    }
    return text + "nodes:\n" + nodes(below: nil, indent: "  ")
  }

  private func nodes(below parent: String?, indent: String) -> String {
    var text = ""
    for place in places where place.parent == parent {
      text += "\(indent)- id: \(place.id)\n"
      guard let questions = place.questions else {
        text += "\(indent)  kind: unit\n"
        let below = nodes(below: place.id, indent: indent + "    ")
        if !below.isEmpty { text += "\(indent)  nodes:\n\(below)" }
        continue
      }
      text += "\(indent)  kind: touchpoint\n\(indent)  questions: \(list(questions))\n"
      text += "\(indent)  repeat_interval_s: \(place.intervalMilliseconds / 1000)\n"
      text += "\(indent)  devices:\n"
      let here = stays.filter { $0.touchpoint == place.id }
      if here.isEmpty { text.replaceLast("devices:\n", with: "devices: []\n") }
      for stay in here {
        text += "\(indent)    - {id: d\(stay.device)"
        if let from = stay.from { text += ", from: \(from.text)" }
        if let to = stay.to { text += ", to: \(to.text)" }
        if let questions = stay.questions { text += ", questions: \(list(questions))" }
        text += "}\n"
      }
    }
    return text
  }

  private func list(_ questions: [Int]) -> String {
    "[\(questions.map { "q\($0)" }.joined(separator: ", "))]"
  }

  // MARK: Where presses belong

  /// The stay of a device in a UTC minute; nil = none.
  func stay(device: Int, minute: Int) -> Stay? {
    stays.first {
      $0.device == device && ($0.from?.minute ?? .min) <= minute && minute < ($0.to?.minute ?? .max)
    }
  }

  /// The questions by slot that a device asks in a UTC minute, and its repeat interval.
  func rule(device: Int, minute: Int) -> (questions: [Int], intervalMilliseconds: Int) {
    if let stay = stay(device: device, minute: minute) {
      return (asked(stay), place(stay.touchpoint)?.intervalMilliseconds ?? 0)
    }
    let own = stays.filter { $0.device == device }
      .sorted { ($0.from?.minute ?? .min) < ($1.from?.minute ?? .min) }
    let nearest = own.last { ($0.to?.minute ?? .max) <= minute } ?? own.first
    return (nearest.map(asked) ?? [], 2000)
  }

  private func asked(_ stay: Stay) -> [Int] {
    stay.questions ?? place(stay.touchpoint)?.questions ?? []
  }

  func place(_ id: String) -> Place? { places.first { $0.id == id } }

  /// Whether a touchpoint (or `unassigned`) counts for a node.
  func belongs(_ touchpoint: String, to node: String) -> Bool {
    if node == "helsinki" || touchpoint == node { return true }
    var at = place(touchpoint)?.parent
    while let id = at {
      if id == node { return true }
      at = place(id)?.parent
    }
    return false
  }

  func children(of node: String) -> [String] {
    if node == "helsinki" { return places.filter { $0.parent == nil }.map(\.id) + ["unassigned"] }
    return places.filter { $0.parent == node }.map(\.id)
  }
}

extension String {
  fileprivate mutating func replaceLast(_ suffix: String, with other: String) {
    if hasSuffix(suffix) { self = String(dropLast(suffix.count)) + other }
  }
}
