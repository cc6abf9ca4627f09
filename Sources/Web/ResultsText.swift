import Registry
import Reporting
import Store

/// Results as JSON and as CSV; both say the same numbers.
///
/// Made piece by piece, some hundred rows each, so that a large answer never stands in memory
/// as a whole.
struct ResultsText: Sendable {
  static let rowsPerPiece = 500

  let query: ResultsQuery
  let reading: ResultsQuery.Reading
  let calendar: SiteCalendar
  let timeZone: String

  private var sums: SeriesSums { reading.sums }
  private var coverage: ResultsCoverage? { reading.coverage }

  private var piecesPerSeries: Int {
    (sums.bins.count + Self.rowsPerPiece - 1) / Self.rowsPerPiece
  }

  /// Pieces of the whole, at least one.
  var pieceCount: Int { max(1, sums.plan.series.count * piecesPerSeries) }

  /// Piece number `index`, from 0 to under `pieceCount`.
  func piece(_ index: Int) -> [UInt8] {
    query.format == .json ? jsonPiece(index) : csvPiece(index)
  }

  private func bins(ofPiece index: Int) -> Range<Int> {
    let start = index % piecesPerSeries * Self.rowsPerPiece
    return start..<min(start + Self.rowsPerPiece, sums.bins.count)
  }

  // MARK: JSON: one object, a series per node and question

  private func jsonPiece(_ index: Int) -> [UInt8] {
    var text = JSONText()
    if index == 0 {
      text.raw("{\"node\":\"\(query.node)\",\"time_zone\":\"\(timeZone)\",")
      text.raw("\"by\":\"\(query.granularity.rawValue)\",")
      text.raw(
        "\"revision\":{\"data\":\(reading.revision.data),\"registry\":\(reading.revision.registry),"
      )
      text.raw("\"rule\":\"\(Registry.rule)\"},\"series\":[")
    }
    if !sums.plan.series.isEmpty {
      let number = index / piecesPerSeries
      let series = sums.plan.series[number]
      let bins = bins(ofPiece: index)
      if bins.lowerBound == 0 {
        if number > 0 { text.raw(",") }
        text.raw("{\"node\":\"\(series.node)\",\"question\":\"\(series.question)\",")
        text.raw("\"buttons\":\(series.buttons),")
        coverage?.openingHours(ofSeries: number, &text)
        text.raw("\"rows\":[")
      }
      // Each row begins where the one before ends.
      var start = calendar.format(hour: sums.bins[bins.lowerBound].lowerBound)
      for bin in bins {
        if bin > 0 { text.raw(",") }
        let end = calendar.format(hour: sums.bins[bin].upperBound)
        let tally = sums.tally(series: number, bin: bin)
        text.object { json in
          row(tally, start, end, &json)
          coverage?.row(series: number, bin: bin, responses: tally.responses, &json)
        }
        start = end
      }
      if bins.upperBound == sums.bins.count { text.raw("]}") }
    }
    if index == pieceCount - 1 { text.raw("]}") }
    return text.bytes
  }

  private func row(_ tally: Tally, _ start: String, _ end: String, _ json: inout JSONText) {
    json.member("start", start)
    json.member("end", end)
    json.members(tally)
  }

  // MARK: CSV, RFC 4180
  //
  // As many count columns as the largest question has buttons; a question with fewer leaves
  // the last ones empty. No cell needs quotes: ids are letters, digits and hyphens, the rest
  // numbers and times.

  private func csvPiece(_ index: Int) -> [UInt8] {
    let buttons = sums.plan.series.map(\.buttons).max() ?? 0
    let more =
      (query.withDetails ? ["late", "imported", "annulled"] : [])
      + (coverage == nil ? [] : ResultsCoverage.columns)
    var text: [UInt8] = []
    if index == 0 {
      let counts = (0..<buttons).map { "count_\($0)" }
      line(
        ["node", "question", "start", "end", "responses"] + counts + [
          "index", "interval_low", "interval_high", "excluded", "invalid", "lost", "estimated",
        ] + more, &text)
    }
    if sums.plan.series.isEmpty { return text }
    let number = index / piecesPerSeries
    let series = sums.plan.series[number]
    for bin in bins(ofPiece: index) {
      let tally = sums.tally(series: number, bin: bin)
      let hours = sums.bins[bin]
      let counts = (0..<buttons).map { $0 < tally.counts.count ? "\(tally.counts[$0])" : "" }
      line(
        [
          series.node, series.question, calendar.format(hour: hours.lowerBound),
          calendar.format(hour: hours.upperBound), "\(tally.responses)",
        ] + counts + [
          cell(tally.index), cell(tally.interval?.low), cell(tally.interval?.high),
          "\(tally.excluded)", "\(tally.invalid)", "\(tally.lost)", "\(tally.estimated)",
        ]
          + (query.withDetails ? ["\(tally.late)", "\(tally.imported)", "\(tally.annulled)"] : [])
          + (coverage?.cells(series: number, bin: bin, responses: tally.responses) ?? []), &text)
    }
    return text
  }

  private func cell(_ value: Double?) -> String {
    value?.description ?? ""
  }

  private func line(_ cells: [String], _ text: inout [UInt8]) {
    text.append(contentsOf: cells.joined(separator: ",").utf8)
    text.append(contentsOf: "\r\n".utf8)
  }
}
