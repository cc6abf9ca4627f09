import FirmwareProtocol

/// One device's part in a scenario: its journal before anything is sent.
struct DevicePlan {
  var device: String
  /// Index into `City.touchpoints`.
  var touchpoint: Int
  var epoch: UInt32
  /// By sequence, from 0, in the order of time.
  var presses: [Press] = []
  /// UTC seconds in which the device has no network, in order.
  var outages: [Range<Int>] = []
  /// Sequences that the journal overwrites before the outage ends: never sent.
  var overwritten: Range<Int>?
  /// A phone with the service's own app.
  var isApp = false
  /// A phone that speaks MQTT whatever its number.
  var isOnMQTT = false
  /// Presses that lie in the journal before the simulated clock starts.
  var madeBefore = 0
}

/// When presses come into being.
enum Pace {
  /// All of them lie in the journals already: the past.
  case atOnce
  /// As the simulated clock passes them. UTC seconds; simulated seconds per real second.
  case simulated(startSeconds: Int, endSeconds: Int, speed: Double)
  /// Now: so many presses, at so many a second; 0 is as fast as they are acknowledged.
  case load(count: Int, ratePerSecond: Double)
}

/// The figures of a printed report that a service's year must reproduce to the digit.
struct ReportFigures {
  var service: String
  var responses: Int
  /// The Happy index as printed, rounded half up; nil where the report gives another figure.
  var shownIndex: Int?
  /// Share of the top button in whole per cent, rounded half up.
  var shownTopShare: Int?
}

/// Everything a run needs: who presses what and when, and what the results must then say.
struct Scenario {
  var name: String
  var plans: [DevicePlan]
  var pace: Pace
  /// The service nodes and local days whose every number is this scenario's.
  var services: [String]
  var range: DateRange
  var figures: [ReportFigures] = []
  /// Presses in a frame at most, 1…1000.
  var framePressesMax: Int
  /// What phones spend of their shifts without a network, in per cent; nil = no phones that lose it.
  var offlinePercent: Int?
}

/// The scenarios that have a name; without one the simulator is a free load.
enum ScenarioName: String, CaseIterable {
  case table2017 = "table-2017"
  case table2018 = "table-2018"
  case homeCareMay2018 = "home-care-may-2018"
  case cityDay = "city-day"
  case recent
  case recentDay = "recent-day"
}

extension Scenario {
  /// Goes into every epoch: raise it when the presses of a scenario change, so that a service
  /// which has counted the old ones does not take the new ones for repetitions.
  static let generation = 1

  /// The journal's name: the same for the same scenario, seed and device, so that a second
  /// run repeats the first one instead of adding to it.
  static func epoch(_ scenario: String, seed: Int, device: String) -> UInt32 {
    var random = SplitMix64(
      seed: seed, label: "epoch \(generation) \(scenario) \(device)")
    return UInt32(truncatingIfNeeded: random.next() >> 32)
  }

  static func table2017(city: City, calendar: LocalCalendar, seed: Int) throws -> Scenario {
    try table(
      .table2017, city: city, calendar: calendar, seed: seed,
      range: DateRange(
        from: LocalDate(year: 2017, month: 1, day: 1), to: LocalDate(year: 2018, month: 1, day: 1)),
      figures: [
        ReportFigures(service: "terveysasemat", responses: 120_725, shownIndex: 86),
        ReportFigures(service: "hammashoitolat", responses: 147_671, shownIndex: 89),
        ReportFigures(service: "paivystykset", responses: 17_595, shownIndex: 81),
        ReportFigures(service: "palvelukeskukset", responses: 10_938, shownIndex: 91),
      ])
  }

  static func table2018(city: City, calendar: LocalCalendar, seed: Int) throws -> Scenario {
    try table(
      .table2018, city: city, calendar: calendar, seed: seed,
      range: DateRange(
        from: LocalDate(year: 2018, month: 1, day: 1), to: LocalDate(year: 2018, month: 9, day: 13)),
      figures: [
        ReportFigures(service: "terveysasemat", responses: 132_308, shownIndex: 87),
        ReportFigures(service: "hammashoitolat", responses: 86_957, shownIndex: 89),
        ReportFigures(service: "paivystykset", responses: 14_076, shownIndex: 80),
        ReportFigures(service: "palvelukeskukset", responses: 32_591, shownIndex: 94),
      ])
  }

  private static func table(
    _ name: ScenarioName, city: City, calendar: LocalCalendar, seed: Int, range: DateRange,
    figures: [ReportFigures]
  ) throws -> Scenario {
    var plans: [DevicePlan] = []
    for figure in figures {
      guard let service = city.service(figure.service), let index = figure.shownIndex else {
        throw Failure("scenario \(name.rawValue): the city has no service \(figure.service)")
      }
      var generator = PressGenerator(
        city: city, calendar: calendar, range: range,
        random: SplitMix64(seed: seed, label: "\(name.rawValue) \(figure.service)"))
      generator.repeatedShare = 0.008
      generator.invalidCount = 6
      let counts = try ButtonMix.counts(
        responses: figure.responses, shownIndex: index, random: &generator.random)
      plans += generator.plans(touchpoints: service.touchpoints, counts: counts) { device in
        epoch(name.rawValue, seed: seed, device: device)
      }
    }
    return Scenario(
      name: name.rawValue, plans: plans, pace: .atOnce, services: figures.map(\.service),
      range: range, figures: figures, framePressesMax: PressFrame.countMax)
  }

  /// Presses are made while it runs; the plans only say who presses.
  static func load(
    city: City, calendar: LocalCalendar, seed: Int, count: Int, ratePerSecond: Double,
    nowMilliseconds: Int
  ) -> Scenario {
    let today = calendar.date(at: nowMilliseconds / 1000)
    // Every load is a journal of its own: its presses happen now and cannot be repeated.
    let plans = city.lobbies.flatMap { touchpoint in
      city.touchpoints[touchpoint].devices(on: today).map { device in
        DevicePlan(
          device: device, touchpoint: touchpoint,
          epoch: epoch("load \(nowMilliseconds)", seed: seed, device: device))
      }
    }
    let services = Set(city.lobbies.map { city.touchpoints[$0].service })
    return Scenario(
      name: "load", plans: plans, pace: .load(count: count, ratePerSecond: ratePerSecond),
      services: city.services.map(\.id).filter(services.contains),
      range: DateRange(from: today, to: LocalDate(days: today.days + 2)),
      framePressesMax: PressFrame.countMax)
  }
}
