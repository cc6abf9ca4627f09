/// How far an import, or its withdrawal, has come in the database.
///
///     staged ──▶ counting ──▶ done ──▶ withdrawn: counting ──▶ done
///        │ refused, or cut off
///        ▼
///      gone
public enum ImportState: String, Sendable {
  /// Its lines are being written. None counts, and whoever opens the file next takes them out.
  case staged
  /// All its lines are there, and its hours are counted again one stretch after another. Whoever opens
  /// the file next goes on.
  case counting
  /// It is counted everywhere.
  case done

  /// Of every line the version that counts in its hour: that of the newest import which stands. While an
  /// import is counted, the hours that wait in `import_recount` stand as they did before; so counting
  /// again finds at any moment what is stored.
  static let tables = """
    ALTER TABLE import ADD COLUMN state TEXT NOT NULL DEFAULT 'done';  -- an ImportState

    CREATE TABLE import_recount (        -- hours that an import or its withdrawal changes, still to come
      device INTEGER PRIMARY KEY REFERENCES device (id),
      from_hour INTEGER NOT NULL,
      to_hour INTEGER NOT NULL           -- the hour after the last
    ) STRICT;

    DROP VIEW import_counted;
    CREATE VIEW import_counted AS
      SELECT line.* FROM import_row AS line JOIN import ON import.id = line.import_id
      WHERE \(stands("import")) AND NOT EXISTS (
        SELECT 1 FROM import_row AS newer JOIN import AS later ON later.id = newer.import_id
        WHERE newer.source = line.source AND newer.key = line.key
          AND newer.import_id > line.import_id AND \(stands("later")));
    """

  /// Whether an import counts in the hour of `line`.
  private static func stands(_ name: String) -> String {
    """
    CASE \(name).state
      WHEN 'done' THEN \(name).withdrawn_ms IS NULL
      WHEN 'counting' THEN (\(name).withdrawn_ms IS NULL) != EXISTS (
        SELECT 1 FROM import_recount AS waiting WHERE waiting.device = line.device
          AND waiting.from_hour <= line.hour AND line.hour < waiting.to_hour)
      ELSE 0 END
    """
  }
}
