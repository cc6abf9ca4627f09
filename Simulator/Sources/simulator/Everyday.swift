/// How busy and how content the places of the demo city are, day by day.
///
/// Every number follows from seed, place and date alone, so that a later day adds presses and changes
/// none. Only the four operations and square roots are used: the same on every machine.
struct Everyday {
  let city: City
  let seed: Int

  /// What a service is like on an ordinary day.
  private struct Service {
    /// Presses of a device of average business.
    var presses: Double
    /// The index, 0…100.
    var index: Double
  }

  private static let services: [String: Service] = [
    "terveysasemat": Service(presses: 24, index: 85),
    "hammashoitolat": Service(presses: 21, index: 89),
    "paivystykset": Service(presses: 22, index: 80),
    "palvelukeskukset": Service(presses: 22, index: 92),
    "paihde-psykiatria": Service(presses: 10, index: 83),
    "sairaalan-osastot": Service(presses: 9, index: 87),
    "kouluterveydenhuolto": Service(presses: 9, index: 88),
    "vammaispalvelut": Service(presses: 7, index: 86),
    "perhekeskukset": Service(presses: 12, index: 93),
    "kotihoito": Service(presses: 5.4, index: 93),
  ]
  /// By month: fewer people in July, fewer smiles in the dark.
  private static let officeSeason = [
    1.05, 1.05, 1.08, 1, 1, 0.85, 0.55, 0.9, 1.05, 1.1, 1.1, 0.85,
  ]
  private static let schoolSeason = [1.1, 1.1, 1.1, 1.1, 1, 0.15, 0.1, 0.7, 1.2, 1.1, 1.2, 0.7]
  private static let contentSeason = [
    -0.2, -0.2, -0.1, 0, 0.1, 0.2, 0.3, 0.2, 0.1, 0, -0.2, -0.2,
  ]
  /// By weekday, from Monday.
  private static let officeWeek = [1.2, 1.05, 1, 1, 0.8, 0, 0]
  private static let contentWeek = [-1.3, 0, 0.3, 0.1, 1.1, 0.6, 0.4]

  /// Presses that a device of the touchpoint gets on that day.
  func presses(_ touchpoint: Int, _ date: LocalDate, _ random: inout SplitMix64) -> Int {
    let place = city.touchpoints[touchpoint]
    let month = date.civil.month - 1
    var mean = (Self.services[place.service]?.presses ?? 0) * place.weight
    switch place.hours {
    case .always: mean *= (date.weekday >= 5 ? 1.25 : 1) * (month == 6 ? 0.9 : 1)
    case .visits: mean *= (date.weekday >= 5 ? 0.7 : 1.1)
    case .office:
      if date.isOfficeHoliday { return 0 }
      let isSchool = place.service == "kouluterveydenhuolto"
      mean *= Self.officeWeek[date.weekday]
      mean *= isSchool ? Self.schoolSeason[month] : Self.officeSeason[month]
    }
    let drawn = mean * (1 + 0.1 * random.normal()) + mean.squareRoot() * random.normal()
    return max(0, Int(drawn.rounded()))
  }

  /// The index of the touchpoint on that day, before the hour has its say.
  func index(_ touchpoint: Int, _ date: LocalDate) -> Double {
    let place = city.touchpoints[touchpoint]
    let (year, month, _) = date.civil
    var index = Self.services[place.service]?.index ?? 0
    index += Self.contentSeason[month - 1] + Self.contentWeek[date.weekday]
    index += 2 * chance("mood \(place.unit)") + 0.5 * chance("mood \(place.id)")
    index += 0.15 * chance("month \(year) \(month) \(place.service)")
    index += 0.4 * chance("month \(year) \(month) \(place.unit)")
    index += 0.8 * chance("day \(date.days) \(place.unit)")
    for turn in city.events.turns where turn.unit == place.unit && date >= turn.from {
      index += turn.points
    }
    return min(97, max(55, index))
  }

  /// Points that a local hour adds: the noon queue, the tired end of the day.
  static func points(ofHour hour: Int, _ hours: OpeningHours) -> Double {
    switch hours {
    case .office: [2.4, 2.8, 1.2, -0.8, -2.8, -0.8, 0.4, -2.2][min(7, max(0, hour - 8))]
    case .always: hour < 6 ? -3 : hour < 12 ? 1.5 : hour < 18 ? 0.5 : -1.5
    case .visits: hour < 12 ? 0.5 : hour < 17 ? 0 : -0.8
    }
  }

  private func chance(_ label: String) -> Double {
    var random = SplitMix64(seed: seed, label: "everyday \(label)")
    return random.normal()
  }
}
