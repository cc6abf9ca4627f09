import GRDB
import Store

extension PublicationStore {
  static let boardTable = """
    CREATE TABLE board_text (
      node TEXT NOT NULL,
      language TEXT NOT NULL,
      text TEXT NOT NULL,
      written_ms INTEGER NOT NULL,
      PRIMARY KEY (node, language)
    ) STRICT, WITHOUT ROWID;
    """

  /// What stands on the board of a node, in the order of ``BoardText/languages``.
  public func boardTexts(of node: String) async throws -> [BoardText] {
    let rows = try await file.read { db in
      try Row.fetchAll(db, sql: "SELECT * FROM board_text WHERE node = ?", arguments: [node])
        .map { ($0["language"] as String, $0["text"] as String, $0["written_ms"] as Int64) }
    }
    return try BoardText.languages.compactMap { language in
      try rows.first { $0.0 == language }.map {
        try BoardText(language: $0.0, text: $0.1, writtenAtMilliseconds: $0.2)
      }
    }
  }

  /// Puts texts on the board of a node, and a line for each that changes into the audit log.
  ///
  /// - Parameters:
  ///   - texts: an empty one is taken away.
  ///   - actor: who writes them.
  /// - Returns: how many were changed.
  @discardableResult
  public func set(_ texts: [BoardText], of node: String, actor: String) async throws -> Int {
    try await file.write { db in
      var changes = 0
      for text in texts {
        let found = try String.fetchOne(
          db, sql: "SELECT text FROM board_text WHERE node = ? AND language = ?",
          arguments: [node, text.language])
        if found ?? "" == text.text { continue }
        if text.text.isEmpty {
          try db.execute(
            sql: "DELETE FROM board_text WHERE node = ? AND language = ?",
            arguments: [node, text.language])
        } else {
          try db.execute(
            sql: "INSERT OR REPLACE INTO board_text VALUES (?, ?, ?, ?)",
            arguments: [node, text.language, text.text, text.writtenAtMilliseconds])
        }
        try AuditOutbox.add(
          db, actor: actor, action: .boardTextSet,
          detail: "node \(node), \(text.language): "
            + (text.text.isEmpty ? "taken away" : text.text),
          atMilliseconds: text.writtenAtMilliseconds)
        changes += 1
      }
      return changes
    }
  }
}
