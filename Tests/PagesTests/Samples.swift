import Foundation
import Pages

/// Charts of many kinds of numbers, as a city may have them.
enum Samples {
  static let hostile = "<script>alert('&\"')</script>\u{0}\n]]>"
  static let sentence = "Indeksi oli 87,3, ei merkitsevää muutosta."

  /// - Parameter gaps: one of so many periods has no responses; 0 = none.
  static func trend(
    _ count: Int, name: String = "Terveysasemat", gaps: Int = 9, scale: TrendChart.Scale = .focused,
    annotations: Int = 2, seed: UInt64 = 1
  ) -> TrendChart {
    var random = Seeded(seed)
    let mean = 87.0
    let points = (0..<count).map { place -> TrendChart.Point in
      let responses = Int.random(in: 40...900, using: &random)
      let margin = 60 / Double(responses).squareRoot()
      let shift = place > count * 2 / 3 && place < count * 2 / 3 + 8 ? 2.0 : 0
      let noise = (0..<4).reduce(0.0) { sum, _ in sum + Double.random(in: -1...1, using: &random) }
      var index = min(99, mean + shift + noise * margin / 2)
      if place == count / 3 { index = mean - margin * 2.4 }
      if place == count / 2 { index = min(100, mean + margin * 2.2) }
      let limits = mean - margin * 1.6...min(100, mean + margin * 1.6)
      var signals: Set<TrendSignal> = limits.contains(index) ? [] : [.beyondLimits]
      if shift > 0 { signals.insert(.run) }
      if place % 31 == 7 { signals.insert(.trend) }
      if place % 37 == 11 { signals.insert(.twoOfThree) }
      let label: String? =
        count > 60
        ? (place % 30 == 0 ? Language.fi.monthShort(place / 30 % 12 + 1) : nil)
        : Language.fi.weekShort(place % 52 + 1)
      if gaps > 0 && Int.random(in: 0..<gaps, using: &random) == 0 {
        return TrendChart.Point(
          period: Language.fi.week(place + 1), label: label, responses: 0, index: nil,
          absence: Absence.allCases.randomElement(using: &random) ?? .closed)
      }
      return TrendChart.Point(
        period: Language.fi.week(place + 1), label: label, responses: responses, index: index,
        interval: index - margin...min(100, index + margin), limits: limits, signals: signals)
    }
    let flags = (0..<annotations).map {
      TrendChart.Annotation(
        place: count > 0 ? (count / 3 + $0) % count : 0, number: $0 + 1, text: "Remontti alkoi")
    }
    return TrendChart(
      title: name, sentence: sentence, points: points, mean: count > 0 ? mean : nil,
      annotations: flags, scale: scale)
  }

  /// A battery that runs down, with gaps.
  static func level(_ count: Int, seed: UInt64 = 1) -> LevelChart {
    var random = Seeded(seed)
    let values = (0..<count).map { place -> Double? in
      if place % 50 > 44 { return nil }
      let noise = Double.random(in: -0.02...0.02, using: &random)
      return 3.1 - 0.7 * Double(place) / Double(count) + noise
    }
    return LevelChart(
      title: "Paristo, V", sentence: "Jännite viimeksi 2,41 V.", values: values,
      labels: (0..<count).map {
        Language.fi.dayAndMonth(month: $0 / 30 % 12 + 1, day: $0 % 30 + 1)
      },
      limit: 2.5, places: 1)
  }

  /// A week of which so many cells have values, as opening hours do.
  static func heat(_ hours: ClosedRange<Int>, days: Int, seed: UInt64 = 1) -> HeatMap {
    var random = Seeded(seed)
    let cells = (0..<HeatMap.cellCount).map { place -> HeatMap.Cell in
      guard hours.contains(place % 24), place / 24 < days else {
        return HeatMap.Cell(value: nil, responses: 0, absence: .closed)
      }
      let responses = Int.random(in: 0...400, using: &random)
      if responses < 25 {
        return HeatMap.Cell(
          value: nil, responses: responses, absence: responses == 0 ? .noResponses : .fewResponses)
      }
      return HeatMap.Cell(
        value: min(100, 87 + Double.random(in: -14...14, using: &random)), responses: responses)
    }
    return HeatMap(
      title: "Viikon tunnit", sentence: sentence, cells: cells,
      scale: DivergingScale(around: 87, width: 5))
  }

  static func calendar(_ count: Int, firstWeekday: Int = 1, seed: UInt64 = 1) -> CalendarChart {
    var random = Seeded(seed)
    let days = (0..<count).map { place -> CalendarChart.Day in
      let (month, day) = date(place)
      let weekday = (firstWeekday - 1 + place) % 7
      if weekday > 4 {
        return CalendarChart.Day(
          month: month, day: day, value: nil, responses: 0, absence: .closed)
      }
      if Int.random(in: 0..<20, using: &random) == 0 {
        return CalendarChart.Day(
          month: month, day: day, value: nil, responses: 0,
          absence: Absence.allCases.randomElement(using: &random) ?? .silent)
      }
      let noise = (0..<3).reduce(0.0) { sum, _ in sum + Double.random(in: -4...4, using: &random) }
      return CalendarChart.Day(month: month, day: day, value: 87 + noise, responses: 200)
    }
    return CalendarChart(
      title: "Vuoden päivät", sentence: sentence, firstWeekday: firstWeekday, days: days,
      scale: DivergingScale(around: 87, width: 3))
  }

  /// Month and day of a place in a leap year.
  static func date(_ place: Int) -> (month: Int, day: Int) {
    var rest = place % 366
    for (month, length) in [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31].enumerated() {
      if rest < length { return (month + 1, rest + 1) }
      rest -= length
    }
    return (12, 31)
  }

  static func spark(_ count: Int, gaps: Int = 6, seed: UInt64 = 1) -> Sparkline {
    let points = trend(count, gaps: gaps, seed: seed).points
    return Sparkline(
      title: "Kallio", sentence: sentence, values: points.map(\.index), mean: 87,
      range: 75...100)
  }

  static func ranking(_ count: Int, seed: UInt64 = 1) -> RankingChart {
    let names = ["Kallion", "Töölön", "Itäkeskuksen", "Malmin terveys- ja hyvinvointikeskuksen"]
    var random = Seeded(seed)
    let values = (0..<count).map { _ in Double.random(in: 78...95, using: &random) }
    let units = values.sorted(by: >).enumerated().map { place, value -> RankingChart.Unit in
      let responses = Int.random(in: 20...4000, using: &random)
      let margin = min(5, 90 / Double(responses).squareRoot())
      let name = "\(names[place % 4]) terveysasema \(place + 1)"
      if place == count - 1 {
        return RankingChart.Unit(name: name, responses: 0, shrunk: nil, absence: .silent)
      }
      return RankingChart.Unit(
        name: name, responses: responses, shrunk: value,
        interval: value - margin...min(100, value + margin),
        ranks: max(1, place - 2)...min(max(1, count - 1), place + 4))
    }
    return RankingChart(title: "Yksiköt", sentence: sentence, units: units, mean: 87.2)
  }

  static func faces(_ counts: [Int]) -> FacesBar {
    FacesBar(title: "Jakauma", sentence: sentence, counts: counts)
  }
}
