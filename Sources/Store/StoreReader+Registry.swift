import GRDB

extension StoreReader.Snapshot {
  /// The text of the registry that was applied last; nil when none ever was.
  public func registryYAML() throws -> String? {
    try String.fetchOne(db, sql: "SELECT yaml FROM registry ORDER BY id DESC LIMIT 1")
  }
}
