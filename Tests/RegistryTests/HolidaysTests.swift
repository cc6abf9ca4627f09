import CivilTime
import Registry
import Testing

@Suite struct HolidaysTests {
  @Test("the year 2026 as the almanac prints it")
  func almanac() {
    let days = Holidays(.finland).days.filter { $0.date.year == 2026 }
    #expect(
      days.map { "\($0.date) \($0.name)" } == [
        "2026-01-01 Uudenvuodenpäivä", "2026-01-06 Loppiainen", "2026-04-03 Pitkäperjantai",
        "2026-04-05 Pääsiäispäivä", "2026-04-06 Toinen pääsiäispäivä", "2026-05-01 Vappu",
        "2026-05-14 Helatorstai", "2026-05-24 Helluntaipäivä", "2026-06-20 Juhannuspäivä",
        "2026-10-31 Pyhäinpäivä", "2026-12-06 Itsenäisyyspäivä", "2026-12-25 Joulupäivä",
        "2026-12-26 Tapaninpäivä",
      ])
  }

  @Test("movable days fall where they must in every listed year, and no day stands twice")
  func weekdays() {
    let holidays = Holidays(.finlandWithEves)
    let weekdays = [
      "Pitkäperjantai": 4, "Pääsiäispäivä": 6, "Toinen pääsiäispäivä": 0, "Helatorstai": 3,
      "Helluntaipäivä": 6, "Juhannusaatto": 4, "Juhannuspäivä": 5, "Pyhäinpäivä": 5,
    ]
    for (name, weekday) in weekdays {
      let days = holidays.days.filter { $0.name.split(separator: ", ").contains { $0 == name } }
      #expect(days.count == 101, "\(name)")
      #expect(days.allSatisfy { ($0.date.daysSince1970 + 3) % 7 == weekday }, "\(name)")
    }
    let numbers = holidays.days.map(\.date.daysSince1970)
    #expect(numbers == Set(numbers).sorted())
    let easters = holidays.days.filter { $0.name == "Pääsiäispäivä" }.map(\.date)
    #expect(easters.allSatisfy { ($0.month, $0.day) >= (3, 22) && ($0.month, $0.day) <= (4, 25) })
  }
}
