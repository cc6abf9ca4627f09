import FirmwareProtocol

/// Spreads given counts over places, days, hours and buttons.
///
/// Draws only from its own generator and reads no clock: the same seed gives the same presses.
struct PressGenerator {
  let city: City
  let calendar: LocalCalendar
  let range: DateRange
  var random: SplitMix64
  /// Presses added on top, repeated by children 200–1500 ms after one that counts.
  var repeatedShare = 0.0
  /// Presses added on top with a button that does not exist.
  var invalidCount = 0
  /// Weekends and holidays count as working days.
  var everyDayIsOrdinary = false

  /// Presses of one device keep this distance, so that the rule counts every one of them.
  private static let spacingMilliseconds = 2000
  /// The last minutes of an hour stay free: keeping the distance must not push a press out.
  private static let hourMilliseconds = 3_500_000
  /// A city's real day, local hours 08–15.
  private static let officeShape = [26.0, 39, 122, 125, 156, 247, 160, 126]

  private struct Moment {
    var milliseconds: Int
    var button: UInt8
  }

  /// One plan per device of `touchpoints`, with `counts` presses per button in all.
  mutating func plans(
    touchpoints: [Int], counts: [Int], epoch: (String) -> UInt32
  ) -> [DevicePlan] {
    let sources = touchpoints.flatMap { touchpoint in
      city.touchpoints[touchpoint].devices(on: range.from).map {
        (touchpoint: touchpoint, device: $0)
      }
    }
    let weights = sources.map { source in
      city.touchpoints[source.touchpoint].weight * (0.7 + 0.6 * random.unit())
    }
    let shares = allot(counts.reduce(0, +), by: weights)
    var moments = sources.indices.map { index in
      times(shares[index], hours: city.touchpoints[sources[index].touchpoint].hours)
        .map { Moment(milliseconds: $0, button: 0) }
    }
    giveButtons(counts, to: &moments)
    addInvalid(to: &moments, buttons: counts.count)
    return sources.indices.map { index in
      addRepeats(to: &moments[index], buttons: counts.count)
      moments[index].sort { $0.milliseconds < $1.milliseconds }
      let device = sources[index].device
      return DevicePlan(
        device: device, touchpoint: sources[index].touchpoint, epoch: epoch(device),
        presses: moments[index].map { moment in
          Press(
            at: UInt32(moment.milliseconds / 1000),
            milliseconds: UInt16(moment.milliseconds % 1000), button: moment.button)
        })
    }
  }

  /// Sorted times in milliseconds since 1970, at least the spacing apart.
  private mutating func times(_ count: Int, hours: OpeningHours) -> [Int] {
    let days = range.dates
    let dayChoice = WeightedChoice(days.map { dayWeight($0, hours: hours) })
    let hourChoice = WeightedChoice(Self.hourWeights(hours))
    let ends = days.map { calendar.midnight(LocalDate(days: $0.days + 1)) }
    let starts = days.map { calendar.midnight($0) }
    var times = (0..<count).map { _ in
      let day = dayChoice.pick(using: &random)
      let hour = hourChoice.pick(using: &random)
      // Counted from the end of the day, an hour after the clock change is the wall's hour.
      let start = max(starts[day], ends[day] - (24 - hour) * 3600)
      return start * 1000 + random.below(Self.hourMilliseconds)
    }
    times.sort()
    for index in times.indices.dropFirst() {
      times[index] = max(times[index], times[index - 1] + Self.spacingMilliseconds)
      // A queue at the door: the next one presses as soon as the rule allows.
      if random.below(300) == 0 { times[index] = times[index - 1] + Self.spacingMilliseconds }
    }
    precondition((times.last ?? 0) < (ends.last ?? 0) * 1000)
    return times
  }

  /// Ranks all presses by chance and by how content a place's people are: totals come out
  /// exact, places differ.
  private mutating func giveButtons(_ counts: [Int], to moments: inout [[Moment]]) {
    var ranked: [(key: Double, place: Int, index: Int)] = []
    ranked.reserveCapacity(counts.reduce(0, +))
    for place in moments.indices {
      let mood = 0.08 * random.normal()
      for index in moments[place].indices {
        ranked.append((random.unit() + mood, place, index))
      }
    }
    ranked.sort { $0.key < $1.key }
    var next = ranked.startIndex
    for (button, count) in counts.enumerated() {
      for entry in ranked[next..<(next + count)] {
        moments[entry.place][entry.index].button = UInt8(button)
      }
      next += count
    }
  }

  private mutating func addRepeats(to moments: inout [Moment], buttons: Int) {
    var repeats: [Moment] = []
    for moment in moments where Int(moment.button) < buttons && random.unit() < repeatedShare {
      let first = moment.milliseconds + random.between(200, 800)
      repeats.append(Moment(milliseconds: first, button: UInt8(random.below(buttons))))
      if random.below(4) == 0 {
        let second = first + random.between(200, 700)
        repeats.append(Moment(milliseconds: second, button: UInt8(random.below(buttons))))
      }
    }
    moments += repeats
  }

  private mutating func addInvalid(to moments: inout [[Moment]], buttons: Int) {
    var left = invalidCount
    // Some places have no quiet moment: try a while, then let it be.
    for _ in 0..<(invalidCount * 100) where left > 0 {
      let place = random.below(moments.count)
      guard moments[place].count > 2 else { continue }
      let index = random.below(moments[place].count - 2)
      let time = moments[place][index].milliseconds
      // Far from any other press, so that only the button decides.
      guard moments[place][index + 1].milliseconds - time > 20_000 else { continue }
      let button = UInt8(random.between(buttons, buttons + 3))
      moments[place].insert(
        Moment(milliseconds: time + 10_000, button: button), at: index + 1)
      left -= 1
    }
  }

  private func dayWeight(_ date: LocalDate, hours: OpeningHours) -> Double {
    if everyDayIsOrdinary { return 1 }
    let (_, month, day) = date.civil
    let season = month == 7 ? 0.6 : 1
    switch hours {
    case .always: return season * (date.weekday >= 5 ? 1.3 : 1)
    case .visits: return date.weekday >= 5 ? 0.7 : 1
    case .office:
      let holidays = [(1, 1), (1, 6), (5, 1), (12, 6), (12, 24), (12, 25), (12, 26)]
      let isHoliday = holidays.contains { $0 == (month, day) }
      return date.weekday >= 5 || isHoliday ? 0 : season
    }
  }

  /// How many press in each hour of the local day, beside the others.
  static func hourWeights(_ hours: OpeningHours) -> [Double] {
    switch hours {
    case .office:
      Array(repeating: 0, count: 8) + officeShape + Array(repeating: 0, count: 8)
    case .always:
      (0..<24).map { $0 < 7 ? 1 : $0 < 22 ? 4 : 2 }
    case .visits:
      (0..<24).map { $0 < 7 || $0 > 20 ? 0 : $0 < 13 ? 3 : 2 }
    }
  }
}
