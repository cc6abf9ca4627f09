import Pages
import Testing

@Suite struct FormatTests {
  @Test("thousands are set apart as the language does")
  func integers() {
    #expect(Language.fi.integer(120_725) == "120\u{A0}725")
    #expect(Language.sv.integer(1_234_567) == "1\u{A0}234\u{A0}567")
    #expect(Language.en.integer(120_725) == "120,725")
    #expect(Language.en.integer(999) == "999")
    #expect(Language.fi.integer(0) == "0")
    #expect(Language.fi.integer(-1000) == "\u{2212}1\u{A0}000")
    #expect(Language.en.integer(.min) == "\u{2212}9,223,372,036,854,775,808")
  }

  @Test("decimals are rounded half away from zero, and zero has no sign")
  func decimals() {
    #expect(Language.fi.decimal(86.54) == "86,5")
    #expect(Language.sv.decimal(0.25, places: 1) == "0,3")
    #expect(Language.en.decimal(-2.25) == "\u{2212}2.3")
    #expect(Language.fi.decimal(-0.04) == "0,0")
    #expect(Language.fi.decimal(1234.5, places: 0) == "1\u{A0}235")
    #expect(Language.en.decimal(3.007, places: 2) == "3.01")
    #expect(Language.en.decimal(3.001, places: 2) == "3.00")
    #expect(Language.fi.decimal(.nan) == "–")
    #expect(Language.fi.decimal(.infinity) == "–")
    #expect(Language.fi.signed(1e300) == "–")
  }

  @Test("a change has its sign, of which the minus is a minus")
  func changes() {
    #expect(Language.fi.signed(2.5) == "+2,5")
    #expect(Language.sv.signed(-2.5) == "\u{2212}2,5")
    #expect(Language.en.signed(0.04) == "0.0")
    #expect(Language.en.signed(12, places: 0) == "+12")
  }

  @Test("percent and interval are spaced as the language does")
  func shares() {
    #expect(Language.fi.percent(0.78) == "78\u{A0}%")
    #expect(Language.sv.percent(0.785, places: 1) == "78,5\u{A0}%")
    #expect(Language.en.percent(0.78) == "78%")
    #expect(Language.fi.interval(84.1, 89.94) == "84,1–89,9")
    #expect(Language.fi.interval(-3, -1) == "\u{2212}3,0 – \u{2212}1,0")
    #expect(Language.en.interval(-3, 1) == "\u{2212}3.0–1.0")
  }

  @Test("a date is written as in Finland, and in English with its month's name")
  func dates() {
    #expect(Language.fi.date(year: 2018, month: 9, day: 12) == "12.9.2018")
    #expect(Language.sv.date(year: 2018, month: 9, day: 12) == "12.9.2018")
    #expect(Language.en.date(year: 2018, month: 9, day: 12) == "12 September 2018")
    #expect(Language.fi.dayAndMonth(month: 9, day: 12) == "12.9.")
    #expect(Language.en.dayAndMonth(month: 9, day: 12) == "12 Sep")
    #expect(Language.fi.monthAndYear(year: 2018, month: 1) == "tammikuu 2018")
    #expect(Language.sv.monthAndYear(year: 2018, month: 12) == "december 2018")
  }

  @Test("a span of dates says no month or year twice")
  func spans() {
    let (a, b, c, d) = ((2018, 9, 10), (2018, 9, 16), (2018, 10, 1), (2019, 1, 6))
    #expect(Language.fi.dates(from: a, through: b) == "10.–16.9.2018")
    #expect(Language.sv.dates(from: a, through: c) == "10.9.–1.10.2018")
    #expect(Language.fi.dates(from: a, through: d) == "10.9.2018–6.1.2019")
    #expect(Language.fi.dates(from: a, through: a) == "10.9.2018")
    #expect(Language.en.dates(from: a, through: b) == "10–16 September 2018")
    #expect(Language.en.dates(from: a, through: c) == "10 September – 1 October 2018")
    #expect(Language.en.dates(from: a, through: d) == "10 September 2018 – 6 January 2019")
  }

  @Test("weeks, hours and times are said in words of the language")
  func weeksAndHours() {
    #expect(Language.allCases.map { $0.week(37) } == ["viikko 37", "vecka 37", "week 37"])
    #expect(Language.allCases.map { $0.weekShort(37) } == ["vko 37", "v. 37", "wk 37"])
    #expect(
      Language.allCases.map { $0.hours(from: 14, to: 15) }
        == ["klo 14–15", "kl. 14–15", "14:00–15:00"])
    #expect(Language.en.hours(from: 8, to: 9) == "08:00–09:00")
    #expect(
      Language.allCases.map { $0.time(hour: 9, minute: 5) } == ["klo 9.05", "kl. 9.05", "09:05"])
  }

  @Test("months and weekdays are twelve and seven, and short ones are told apart")
  func names() {
    for language in Language.allCases {
      #expect(Set((1...12).map { language.monthName($0) }).count == 12)
      #expect(Set((1...12).map { language.monthShort($0) }).count == 12)
      #expect(Set((1...7).map { language.weekdayName($0) }).count == 7)
      #expect(Set((1...7).map { language.weekdayShort($0) }).count == 7)
    }
    #expect(
      (1...7).map { Language.fi.weekdayShort($0) }.joined(separator: " ")
        == "ma ti ke to pe la su")
    #expect(
      (1...7).map { Language.sv.weekdayShort($0) }.joined(separator: " ")
        == "må ti on to fr lö sö")
    #expect(Language.fi.weekdayName(3) == "keskiviikko")
    #expect(Language.sv.monthName(8) == "augusti")
  }
}
