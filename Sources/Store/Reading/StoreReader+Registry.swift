import GRDB
import Registry

extension StoreReader.Snapshot {
  /// The text of the registry that was applied last; nil when none ever was.
  public func registryYAML() throws -> String? {
    try String.fetchOne(db, sql: "SELECT yaml FROM registry ORDER BY id DESC LIMIT 1")
  }
}

extension StoreReader.Snapshot {
  /// The first hour with presses in the whole site, UTC since 1970; nil without presses.
  public func firstHour(site: String) throws -> Int? {
    try Int.fetchOne(
      db,
      sql: """
        SELECT min((SELECT min(hour) FROM series_hour WHERE series_hour.series = series.id))
        FROM series WHERE node = ?
        """, arguments: [site])
  }
}

extension StoreReader.Snapshot {
  /// The site as the service applied it last.
  ///
  /// - Throws: `RegistryError` when the stored registry cannot be read by this version.
  public func appliedSite() throws -> AppliedSite {
    AppliedSite(
      registry: try registryYAML().map { try Registry(yaml: $0, name: "stored registry") },
      devices: try StoredDevice.fetchAll(db), revision: try registryRevision())
  }
}
