import FirmwareProtocol

extension Scenario {
  /// Presses of all terminals on an ordinary day: about 27 each.
  private static let cityDayPresses = 3500
  /// Local hours that three terminals spend without network.
  private static let outageHours = [9, 11, 14]
  /// The local hour of the long outage: the busiest, so that the journal overflows.
  private static let overflowHour = 13

  /// One working day of the 130 terminals, some with troubles.
  ///
  /// Presses before `startHour` are in the journals when the clock starts.
  /// Days of the week are all alike here: yesterday may have been a Sunday.
  static func cityDay(
    city: City, calendar: LocalCalendar, seed: Int, day: LocalDate, startHour: Int,
    speed: Double
  ) throws -> Scenario {
    let name = "\(ScenarioName.cityDay.rawValue) \(day.text)"
    let range = DateRange(from: day, to: LocalDate(days: day.days + 1))
    var generator = PressGenerator(
      city: city, calendar: calendar, range: range, random: SplitMix64(seed: seed, label: name))
    generator.everyDayIsOrdinary = true
    generator.repeatedShare = 0.008
    generator.invalidCount = 3
    let total = cityDayPresses + generator.random.between(-300, 300)
    let counts = try ButtonMix.counts(
      responses: total, shownIndex: generator.random.between(86, 89), random: &generator.random)
    var plans = generator.plans(touchpoints: city.lobbies, counts: counts) { device in
      epoch(name, seed: seed, device: device)
    }
    let midnight = calendar.midnight(range.to)
    func hour(_ hour: Int) -> Range<Int> {
      let start = midnight - (24 - hour) * 3600
      return start..<(start + 3600)
    }
    let overflow = hour(overflowHour)
    let busiest = plans.indices.max {
      plans[$0].sequences(in: overflow).count < plans[$1].sequences(in: overflow).count
    }
    if let busiest {
      // The first three of the hour give way to later ones.
      let held = plans[busiest].sequences(in: overflow)
      plans[busiest].outages = [overflow]
      plans[busiest].overwritten = held.prefix(min(3, held.count / 2))
    }
    for outage in outageHours {
      let index = generator.random.below(plans.count)
      if plans[index].outages.isEmpty { plans[index].outages = [hour(outage)] }
    }
    let services = Set(city.lobbies.map { city.touchpoints[$0].service })
    return Scenario(
      name: name, plans: plans,
      pace: .simulated(
        startSeconds: calendar.midnight(day) + startHour * 3600, endSeconds: midnight, speed: speed),
      services: city.services.map(\.id).filter(services.contains), range: range,
      framePressesMax: PressFrame.countMax)
  }
}

extension DevicePlan {
  /// Sequences of the presses that happen in these UTC seconds.
  func sequences(in seconds: Range<Int>) -> Range<Int> {
    let first = presses.firstIndex { Int($0.at) >= seconds.lowerBound } ?? presses.count
    let end = presses.firstIndex { Int($0.at) >= seconds.upperBound } ?? presses.count
    return first..<end
  }
}
