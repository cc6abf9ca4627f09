import Queries
import Reporting

/// Trouble first: what a manager has to know before the numbers.
extension NodePage {
  struct Attention: Sendable {
    /// A class of the style sheet.
    let kind: String
    let name: String
    let text: String
    let more: String?
  }

  /// Coverage below which it is told.
  private static let coverageMin = 0.9
  /// Devices that are named.
  private static let namesMax = 3

  func attention(_ shown: NodeOverview.Shown, _ frame: Frame) -> [Attention] {
    let language = frame.language
    let series = shown.total.series(of: shown.question) ?? 0
    let tally = shown.total.sums.tally(series: series, bin: 0)
    // Of an earlier supplier's terminals nobody knows when they were alive, and of those that told most of
    // their presses late only that somebody pressed.
    let isTold = tally.imported == 0 && 2 * tally.late <= tally.responses
    let share =
      !isTold ? nil : shown.total.coverage?.row(series: series, bin: 0).share
    return [
      silent(frame), lost(tally.lost, language), uncovered(share, frame),
      shown.total.coverage == nil ? unjudged(frame) : nil,
      signal(shown, language),
    ].compactMap(\.self)
  }

  private func silent(_ frame: Frame) -> Attention? {
    // By the place where somebody can go and look; a device's name says that to nobody else.
    let silent = overview.devices.devices.filter { $0.isSilent == true }.map {
      "\(view.name($0.touchpoint, frame.language)) (\($0.name))"
    }
    if silent.isEmpty { return nil }
    let names = silent.prefix(Self.namesMax).joined(separator: "; ")
    let more = silent.count > Self.namesMax ? " …" : ""
    return Attention(
      kind: "bad",
      name: Phrase("Hiljaisia laitteita", "Tysta enheter", "Silent devices")[frame.language],
      text: "\(frame.language.integer(silent.count)): \(names)\(more).",
      more: frame.link("/devices"))
  }

  private func lost(_ lost: Int, _ language: Language) -> Attention? {
    if lost == 0 { return nil }
    let count = language.integer(lost)
    return Attention(
      kind: "bad", name: language.text(.lost),
      text: Phrase(
        "\(count) painallusta ehti kadota laitteen muistista.",
        "\(count) tryckningar hann försvinna ur enhetens minne.",
        "\(count) presses were gone before the device could send them.")[language], more: "#origin")
  }

  private func uncovered(_ share: Double?, _ frame: Frame) -> Attention? {
    let language = frame.language
    guard let share, share < Self.coverageMin else { return nil }
    let part = language.percent(share)
    return Attention(
      kind: "warn", name: language.text(.coverage),
      text: Phrase(
        "Laitteet olivat kuulolla \(part) aukioloajasta.",
        "Enheterna hade kontakt \(part) av öppettiden.",
        "Devices were alive for \(part) of the opening hours.")[language],
      more: view.tab(.times, frame) + "#days")
  }

  private func unjudged(_ frame: Frame) -> Attention {
    Attention(
      kind: "warn", name: frame.language.text(.coverage), text: Figure.unjudged(frame.language),
      more: nil)
  }

  private func signal(_ shown: NodeOverview.Shown, _ language: Language) -> Attention? {
    guard let last = shown.chart.points.last(where: { $0.point.value != nil }),
      let signal = last.point.signals.first, let value = last.point.value,
      let center = shown.chart.chart.center
    else { return nil }
    let period = language.period(last.hours, by: overview.asked.by.granularity, site.calendar)
    return Attention(
      kind: "warn", name: language.text(.signals),
      text: "\(period): \(language.word(TrendSignal(signal).word)); "
        + Phrase(
          "indeksi \(language.decimal(value)), keskiarvo \(language.decimal(center)).",
          "index \(language.decimal(value)), medelvärde \(language.decimal(center)).",
          "index \(language.decimal(value)), mean \(language.decimal(center)).")[language],
      more: "#trend")
  }
}
