import CivilTime
import Queries
import Store

/// What a device said of its battery and its journal, as pictures.
extension DevicePage {
  func battery(_ query: Address, _ words: DeviceWords) -> Figure? {
    let language = words.language
    guard let last = report.days.last(where: { $0.batteryMillivolts != nil }),
      let low = lowest(report.days)
    else { return nil }
    let (now, least, day) = (
      words.volts(last.batteryMillivolts), words.volts(low.batteryMillivoltsMin),
      language.day(low.day)
    )
    let warning =
      report.device.hasLowBattery
      ? Phrase(" Vaihda paristo.", " Byt batteri.", " Change the battery.")[language] : ""
    let sentence =
      Phrase(
        "Jännite viimeksi \(now) V, matalin \(least) V (\(day)).",
        "Spänningen senast \(now) V, lägst \(least) V (\(day)).",
        "Voltage \(now) V last, lowest \(least) V (\(day)).")[language] + warning
    return figure(
      "battery", .battery, sentence, query, words, limit: QueryLimits.lowBatteryMillivolts,
      places: 1, table: [.day, .battery, .lowest]
    ) {
      $0.batteryMillivoltsMin.map { Double($0) / 1000 }
    } cells: { day in
      [.number(words.volts(day.batteryMillivolts)), .number(words.volts(day.batteryMillivoltsMin))]
    }
  }

  func journal(_ query: Address, _ words: DeviceWords) -> Figure? {
    let language = words.language
    guard let last = report.days.last(where: { $0.journal != nil }),
      let most = report.days.max(by: { $0.journalMax ?? -1 < $1.journalMax ?? -1 })
    else { return nil }
    let (now, highest, day) = (
      language.integer(last.journal ?? 0), language.integer(most.journalMax ?? 0),
      language.day(most.day)
    )
    let sentence =
      Phrase(
        "Viimeksi \(now) painallusta odotti lähettämistä, enimmillään \(highest) (\(day)).",
        "Senast väntade \(now) tryckningar på att sändas, som mest \(highest) (\(day)).",
        "\(now) presses waited to be sent last, \(highest) at most (\(day)).")[language]
    return figure(
      "journal", .journal, sentence, query, words, limit: nil, places: 0,
      table: [.day, .journal, .highest]
    ) {
      $0.journalMax.map(Double.init)
    } cells: { day in
      [
        .number(day.journal.map(language.integer)), .number(day.journalMax.map(language.integer)),
      ]
    }
  }

  private func lowest(_ days: [HealthDay]) -> HealthDay? {
    days.filter { $0.batteryMillivoltsMin != nil }
      .min { $0.batteryMillivoltsMin ?? .max < $1.batteryMillivoltsMin ?? .max }
  }

  private func figure(
    _ id: String, _ heading: PageWord, _ sentence: String, _ query: Address, _ words: DeviceWords,
    limit millivolts: Int?, places: Int, table: [PageWord], value: (HealthDay) -> Double?,
    cells: (HealthDay) -> [TableView.Cell]
  ) -> Figure? {
    let language = words.language
    guard let first = report.days.first?.day, let last = report.days.last?.day else { return nil }
    // Days in which it said nothing are gaps; of a device that came back after years only the latest.
    let shown = max(first, last - HealthDay.daysMax + 1)...last
    var values = [Double?](repeating: nil, count: shown.count)
    for day in report.days where shown.contains(day.day) {
      values[day.day - shown.lowerBound] = value(day)
    }
    let labels = shown.map { day in
      let date = CivilDate(daysSince1970: day)
      return language.dayAndMonth(month: date.month, day: date.day)
    }
    let title = "\(language.text(heading)): \(report.device.name)"
    return Figure(
      id, heading: language.text(heading), sentence: sentence,
      svg: LevelChart(
        title: title, sentence: sentence, values: values, labels: labels,
        limit: millivolts.map { Double($0) / 1000 }, places: places
      ).frame(in: language),
      table: TableView(
        language.text(heading), head: table.map(language.text),
        rows: report.days.suffix(Self.tableDays).reversed().map {
          [.header(language.day($0.day))] + cells($0)
        }),
      query: query, language: language)
  }
}
