import Reporting
import Store

extension ResultsQuery {
  /// What is read at one moment.
  struct Reading: Sendable {
    var sums: SeriesSums
    var revision: DataRevision
    /// nil unless asked for.
    var coverage: ResultsCoverage?
  }

  /// Reads the buckets of one moment and adds them up; with coverage, also the devices' signs of
  /// life of the same moment.
  func read(
    site: CurrentSite.Site, reader: StoreReader, nowSeconds: Int
  ) async throws -> Reading {
    let (plan, bins) = try plan(index: site.index, calendar: site.calendar)
    let coveragePlan =
      try withCoverage
      ? site.index.map { try ResultsCoverage.plan($0, plan, hours: hours) } : nil
    return try await reader.read { snapshot in
      Reading(
        sums: try snapshot.sums(of: plan, bins: bins, calendar: site.calendar),
        revision: try snapshot.revision(hours: hours),
        coverage: try coveragePlan.map {
          try ResultsCoverage(
            $0, site: site, bins: bins, nowSeconds: nowSeconds, snapshot: snapshot)
        })
    }
  }
}
