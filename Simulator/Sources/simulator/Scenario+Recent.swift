import FirmwareProtocol

extension Scenario {
  /// The 25 full months before the city was made and all days since, up to `until`.
  ///
  /// Presses of a day follow from seed and date: who runs it again on a later day repeats these journals and
  /// adds to them.
  static func recent(
    city: City, calendar: LocalCalendar, seed: Int, until: LocalDate
  ) -> Scenario {
    let range = DateRange(from: city.events.from, to: until)
    return Scenario(
      name: "\(ScenarioName.recent.rawValue) \(range.from.text)…\(until.text)",
      plans: journals(city, calendar, seed: seed, range: range), pace: .atOnce,
      services: city.services.map(\.id), range: range, framePressesMax: PressFrame.countMax)
  }

  /// One more day of `recent`, as the simulated clock passes it.
  static func recentDay(
    city: City, calendar: LocalCalendar, seed: Int, day: LocalDate, startHour: Int, speed: Double
  ) -> Scenario {
    let range = DateRange(from: day, to: LocalDate(days: day.days + 1))
    let start = calendar.midnight(day)
    var plans = journals(
      city, calendar, seed: seed, range: DateRange(from: city.events.from, to: range.to))
    for index in plans.indices {
      plans[index].madeBefore =
        plans[index].presses.firstIndex { Int($0.at) >= start } ?? plans[index].presses.count
    }
    // Who had no power yesterday is not heard today.
    plans.removeAll { city.standstill($0.touchpoint)?.dates.contains(day) ?? false }
    return Scenario(
      name: "\(ScenarioName.recentDay.rawValue) \(day.text)", plans: plans,
      pace: .simulated(
        startSeconds: start + startHour * 3600, endSeconds: calendar.midnight(range.to),
        speed: speed),
      services: city.services.map(\.id), range: range, framePressesMax: PressFrame.countMax)
  }

  /// A journal of every device that is heard in these days.
  private static func journals(
    _ city: City, _ calendar: LocalCalendar, seed: Int, range: DateRange
  ) -> [DevicePlan] {
    let generator = EverydayGenerator(city: city, calendar: calendar, seed: seed, range: range)
    return city.touchpoints.indices.flatMap { touchpoint in
      city.stays(touchpoint, in: range).compactMap { generator.journal(touchpoint, $0) }
    }
  }
}

/// Makes the journals of `Everyday`.
private struct EverydayGenerator {
  let city: City
  let calendar: LocalCalendar
  let seed: Int
  let everyday: Everyday
  let hourChoices: [OpeningHours: WeightedChoice]
  /// Presses that children and elbows repeat.
  private static let repeatedShare = 0.008
  /// So many presses are of a button that the question does not have.
  private static let pressesPerInvalid = 40_000
  /// The last minutes of an hour stay free: keeping the distance must not push a press out.
  private static let hourMilliseconds = 3_500_000
  private let midnights: [Int: Int]

  init(city: City, calendar: LocalCalendar, seed: Int, range: DateRange) {
    self.city = city
    self.calendar = calendar
    self.seed = seed
    everyday = Everyday(city: city, seed: seed)
    hourChoices = Dictionary(
      uniqueKeysWithValues: [OpeningHours.office, .always, .visits].map {
        ($0, WeightedChoice(PressGenerator.hourWeights($0)))
      })
    midnights = Dictionary(
      uniqueKeysWithValues: (range.from.days...range.to.days).map {
        ($0, calendar.midnight(LocalDate(days: $0)))
      })
  }

  /// nil = a terminal that is never heard.
  func journal(_ touchpoint: Int, _ stay: City.Stay) -> DevicePlan? {
    if !stay.isHeard { return nil }
    let label = "recent \(city.events.from.text)"
    var plan = DevicePlan(
      device: stay.device, touchpoint: touchpoint,
      epoch: Scenario.epoch(label, seed: seed, device: stay.device))
    plan.isOnMQTT = true
    let standstill = city.standstill(touchpoint)
    for date in stay.days.dates {
      if let standstill, date >= standstill.from, date < standstill.to { continue }
      append(date, touchpoint, to: &plan)
    }
    let lost = city.events.overwritten
    if lost.touchpoint == city.touchpoints[touchpoint].id, lost.days.to < stay.days.to {
      let sequences = plan.sequences(
        in: calendar.midnight(lost.days.from)..<calendar.midnight(lost.days.to))
      if !sequences.isEmpty { plan.overwritten = sequences }
    }
    return plan
  }

  private func append(_ date: LocalDate, _ touchpoint: Int, to plan: inout DevicePlan) {
    let place = city.touchpoints[touchpoint]
    var random = SplitMix64(seed: seed, label: "\(date.days) \(plan.device)")
    let count = everyday.presses(touchpoint, date, &random)
    guard count > 0, let hours = hourChoices[place.hours], let start = midnights[date.days],
      let end = midnights[date.days + 1]
    else { return }
    let index = everyday.index(touchpoint, date)
    let spacing = place.hours == .visits ? 180_000 : 2000
    var last = Int.min / 2
    let times = (0..<count).map { _ in
      let hour = hours.pick(using: &random)
      // Counted from the end of the day, an hour after the clock change is the wall's hour.
      let seconds = max(start, end - (24 - hour) * 3600)
      return (hour: hour, at: seconds * 1000 + random.below(Self.hourMilliseconds))
    }
    for time in times.sorted(by: { $0.at < $1.at }) {
      let at = max(time.at, last + spacing)
      if at >= end * 1000 - 2000 { break }
      last = at
      let shares = ButtonMix.shares(
        index: index + Everyday.points(ofHour: time.hour, place.hours))
      let isInvalid = random.below(Self.pressesPerInvalid) == 0
      plan.presses.append(
        press(at, isInvalid ? 4 : ButtonMix.pick(shares, random.unit())))
      if place.hours != .visits, !isInvalid, random.unit() < Self.repeatedShare {
        plan.presses.append(press(at + random.between(200, 1500), random.below(4)))
      }
    }
  }

  private func press(_ milliseconds: Int, _ button: Int) -> Press {
    Press(
      at: UInt32(milliseconds / 1000), milliseconds: UInt16(milliseconds % 1000),
      button: UInt8(button))
  }
}
