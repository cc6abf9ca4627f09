extension Scenario {
  /// How a month of home care is rated.
  struct HomeCareOptions {
    /// Ratings in all.
    var responses = 17_828
    /// Every phone has the service's own app, which speaks HTTP; else half of them speak MQTT.
    var isAppOnly = false
    /// Simulated seconds per real second.
    var speed = 86_400.0
  }

  /// Local hours from the first to the end of each shift.
  private static let shifts = [7..<14, 14..<21]
  /// Of a shift, on average and up to its end, a phone has no network.
  private static let offlineShare = 1.0 / 3

  /// A month of visits on phones that are often without a network.
  static func homeCareMay2018(
    city: City, calendar: LocalCalendar, seed: Int, options: HomeCareOptions
  ) throws -> Scenario {
    let month = ScenarioName.homeCareMay2018.rawValue
    let isWhole = options.responses == HomeCareOptions().responses
    let name = isWhole ? month : "\(month) \(options.responses)"
    let range = DateRange(
      from: LocalDate(year: 2018, month: 5, day: 1), to: LocalDate(year: 2018, month: 6, day: 1))
    let figure = ReportFigures(
      service: "kotihoito", responses: options.responses, shownTopShare: 78)
    guard let service = city.service(figure.service) else {
      throw Failure("scenario \(name): the city has no service \(figure.service)")
    }
    var generator = PressGenerator(
      city: city, calendar: calendar, range: range, random: SplitMix64(seed: seed, label: name))
    generator.invalidCount = 4
    let counts = ButtonMix.counts(
      responses: figure.responses, topShare: 0.78, random: &generator.random)
    var plans = generator.plans(touchpoints: service.touchpoints, counts: counts) { device in
      epoch(name, seed: seed, device: device)
    }
    for index in plans.indices {
      plans[index].isApp = options.isAppOnly
      var random = SplitMix64(seed: seed, label: "network \(plans[index].device)")
      plans[index].outages = outages(range, calendar, &random)
    }
    // A phone sends a round's visits at a time, not a month's.
    return Scenario(
      name: name, plans: plans,
      pace: .simulated(
        startSeconds: calendar.midnight(range.from), endSeconds: calendar.midnight(range.to),
        speed: options.speed),
      services: [figure.service], range: range, figures: [figure], framePressesMax: 25,
      offlinePercent: offlinePercent(plans, range))
  }

  /// Each ends with its shift, when the phones come back to where there is a network and all send at once.
  private static func outages(
    _ range: DateRange, _ calendar: LocalCalendar, _ random: inout SplitMix64
  ) -> [Range<Int>] {
    range.dates.flatMap { date in
      let midnight = calendar.midnight(date)
      return shifts.map { shift in
        let seconds = Double(3600 * shift.count) * 2 * offlineShare * random.unit()
        let end = midnight + 3600 * shift.upperBound
        return (end - Int(seconds))..<end
      }
    }
  }

  private static func offlinePercent(_ plans: [DevicePlan], _ range: DateRange) -> Int {
    let shiftSeconds =
      plans.count * range.dates.count * 3600 * shifts.reduce(0) { $0 + $1.count }
    let offline = plans.reduce(0) { $0 + $1.outages.reduce(0) { $0 + $1.count } }
    return (200 * offline + shiftSeconds) / (2 * max(1, shiftSeconds))
  }
}
