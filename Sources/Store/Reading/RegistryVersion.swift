import GRDB

/// A registry that was applied: when, by whom, and what it changed.
public struct RegistryVersion: Sendable, Equatable {
  /// From 1: the revision that answers and devices are told.
  public var number: Int64
  /// UTC since 1970.
  public var appliedAtMilliseconds: Int64
  /// As the audit log names them; nil for versions from before that was kept.
  public var appliedBy: String?
  /// In one line; nil for versions from before that was kept.
  public var changes: String?

  /// - Returns: its number.
  func insert(_ db: Database, site: String, yaml: String, isFromFile: Bool) throws -> Int64 {
    try db.execute(
      sql: """
        INSERT INTO registry (applied_ms, site, yaml, applied_by, changes, is_from_file)
        VALUES (?, ?, ?, ?, ?, ?)
        """,
      arguments: [appliedAtMilliseconds, site, yaml, appliedBy, changes, isFromFile])
    return db.lastInsertedRowID
  }
}

extension StoreReader.Snapshot {
  /// The number of the registry that holds; 0 = none was ever applied.
  public func registryRevision() throws -> Int64 {
    try Int64.fetchOne(db.cachedStatement(sql: "SELECT max(id) FROM registry")) ?? 0
  }

  /// Every registry that was applied, the newest first.
  public func registryVersions() throws -> [RegistryVersion] {
    try Row.fetchAll(
      db, sql: "SELECT id, applied_ms, applied_by, changes FROM registry ORDER BY id DESC"
    ).map { row in
      RegistryVersion(
        number: row[0], appliedAtMilliseconds: row[1], appliedBy: row[2], changes: row[3])
    }
  }

  /// The text of one of them; nil when there is none of that number.
  public func registryYAML(version number: Int64) throws -> String? {
    try String.fetchOne(db, sql: "SELECT yaml FROM registry WHERE id = ?", arguments: [number])
  }
}
