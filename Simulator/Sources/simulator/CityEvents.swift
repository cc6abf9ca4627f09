/// A terminal that another one takes the place of.
struct Replacement: Sendable {
  var device: String
  /// Local midnight.
  var from: LocalDate
  /// Whether the new one ever says a word.
  var isHeard: Bool
}

/// A place that people like more, or less, from a day on.
struct Turn: Sendable {
  var unit: String
  var from: LocalDate
  /// Points of the index.
  var points: Double
}

/// What happened in the demo city lately, by dates that follow from the day on which it was made.
struct CityEvents: Sendable {
  /// The day on which the city was made.
  let made: LocalDate
  /// First day of the recent stretch: 25 full months before the month of `made`.
  let from: LocalDate

  /// Full months before that of `made`.
  private static let months = 25

  init(made: LocalDate) {
    self.made = made
    from = made.monthStart(back: Self.months)
  }

  /// By touchpoint. One new terminal does its work, the other was never heard.
  var replacements: [String: Replacement] {
    [
      "vuosaari-hammashoitola-aula": Replacement(
        device: "rd-0001", from: made.monthStart(back: 4).monday, isHeard: true),
      "malmi-paivystys-krs2": Replacement(
        device: "rd-0002", from: LocalDate(days: made.days - 9), isHeard: false),
    ]
  }

  /// The day on which the health station of Kallio got a screen that shows the queue.
  var queueScreen: LocalDate { made.monthStart(back: 7).monday }

  var turns: [Turn] {
    [
      Turn(unit: "kallio-terveysasema", from: from, points: -6),
      Turn(unit: "kallio-terveysasema", from: queueScreen, points: 9),
      // Nobody noted why.
      Turn(unit: "malmi-paivystys", from: made.monthStart(back: 2), points: -5),
      Turn(unit: "kontula-terveysasema", from: from, points: -4),
      Turn(unit: "roihuvuori-palvelukeskus", from: from, points: 3),
    ]
  }

  /// Days on which a terminal stood without power, by touchpoint.
  var standstills: [String: DateRange] {
    let first = made.monthStart(back: 3).monday
    return [
      "haaga-hammashoitola-aula": DateRange(from: first, to: LocalDate(days: first.days + 16)),
      "pitajanmaki-terveysasema-aula": DateRange(
        from: LocalDate(days: made.days - 6), to: LocalDate(days: made.days + 400)),
    ]
  }

  /// A terminal that had no network for so long that its journal overwrote presses of these days.
  var overwritten: (touchpoint: String, days: DateRange) {
    let first = made.monthStart(back: 5).monday
    return (
      "oulunkyla-palvelukeskus-aula", DateRange(from: first, to: LocalDate(days: first.days + 3))
    )
  }

  /// What managers noted on the timeline.
  var notes: [Note] {
    [
      Note(
        node: "kallio-terveysasema", date: queueScreen,
        text: "Aulaan tuli näyttö, joka kertoo jonotusajan."),
      Note(
        node: "haaga-hammashoitola", date: made.monthStart(back: 3).monday,
        text: "Aulan sähkötyöt: laite oli pois päältä kaksi viikkoa."),
      Note(
        node: "vuosaari-hammashoitola", date: made.monthStart(back: 4).monday,
        text: "Aulan laite vaihdettiin uuden toimittajan laitteeseen."),
    ]
  }

  /// What notice boards answer, by unit.
  let boards: [(unit: String, text: Text)] = [
    (
      "kallio-terveysasema",
      Text(
        fi: "Halusitte tietää, kuinka kauan pitää odottaa. Nyt aulan näyttö kertoo jonotusajan.",
        sv: "Ni ville veta hur länge man får vänta. Nu visar en skärm i aulan kötiden.",
        en: "You wanted to know how long the wait is. A screen in the lobby now shows it.")
    ),
    (
      "itakeskus-hammashoitola",
      Text(
        fi: "Toivoitte iltapäivän aikoja puhelimitse. Takaisinsoitto vastaa nyt kello 16 asti.",
        sv: "Ni önskade eftermiddagstider per telefon. Återuppringningen svarar nu till kl. 16.",
        en: "You asked for afternoon times by phone. We now call back until 16.")
    ),
  ]
}

/// A note on the timeline.
struct Note: Sendable, Encodable {
  var node: String
  var date: LocalDate
  var text: String

  enum CodingKeys: CodingKey { case node, date, text }

  func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(node, forKey: .node)
    try values.encode(date.text, forKey: .date)
    try values.encode(text, forKey: .text)
  }
}
