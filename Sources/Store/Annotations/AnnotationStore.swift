import CivilTime
import GRDB

/// The annotations, in the file of the tokens and the audit log: a change and its line in the log are
/// one transaction. Several processes write the file.
public struct AnnotationStore: Sendable {
  private let queue: DatabaseQueue
  private let file: DatabaseFile

  public init(_ tokens: TokenStore) {
    queue = tokens.queue
    file = tokens.file
  }

  /// Notes something.
  ///
  /// - Throws: `AnnotationRefusal.full`, `StoreError`.
  public func add(
    _ draft: AnnotationDraft, by author: Annotation.Author, nowMilliseconds: Int64
  ) async throws -> Annotation {
    try await explaining {
      try await queue.write { db in
        try Self.refuseFull(db, draft.node)
        let id = try Int64.fetchOne(db, sql: "SELECT ifnull(max(id), 0) + 1 FROM annotation") ?? 1
        let (token, person, word): (Int64?, String?, String) =
          switch author {
          case .administrator: (nil, nil, "")
          case .token(let id, let note): (id, nil, note)
          case .person(let subject, let name): (nil, subject, name)
          }
        try db.execute(
          sql: """
            INSERT INTO annotation
              (id, node, date, text, author_token, author_person, author_note, created_ms)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            """,
          arguments: [
            id, draft.node, "\(draft.date)", draft.text, token, person, word, nowMilliseconds,
          ])
        let made = Annotation(
          id: id, node: draft.node, date: draft.date, text: draft.text, author: author,
          createdAtMilliseconds: nowMilliseconds)
        try Self.log(db, .annotationMade, made, author, nowMilliseconds)
        return made
      }
    }
  }

  /// The one of a number; nil when there is none, or it was withdrawn.
  ///
  /// - Throws: `StoreError`.
  public func find(id: Int64) async throws -> Annotation? {
    try await explaining { try await queue.read { try Self.find($0, id) } }
  }

  /// Withdraws an annotation, which is kept and shown no more.
  ///
  /// - Returns: false when none of that number stands.
  /// - Throws: `StoreError`.
  public func withdraw(
    id: Int64, by author: Annotation.Author, nowMilliseconds: Int64
  ) async throws -> Bool {
    try await explaining {
      try await queue.write { db in
        guard let annotation = try Self.find(db, id) else { return false }
        try db.execute(
          sql: "UPDATE annotation SET removed_ms = ?, removed_by = ? WHERE id = ?",
          arguments: [nowMilliseconds, author.actor, id])
        try Self.log(db, .annotationWithdrawn, annotation, author, nowMilliseconds)
        return true
      }
    }
  }

  /// What stands of some nodes, by date, then in the order in which it was noted.
  ///
  /// - Parameter days: of the site's calendar, counted from 1970-01-01; years 1970 to 2198.
  /// - Throws: `StoreError`.
  public func list(of nodes: [String], days: ClosedRange<Int>) async throws -> [Annotation] {
    let first = CivilDate(daysSince1970: days.lowerBound)
    let last = CivilDate(daysSince1970: days.upperBound)
    return try await explaining {
      try await queue.read { db in
        try Row.fetchAll(
          db,
          sql: """
            SELECT * FROM annotation WHERE removed_ms IS NULL AND date BETWEEN ? AND ?
              AND node IN (\(nodes.map { _ in "?" }.joined(separator: ",")))
            ORDER BY date, id
            """,
          arguments: StatementArguments(["\(first)", "\(last)"] + nodes)
        ).compactMap(Annotation.init)
      }
    }
  }

  private static func find(_ db: Database, _ id: Int64) throws -> Annotation? {
    try Row.fetchOne(
      db, sql: "SELECT * FROM annotation WHERE id = ? AND removed_ms IS NULL", arguments: [id]
    ).flatMap(Annotation.init)
  }

  private static func refuseFull(_ db: Database, _ node: String) throws {
    let total = try Int.fetchOne(db, sql: "SELECT count(*) FROM annotation") ?? 0
    if total >= AnnotationLimits.totalMax {
      throw AnnotationRefusal.full(
        "there are \(total) annotations, withdrawn ones included; at most "
          + "\(AnnotationLimits.totalMax) are kept")
    }
    let own =
      try Int.fetchOne(
        db, sql: "SELECT count(*) FROM annotation WHERE node = ?", arguments: [node]) ?? 0
    if own >= AnnotationLimits.nodeMax {
      throw AnnotationRefusal.full(
        "node '\(node)' has \(own) annotations, withdrawn ones included; at most "
          + "\(AnnotationLimits.nodeMax) are kept")
    }
  }

  /// All but the text, which may say anything.
  private static func log(
    _ db: Database, _ action: AuditAction, _ annotation: Annotation, _ author: Annotation.Author,
    _ nowMilliseconds: Int64
  ) throws {
    try AuditLog.add(
      db, actor: author.actor, action: action,
      detail: "annotation \(annotation.id): node \(annotation.node), \(annotation.date)",
      atMilliseconds: nowMilliseconds)
  }

  private func explaining<Value>(_ body: () async throws -> Value) async throws -> Value {
    do {
      return try await body()
    } catch let error as DatabaseError {
      throw file.explain(error)
    }
  }
}
