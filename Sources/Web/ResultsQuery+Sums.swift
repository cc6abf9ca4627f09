import Reporting
import Store

extension ResultsQuery {
  /// Reads the buckets of one moment and adds them up.
  func sums(
    site: CurrentSite.Site, reader: StoreReader
  ) async throws -> SeriesSums {
    let (plan, bins) = try plan(index: site.index, calendar: site.calendar)
    return try await reader.read { try $0.sums(of: plan, bins: bins, calendar: site.calendar) }
  }
}
