/// A text in the city's languages.
struct Text: Sendable {
  var fi: String
  var sv: String
  var en: String
}

/// What a touchpoint asks, and how many buttons it offers for the answer.
struct Question: Sendable {
  var id: String
  /// 2…5.
  var buttons: Int
  var text: Text
}

/// When a place sees people, and therefore presses.
enum OpeningHours: Hashable, Sendable {
  /// Weekdays, local hours 08–15.
  case office
  /// Every day, around the clock.
  case always
  /// Every day, local hours 07–20: home-care visits.
  case visits
}

/// Where feedback is given: a leaf of the tree, and the devices that stand there.
struct Touchpoint: Sendable {
  var id: String
  var service: String
  /// The unit above; home-care teams have none and stand for themselves.
  var unit: String
  /// Index into `City.questions`.
  var question: Int
  /// How busy the place is beside its neighbours, around 1.
  var weight: Double
  var hours: OpeningHours
  var devices: [String]
  /// Takes the place of all `devices`.
  var replacement: Replacement?
  /// Rule `lockout/1`: 0 is off.
  var repeatIntervalMilliseconds: Int

  /// The devices that stand there on that day.
  func devices(on date: LocalDate) -> [String] {
    if let replacement, date >= replacement.from { return [replacement.device] }
    return devices
  }
}

/// A place in the tree: service › area › unit › touchpoint.
struct Node: Sendable {
  var id: String
  var kind: String
  var name: Text
  var nodes: [Node] = []
  /// Index into `City.touchpoints`; nil for every node above.
  var touchpoint: Int?

  /// Every touchpoint at or below this node.
  var touchpoints: [Int] {
    if let touchpoint { return [touchpoint] }
    return nodes.flatMap(\.touchpoints)
  }
}

/// The demo city. `make-city` writes it as a registry; the scenarios press its buttons.
struct City: Sendable {
  var site = "helsinki"
  var timeZone = City.zone
  let events: CityEvents
  var questions: [Question]
  var services: [Node] = []
  var touchpoints: [Touchpoint] = []

  /// The day on the city's wall calendar now.
  static func today() throws -> LocalDate {
    try LocalCalendar(identifier: zone).date(at: Clock.utcMilliseconds() / 1000)
  }

  static let zone = "Europe/Helsinki"
  /// First local day on which the lobby terminals stood there.
  static let terminalsFrom = "2016-01-01"
  /// Home-care clients are asked since this day.
  static let phonesFrom = "2018-04-03"

  func service(_ id: String) -> Node? { services.first { $0.id == id } }

  /// Indices of the lobby touchpoints: everything but home care.
  var lobbies: [Int] {
    touchpoints.indices.filter { touchpoints[$0].hours != .visits }
  }

  /// A device at a touchpoint, and the days of its stay there.
  struct Stay {
    var device: String
    var days: DateRange
    var isHeard = true
  }

  /// Who stood at a touchpoint in these days.
  func stays(_ touchpoint: Int, in range: DateRange) -> [Stay] {
    let place = touchpoints[touchpoint]
    guard let replacement = place.replacement, replacement.from < range.to else {
      return place.devices.map { Stay(device: $0, days: range) }
    }
    let before = DateRange(from: range.from, to: max(range.from, replacement.from))
    let after = DateRange(from: before.to, to: range.to)
    return place.devices.map { Stay(device: $0, days: before) }
      + [Stay(device: replacement.device, days: after, isHeard: replacement.isHeard)]
  }

  /// The days on which the touchpoint's devices had no power.
  func standstill(_ touchpoint: Int) -> DateRange? {
    events.standstills[touchpoints[touchpoint].id]
  }

  func buttons(of touchpoint: Int) -> Int { questions[touchpoints[touchpoint].question].buttons }
}

/// How a phone delivers; terminals always speak MQTT.
enum Transport: Equatable {
  case mqtt
  case http(json: Bool)

  /// Half of the home-care phones use HTTP, and half of those the JSON form.
  static func of(device: String) -> Transport {
    guard device.hasPrefix("kh-"), let number = Int(device.dropFirst(3)) else { return .mqtt }
    if number % 2 == 1 { return .mqtt }
    return .http(json: number % 4 == 0)
  }
}
