import FirmwareProtocol

/// What one press came to.
enum Outcome {
  case counted
  case excluded
  case invalid
}

/// One hour, or any longer time, of one touchpoint, or of many.
struct Cell: Equatable {
  /// From the most negative button; only the question's buttons are used.
  var counts: InlineArray<5, Int> = [0, 0, 0, 0, 0]
  var excluded = 0
  var invalid = 0
  var lost = 0
  var estimated = 0

  func counts(buttons: Int) -> [Int] { (0..<buttons).map { counts[$0] } }

  var responses: Int { counts[0] + counts[1] + counts[2] + counts[3] + counts[4] }

  static func += (left: inout Cell, right: Cell) {
    for button in 0..<5 { left.counts[button] += right.counts[button] }
    left.excluded += right.excluded
    left.invalid += right.invalid
    left.lost += right.lost
    left.estimated += right.estimated
  }

  static func == (left: Cell, right: Cell) -> Bool {
    left.counts(buttons: 5) == right.counts(buttons: 5) && left.excluded == right.excluded
      && left.invalid == right.invalid && left.lost == right.lost
      && left.estimated == right.estimated
  }
}

/// The truth about what was pressed: a second, plain reading of the contract that shares no
/// line with the service.
struct Ledger {
  private let city: City
  /// Per touchpoint: UTC hour since 1970 → what happened in it.
  private(set) var hours: [[Int: Cell]]
  /// Per device: milliseconds since 1970 of its last press that counted.
  private var lastCounted: [String: Int] = [:]

  init(city: City) {
    self.city = city
    hours = Array(repeating: [:], count: city.touchpoints.count)
  }

  /// Enters one press, in the order of the device's sequence.
  @discardableResult
  mutating func record(_ press: Press, device: String, touchpoint: Int) -> Outcome {
    let milliseconds = Int(press.at) * 1000 + Int(press.milliseconds)
    let hour = Int(press.at) / 3600
    if press.slot != 0 || Int(press.button) >= city.buttons(of: touchpoint) {
      hours[touchpoint][hour, default: Cell()].invalid += 1
      return .invalid
    }
    let interval = city.touchpoints[touchpoint].repeatIntervalMilliseconds
    if interval > 0, let last = lastCounted[device] {
      let passed = milliseconds - last
      // A clock that went backwards counts.
      if passed >= 0 && passed < interval {
        hours[touchpoint][hour, default: Cell()].excluded += 1
        return .excluded
      }
    }
    lastCounted[device] = milliseconds
    hours[touchpoint][hour, default: Cell()].counts[Int(press.button)] += 1
    return .counted
  }

  /// Enters a whole journal; what it overwrote is lost in the hour of the press that follows.
  mutating func record(_ plan: DevicePlan) {
    let overwritten = plan.overwritten ?? 0..<0
    for (sequence, press) in plan.presses.enumerated() where !overwritten.contains(sequence) {
      record(press, device: plan.device, touchpoint: plan.touchpoint)
    }
    if !overwritten.isEmpty {
      let hour = Int(plan.presses[overwritten.upperBound].at) / 3600
      hours[plan.touchpoint][hour, default: Cell()].lost += overwritten.count
    }
  }

  /// Takes over what the service held before the run.
  mutating func adopt(_ cell: Cell, touchpoint: Int, hour: Int) {
    hours[touchpoint][hour, default: Cell()] += cell
  }

  /// Adds the hours of another ledger of the same city.
  mutating func adopt(_ other: Ledger) {
    for touchpoint in other.hours.indices {
      for (hour, cell) in other.hours[touchpoint] {
        adopt(cell, touchpoint: touchpoint, hour: hour)
      }
    }
  }

  /// Sums between consecutive `boundaries` (UTC seconds, ascending, whole hours).
  func sums(touchpoints: [Int], boundaries: [Int]) -> [Cell] {
    var rows = Array(repeating: Cell(), count: boundaries.count - 1)
    for touchpoint in touchpoints {
      for (hour, cell) in hours[touchpoint] {
        let seconds = hour * 3600
        var low = 0
        var high = boundaries.count
        while low < high {
          let middle = (low + high) / 2
          if boundaries[middle] <= seconds { low = middle + 1 } else { high = middle }
        }
        if low > 0 && low < boundaries.count { rows[low - 1] += cell }
      }
    }
    return rows
  }

  func total(touchpoints: [Int]) -> Cell {
    touchpoints.reduce(into: Cell()) { sum, touchpoint in
      for cell in hours[touchpoint].values { sum += cell }
    }
  }

  /// Checks the ledger against the printed report before anything is sent.
  func check(_ figures: [ReportFigures]) throws {
    for figure in figures {
      let touchpoints = city.service(figure.service)?.touchpoints ?? []
      let cell = total(touchpoints: touchpoints)
      let counts = cell.counts(buttons: 4)
      let topShare = (200 * counts[3] + cell.responses) / (2 * max(1, cell.responses))
      guard cell.responses == figure.responses,
        figure.shownIndex == nil || ButtonMix.roundedIndex(counts) == figure.shownIndex,
        figure.shownTopShare == nil || topShare == figure.shownTopShare
      else {
        throw Failure(
          "\(figure.service): the scenario came out as \(counts), not as \(figure); "
            + "this is a fault of the simulator")
      }
    }
  }
}
