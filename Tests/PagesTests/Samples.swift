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

  static func faces(_ counts: [Int]) -> FacesBar {
    FacesBar(title: "Jakauma", sentence: sentence, counts: counts)
  }
}
