import CivilTime
public import Queries
import Registry
import Reporting
import Store

/// One device: alive or silent, where it stood, what it said of itself day by day.
public struct DevicePage: Sendable {
  private struct Context {
    let t: [String: String]
    let language: String
    let devices: String
    let name: String
    let sentence: String
    let now: TableView
    let pressesOf: String
    let presses: TableView
    let places: TableView
    let figures: [Figure]
    let daily: TableView?
    let quarantine: TableView?
    /// Instead of `quarantine`, where it is empty.
    let calm: String?
    let api: String
    let csv: String
  }

  /// Days of tables, the latest; charts and CSV have all of them.
  static let tableDays = 60

  let report: DeviceReport
  let site: Site

  public init(_ report: DeviceReport, site: Site) {
    self.report = report
    self.site = site
  }

  public func html(_ frame: Frame) -> String {
    let language = frame.language
    let words = DeviceWords(language, site)
    let query = Address("/api/v1/devices/\(report.device.name)")
    let isCalm = report.quarantine?.isEmpty ?? false
    let period = language.dates(report.countedHours, site.calendar)
    return frame.page(
      title: report.device.name,
      Templates.render(
        "device",
        Context(
          t: language.texts, language: language.rawValue, devices: frame.link("/devices"),
          name: report.device.name, sentence: words.sentence(report.device), now: now(frame, words),
          pressesOf: period, presses: presses(language), places: places(frame, words),
          figures: [battery(query, words), journal(query, words)].compactMap(\.self),
          daily: daily(words), quarantine: isCalm ? nil : quarantine(words),
          calm: isCalm
            ? Phrase(
              "Laitteelta ei ole karanteenissa mitään.", "Inget av enheten är i karantän.",
              "Nothing of the device is in the quarantine.")[language] : nil,
          api: query.text, csv: query.asTable(language).text)))
  }

  private func now(_ frame: Frame, _ words: DeviceWords) -> TableView {
    let (device, language) = (report.device, frame.language)
    let health = device.health
    let rows: [(PageWord, String)] = [
      (.state, words.state(device)), (.touchpoint, words.place(device.touchpoint)),
      (.lastHeard, words.moment(device.lastHeardMilliseconds)),
      (.lastPress, words.moment(health.lastCountedMilliseconds)),
      (
        .battery,
        words.volts(health.batteryMillivolts)
          + (device.hasLowBattery ? ", \(language.text(.lowBattery))" : "")
      ),
      (.journal, health.journal.map(language.integer) ?? "–"),
      (.signal, health.rssiDBm.map(language.integer) ?? "–"),
      (.firmware, health.firmware ?? "–"), (.clock, words.clock(health.clockAheadMilliseconds)),
      (.configuration, words.configuration(health)), (.model, health.model ?? "–"),
    ]
    return TableView(
      language.text(.state), head: [.property, .value].map(language.text),
      rows: rows.map { [.header(language.text($0)), .text($1)] })
  }

  private func presses(_ language: Language) -> TableView {
    let rows: [(PageWord, Int)] = [
      (.responses, report.counted), (.excluded, report.count(.excluded)),
      (.invalid, report.count(.invalid)), (.lost, report.count(.lost)),
      (.estimated, report.count(.estimated)), (.late, report.count(.late)),
      (.annulled, report.count(.annulled)),
    ]
    return TableView(
      language.text(.presses), head: [.kind, .presses].map(language.text),
      rows: rows.map { [.header(language.text($0)), .number(language.integer($1))] })
  }

  private func places(_ frame: Frame, _ words: DeviceWords) -> TableView {
    let language = frame.language
    return TableView(
      language.text(.stood), head: [.touchpoint, .from, .until].map(language.text),
      rows: report.placements.reversed().map { placement in
        let minutes = placement.minutes
        return [
          .header(
            words.place(placement.touchpoint),
            link: frame.link("/dashboard/\(placement.touchpoint)")),
          .text(minutes.lowerBound == 0 ? "–" : words.change(minutes.lowerBound)),
          .text(minutes.upperBound == Registry.minuteEnd ? "–" : words.change(minutes.upperBound)),
        ]
      })
  }

  private func daily(_ words: DeviceWords) -> TableView? {
    let language = words.language
    if report.days.isEmpty { return nil }
    return TableView(
      language.text(.daily),
      head: [.day, .signal, .clock, .restarts, .firmware].map(language.text),
      rows: report.days.suffix(Self.tableDays).reversed().map { day in
        [
          .header(language.day(day.day)), .number(day.rssiDBm.map(language.integer)),
          .text(words.clock(day.clockAheadMillisecondsMost)),
          .number(language.integer(day.restarts)), .text(day.firmware ?? "–"),
        ]
      })
  }

  private func quarantine(_ words: DeviceWords) -> TableView? {
    let language = words.language
    guard let rows = report.quarantine else { return nil }
    return TableView(
      language.text(.quarantine),
      head: [.received, .reason, .detail, .bytes].map(language.text),
      rows: rows.map { row in
        [
          .header(words.moment(row.receivedAtMilliseconds)), .text(row.reason),
          .text(row.detail.isEmpty ? "–" : row.detail), .number(language.integer(row.byteCount)),
        ]
      })
  }
}

extension Language {
  /// A UTC day as a date.
  func day(_ daysSince1970: Int) -> String {
    let date = CivilDate(daysSince1970: daysSince1970)
    return self.date(year: date.year, month: date.month, day: date.day)
  }
}
