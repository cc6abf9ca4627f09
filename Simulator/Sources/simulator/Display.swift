import Foundation
import Glibc

/// What a person sees while it runs and when it is over. Progress goes to standard error.
final class Display {
  private let calendar: LocalCalendar
  private let isQuiet: Bool
  private let isTerminal = isatty(2) != 0
  private var shownSeconds = 0.0
  private var hasLine = false

  init(calendar: LocalCalendar, isQuiet: Bool) {
    self.calendar = calendar
    self.isQuiet = isQuiet
  }

  /// One line ten times a second on a terminal, every five seconds in a log.
  func progress(_ fleet: Fleet, now: Double) {
    if isQuiet || now - shownSeconds < (isTerminal ? 0.1 : 5) { return }
    // A log need not say that nothing has happened yet.
    if !isTerminal && shownSeconds == 0 {
      shownSeconds = now
      return
    }
    shownSeconds = now
    let line = line(fleet, now: now)
    hasLine = true
    note(isTerminal ? "\r" + line + "\u{1B}[K" : line + "\n")
  }

  /// Ends the progress line.
  func endProgress() {
    if isTerminal && hasLine { note("\n") }
    hasLine = false
  }

  func summary(_ fleet: Fleet, city: City, now: Double) {
    if isQuiet { return }
    let statistics = fleet.statistics
    let seconds = max(0.001, now - fleet.startedSeconds)
    let rate = Int(Double(statistics.acknowledged) / seconds).grouped
    // Of a city day that was interrupted, the ledger holds the whole.
    let cell = fleet.ledger.total(touchpoints: Array(city.touchpoints.indices))
    print(
      """
      \(fleet.scenario.name): \(statistics.acknowledged.grouped) of \
      \(statistics.made.grouped) presses acknowledged in \
      \(String(format: "%.1f", seconds)) s (\(rate) a second)
        ledger   \(cell.responses.grouped) responses, \(cell.excluded.grouped) excluded, \
      \(cell.invalid.grouped) invalid, \(cell.lost.grouped) lost
        frames   \(statistics.framesSent.grouped) sent, \(statistics.framesResent.grouped) of \
      them again; \(fleet.rewinds.grouped) rewinds, \(statistics.reconnects.grouped) reconnects\(phones(fleet))\(firmware(fleet))
      """)
  }

  /// Which firmware terminals took, where they take any.
  private func firmware(_ fleet: Fleet) -> String {
    if fleet.firmware == nil { return "" }
    let terminals = fleet.devices.filter { $0.transport == .mqtt }
    let versions = Dictionary(grouping: terminals, by: \.firmware)
    let list = versions.sorted { $0.key < $1.key }.map { "\($0.value.count) run \($0.key)" }
    return
      "\n  firmware \(list.joined(separator: ", ")); \(fleet.statistics.restarts.grouped) starts"
  }

  /// How phones fared, where the scenario has some.
  private func phones(_ fleet: Fleet) -> String {
    guard let percent = fleet.scenario.offlinePercent else { return "" }
    return "\n  phones   \(percent) % of their shifts without a network,"
      + " \(fleet.statistics.answersLost.grouped) answers lost on their way"
  }

  /// The report's table beside the service's answer.
  func table(_ scenario: Scenario, city: City, totals: [String: ResultsAnswer.Row]) {
    if isQuiet || scenario.figures.isEmpty { return }
    let head = scenario.figures[0].shownIndex == nil ? "very positive" : "index"
    print(row("", "responses", head, "report"))
    for figure in scenario.figures {
      let name = city.service(figure.service)?.name.fi ?? figure.service
      guard let total = totals[figure.service], total.responses > 0 else {
        print(row(name, "0", "–", "no responses  ✗"))
        continue
      }
      let top = total.counts.last ?? 0
      let share = 100 * Double(top) / Double(total.responses)
      let value = figure.shownIndex == nil ? share : total.index ?? 0
      let printed = figure.shownIndex ?? figure.shownTopShare ?? 0
      let isRight =
        total.responses == figure.responses && Int((value + 0.5).rounded(.down)) == printed
      let unit = figure.shownIndex == nil ? " %" : ""
      print(
        row(
          name, total.responses.grouped, String(format: "%.2f", value) + unit,
          "\(figure.responses.grouped) / \(printed)\(unit)  \(isRight ? "✓" : "✗")"))
    }
  }

  /// The outcome of a comparison; with differences, the first of them and what to do.
  func verdict(_ verifier: Verifier) {
    let compared = verifier.comparedCount.grouped
    if verifier.differences.isEmpty {
      if !isQuiet { print("verified: all \(compared) numbers agree with the ledger") }
      return
    }
    for difference in verifier.differences.prefix(Verifier.listedMax) { note("  \(difference)\n") }
    let count = verifier.differences.count
    if count > Verifier.listedMax { note("  … and \((count - Verifier.listedMax).grouped) more\n") }
    note(
      "\(count.grouped) of \(compared) numbers differ from the ledger; if the service holds other"
        + " presses of \(verifier.scenario.range.from.text)…\(verifier.scenario.range.to.text)"
        + " (another seed, another scenario), start it with an empty database and run again\n")
  }

  private func line(_ fleet: Fleet, now: Double) -> String {
    let statistics = fleet.statistics
    let connected = "\(fleet.connectedCount)/\(fleet.linkedCount) connected"
    if case .simulated = fleet.scenario.pace {
      let clock = calendar.wallClock(fleet.deviceSeconds(now: now))
      let counts = fleet.soFar.counts(buttons: 4)
      let index = counts.contains { $0 > 0 } ? HappyIndex(counts: counts).value : nil
      return
        "\(clock)  pressed \(statistics.made.grouped)  sent \(fleet.sentCount.grouped)  acknowledged"
        + " \(statistics.acknowledged.grouped)  index"
        + " \(index.map { String(format: "%.1f", $0) } ?? "–")  \(connected)"
    }
    let seconds = max(0.001, now - fleet.startedSeconds)
    let rate = Int(Double(statistics.acknowledged) / seconds).grouped
    let total = fleet.load.map(\.count) ?? statistics.made
    return "\(statistics.acknowledged.grouped) / \(total.grouped) acknowledged  \(rate)/s"
      + "  \(connected)"
  }

  private func row(_ name: String, _ responses: String, _ index: String, _ report: String)
    -> String
  {
    func pad(_ text: String, _ width: Int) -> String {
      String(repeating: " ", count: max(0, width - text.count)) + text
    }
    let padding = String(repeating: " ", count: max(0, 32 - name.count))
    return name + padding + pad(responses, 10) + pad(index, 15) + "   " + report
  }

  private func note(_ text: String) {
    FileHandle.standardError.write(Data(text.utf8))
  }
}
