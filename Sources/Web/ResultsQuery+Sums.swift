import Reporting
import Store

extension ResultsQuery {
  /// Reads the buckets of one moment and adds them up; with coverage, also the devices' signs of
  /// life of the same moment.
  func sums(
    site: CurrentSite.Site, reader: StoreReader, nowSeconds: Int
  ) async throws -> (SeriesSums, ResultsCoverage?) {
    let (plan, bins) = try plan(index: site.index, calendar: site.calendar)
    let coveragePlan =
      try withCoverage
      ? site.index.map { try ResultsCoverage.plan($0, plan, hours: hours) } : nil
    return try await reader.read { snapshot in
      let sums = try snapshot.sums(of: plan, bins: bins, calendar: site.calendar)
      let coverage = try coveragePlan.map {
        try ResultsCoverage(
          $0, site: site, bins: bins, nowSeconds: nowSeconds, snapshot: snapshot)
      }
      return (sums, coverage)
    }
  }
}
