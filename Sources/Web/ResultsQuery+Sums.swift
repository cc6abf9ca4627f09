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
    let plan = try plan(index: site.index)
    let coveragePlan =
      try withCoverage
      ? site.index.map { try ResultsCoverage.plan($0, plan, hours: hours) } : nil
    return try await reader.read { snapshot in
      // A list of 300 000 hours, made here and not where every request has its turn.
      let bins = try bins(of: plan, calendar: site.calendar)
      if let asOf {
        let (sums, held) = try self.sums(
          plan, bins, asOf: asOf, devices: site.applied.devices, snapshot: snapshot)
        let now = try snapshot.revision(hours: hours)
        return Reading(
          sums: sums, revision: DataRevision(data: held, registry: now.registry))
      }
      return Reading(
        sums: try snapshot.sums(of: plan, bins: bins, calendar: site.calendar),
        revision: try snapshot.revision(hours: hours),
        coverage: try coveragePlan.map {
          try ResultsCoverage(
            $0, site: site, bins: bins, nowSeconds: nowSeconds, snapshot: snapshot)
        })
    }
  }
}
