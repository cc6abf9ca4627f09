import Queries
import Registry
import Reporting

/// Results as JSON and as CSV; both say the same numbers.
///
/// Made chunk by chunk, some hundred rows each, so that a large answer never stands in memory
/// as a whole.
struct ResultsEncoder: Sendable {
  static let rowsPerChunk = 500

  let results: Results
  let site: Site
  /// CSV has the columns of ``Measure/isDetail`` too.
  let withDetails: Bool
  private let dialect: CSVDialect
  /// Buttons of the question that has most.
  private let buttons: Int

  init(_ results: Results, site: Site, withDetails: Bool, dialect: CSVDialect) {
    self.results = results
    self.site = site
    self.withDetails = withDetails
    self.dialect = dialect
    buttons = results.sums.plan.series.lazy.map(\.buttons).max() ?? 0
  }

  private var sums: SeriesAggregates { results.sums }

  private var chunksPerSeries: Int {
    (sums.bins.count + Self.rowsPerChunk - 1) / Self.rowsPerChunk
  }

  /// Chunks of the whole, at least one.
  var chunkCount: Int { max(1, sums.plan.series.count * chunksPerSeries) }

  private func bins(ofChunk index: Int) -> Range<Int> {
    let start = index % chunksPerSeries * Self.rowsPerChunk
    return start..<min(start + Self.rowsPerChunk, sums.bins.count)
  }

  /// One object, a series for each node and question; chunk `index`, 0 to under ``chunkCount``.
  func json(_ index: Int) -> [UInt8] {
    var json = JSONWriter(isContinued: index > 0)
    if index == 0 {
      json.open()
      Models.results.write(results, site, &json)
    }
    if !sums.plan.series.isEmpty { rows(of: index / chunksPerSeries, bins(ofChunk: index), &json) }
    if index == chunkCount - 1 {
      json.closeList()
      json.close()
    }
    return json.bytes
  }

  private func rows(of number: Int, _ bins: Range<Int>, _ json: inout JSONWriter) {
    if bins.lowerBound == 0 {
      json.open()
      Models.series.write(
        ResultSeries(
          series: sums.plan.series[number], number: number, coverage: results.coverage?.plan),
        site, &json)
    }
    // Each row begins where the one before ends.
    var start = site.calendar.format(hour: sums.bins[bins.lowerBound].lowerBound)
    for bin in bins {
      let end = site.calendar.format(hour: sums.bins[bin].upperBound)
      let row = ResultRow(
        start: start, end: end, tally: sums.tally(series: number, bin: bin),
        coverage: results.coverage?.row(series: number, bin: bin))
      json.element { Models.row.write(row, site, &$0) }
      start = end
    }
    if bins.upperBound == sums.bins.count {
      json.closeList()
      json.close()
    }
  }

  /// As many count columns as the largest question has buttons; a question with fewer leaves
  /// the last ones empty.
  func csv(_ index: Int) -> [UInt8] {
    let measures = Measure.columns(buttons: buttons, withDetails: withDetails)
    var csv = CSVWriter(dialect)
    if index == 0 {
      csv.header(
        ["node", "question", "start", "end"] + measures.map(\.name)
          + (results.coverage == nil ? [] : Models.coverageColumns.map(\.name)))
    }
    if sums.plan.series.isEmpty { return csv.bytes }
    let number = index / chunksPerSeries
    let series = sums.plan.series[number]
    for bin in bins(ofChunk: index) {
      let tally = sums.tally(series: number, bin: bin)
      let hours = sums.bins[bin]
      let row = results.coverage?.row(series: number, bin: bin)
      csv.line(
        [
          .text(series.node), .text(series.question),
          .text(site.calendar.format(hour: hours.lowerBound)),
          .text(site.calendar.format(hour: hours.upperBound)),
        ] + measures.map { $0.value(tally) }
          + coverage(ResultRow(start: "", end: "", tally: tally, coverage: row)))
    }
    return csv.bytes
  }
}

extension ResultsEncoder {
  /// Nothing unless asked for.
  private func coverage(_ row: ResultRow) -> [Cell?] {
    row.coverage == nil ? [] : Models.coverageColumns.map { $0.cell(row, site) }
  }
}

extension Measure {
  /// Those of a table whose largest question has so many buttons.
  fileprivate static func columns(buttons: Int, withDetails: Bool) -> [Measure] {
    let kept = all.filter { withDetails || !$0.isDetail }
    let last = kept.filter(\.isButton).dropFirst(buttons).map(\.name)
    return kept.filter { !last.contains($0.name) }
  }
}
