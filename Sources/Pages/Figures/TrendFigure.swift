import CivilTime
import Queries
import Reporting

extension Figure {
  /// A control chart's series.
  static func trend(
    _ series: ControlCharts.Series, by granularity: Granularity, node: String,
    annotations: [TrendChart.Annotation], query: Address, _ site: Site, _ language: Language
  ) -> Figure {
    let calendar = site.calendar
    let shown = series.points.filter { $0.point.value != nil }
    let signals = series.points.filter { !$0.point.signals.isEmpty }
    let center = series.chart.center
    let sentence: String
    if let center, !shown.isEmpty {
      let last = signals.last.map {
        language.period($0.hours, by: granularity, calendar)
      }
      sentence =
        Phrase(
          "Koko jakson indeksi on \(language.decimal(center)). "
            + (last.map {
              "Poikkeavia pisteitä on \(language.integer(signals.count)), viimeksi \($0): silloin tapahtui muutakin kuin tavallista vaihtelua."
            } ?? "Yksikään piste ei poikkea tavallisesta vaihtelusta."),
          "Index för hela tiden är \(language.decimal(center)). "
            + (last.map {
              "Avvikande punkter: \(language.integer(signals.count)), senast \($0): då hände något mer än vanlig variation."
            } ?? "Ingen punkt avviker från vanlig variation."),
          "The index of the whole time is \(language.decimal(center)). "
            + (last.map {
              "Points that stand out: \(language.integer(signals.count)), last \($0): more than common variation happened then."
            } ?? "No point stands out from common variation.")
        )[language]
    } else {
      sentence = Phrase("Ei vastauksia.", "Inga svar.", "No responses.")[language]
    }
    let points = series.points.map { point in
      TrendChart.Point(
        period: language.period(point.hours, by: granularity, calendar),
        label: language.shortPeriod(point.hours, by: granularity, calendar),
        responses: point.responses, index: point.point.value,
        limits: point.point.limits.map { $0.low...max($0.low, $0.high) },
        signals: Set(point.point.signals.map(TrendSignal.init)))
    }
    let heading = Phrase("Kehitys ajassa", "Utveckling över tid", "Over time")[language]
    let chart = TrendChart(
      title: "\(heading): \(node)", sentence: sentence, points: points, mean: center,
      annotations: annotations, scale: .focused)
    let rows = series.points.map { point -> [TableView.Cell] in
      [
        .header(language.period(point.hours, by: granularity, calendar)),
        .number(language.integer(point.responses)),
        .number(point.point.value.map { language.decimal($0) }),
        .number(point.point.limits.map { language.interval($0.low, $0.high) }),
        .text(
          point.point.signals.map { language.word(TrendSignal($0).word) }.joined(separator: ", ")),
      ]
    }
    let isTrial = series.chart.isTrial && !shown.isEmpty
    return Figure(
      "trend", heading: heading, sentence: sentence, svg: chart.frame(in: language),
      note: isTrial
        ? Phrase(
          "Valvontarajat ovat alustavia: pisteitä on alle 12.",
          "Styrgränserna är preliminära: färre än 12 punkter.",
          "The control limits are preliminary: fewer than 12 points.")[language] : nil,
      table: TableView(
        heading,
        head: [
          language.text(.period), language.text(.responses), language.text(.index),
          language.word(.limits), language.text(.signals),
        ], rows: rows),
      query: query, language: language)
  }
}

extension TrendSignal {
  init(_ signal: ControlChart.Signal) {
    self =
      switch signal {
      case .beyondLimits: .beyondLimits
      case .run: .run
      case .trend: .trend
      case .twoOfThree: .twoOfThree
      }
  }
}
