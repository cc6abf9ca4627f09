import Hummingbird
import Reporting

extension ResultsQuery {
  /// Bytes that coverage keeps of a row.
  private static let coverageRowBytes = 128
  /// Bytes of a period, whatever the number of series.
  private static let binBytes = 16
  /// Bytes of the text at hand.
  static let pieceBytes = 262_144
  /// Bytes of the largest answer without coverage: each cell a period of its own.
  static let largestAnswerBytes = bytes(cells: cellsMax, periods: cellsMax, withCoverage: false)

  private static func bytes(cells: Int, periods: Int, withCoverage: Bool) -> Int {
    cells * (SeriesSums.cellBytes + (withCoverage ? coverageRowBytes : 0))
      + periods * binBytes + pieceBytes
  }

  /// Takes the answer's share of memory and its turn to read.
  ///
  /// - Throws: 404 and 400 as `plan`; 503 when there is no room.
  func lease(
    _ budget: AnswerBudget, site: CurrentSite.Site, for request: Request
  ) async throws -> AnswerBudget.Lease {
    let plan = try plan(index: site.index)
    return try await budget.lease(
      bytes: Self.bytes(
        cells: rows * plan.series.count, periods: rows, withCoverage: withCoverage),
      // What an earlier moment held is counted again from the archive.
      rows: asOf == nil ? plan.hourCount(of: hours) / (granularity == .hour ? 1 : 24) : .max,
      for: request)
  }

  /// Rows of a series at most.
  private var rows: Int {
    switch granularity {
    case .hour: hours.count
    case .total: 1
    // A day of 23 hours, and the cut ones at both ends.
    case .day, .week, .month, .quarter, .year: hours.count / 23 + 2
    }
  }
}

extension SeriesPlan {
  /// Hours of all that is read for a range, days in one.
  func hourCount(of hours: Range<Int>) -> Int {
    series.count(where: \.hasSums) * hours.count + spans.map(\.hours.count).reduce(0, +)
  }
}

extension Response {
  /// The answer, whose share of the budget goes back when its body was written or dropped. It ends
  /// only when the client has taken nearly all of it.
  func holding(_ lease: AnswerBudget.Lease?) -> Response {
    let body = body
    var response = self
    response.body = ResponseBody(contentLength: body.contentLength) { writer in
      defer { withExtendedLifetime(lease) {} }
      try await body.write(writer)
    }
    return response
  }
}
