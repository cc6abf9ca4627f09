public import CivilTime

/// The days that `PH` names in opening hours, 2000 to 2100, each by its name.
public struct Holidays: Sendable, Equatable {
  /// What a registry can ask for with `holidays`.
  public enum Calendar: String, CaseIterable, Sendable {
    /// The public holidays of Finland: by the laws on church holidays, Independence Day and
    /// the First of May.
    case finland = "fi"
    /// Midsummer Eve and Christmas Eve too: no public holidays by law, but free days by almost
    /// every collective agreement.
    case finlandWithEves = "fi-with-eves"
  }

  /// One day.
  public struct Day: Sendable, Equatable {
    public let date: CivilDate
    /// In Finnish.
    public let name: String
  }

  /// Years with holidays; earlier laws had other days.
  public static let years = 2000...2100

  public let calendar: Calendar
  /// In order of time.
  public let days: [Day]
  private let names: [Int: String]

  public init(_ calendar: Calendar) {
    self.calendar = calendar
    let days = Holidays.years.flatMap { Holidays.finland(year: $0, calendar) }
    self.days = days
    names = Dictionary(uniqueKeysWithValues: days.map { ($0.date.daysSince1970, $0.name) })
  }

  /// The name of a holiday, the day counted from 1970-01-01; nil for any other day.
  public func name(ofDay day: Int) -> String? {
    names[day]
  }

  private static func finland(year: Int, _ calendar: Calendar) -> [Day] {
    func day(_ month: Int, _ day: Int) -> Int {
      CivilDate(year: year, carryingMonth: month).daysSince1970 + day - 1
    }
    // The Saturday of the seven days from the given one on.
    func saturday(from day: Int) -> Int { day + (12 - CivilDate.weekday(ofDay: day)) % 7 }
    let easter = easter(year: year)
    let midsummer = saturday(from: day(6, 20))
    var named = [
      (day(1, 1), "Uudenvuodenpäivä"), (day(1, 6), "Loppiainen"),
      (easter - 2, "Pitkäperjantai"), (easter, "Pääsiäispäivä"),
      (easter + 1, "Toinen pääsiäispäivä"), (day(5, 1), "Vappu"),
      (easter + 39, "Helatorstai"), (easter + 49, "Helluntaipäivä"),
      (midsummer, "Juhannuspäivä"), (saturday(from: day(10, 31)), "Pyhäinpäivä"),
      (day(12, 6), "Itsenäisyyspäivä"), (day(12, 25), "Joulupäivä"),
      (day(12, 26), "Tapaninpäivä"),
    ]
    if calendar == .finlandWithEves {
      named += [(midsummer - 1, "Juhannusaatto"), (day(12, 24), "Jouluaatto")]
    }
    // Ascension Day can fall on the First of May: one day, both names.
    var names: [Int: String] = [:]
    for (day, name) in named { names[day] = names[day].map { "\($0), \(name)" } ?? name }
    return names.sorted { $0.key < $1.key }.map { Day(date: .init(daysSince1970: $0), name: $1) }
  }

  /// Easter Sunday of the Gregorian calendar, days since 1970-01-01 (Meeus, Jones and Butcher).
  static func easter(year: Int) -> Int {
    let a = year % 19
    let (b, c) = (year / 100, year % 100)
    let h = (19 * a + b - b / 4 - (b - (b + 8) / 25 + 1) / 3 + 15) % 30
    let l = (32 + 2 * (b % 4) + 2 * (c / 4) - h - c % 4) % 7
    let m = (a + 11 * h + 22 * l) / 451
    let days = h + l - 7 * m + 114
    return CivilDate(year: year, carryingMonth: days / 31).daysSince1970 + days % 31
  }
}
