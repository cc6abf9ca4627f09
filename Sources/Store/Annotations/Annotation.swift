public import CivilTime
import GRDB

/// What somebody noted on the timeline: what happened at a place on a day.
public struct Annotation: Sendable, Equatable {
  /// Who notes or withdraws something.
  public enum Author: Sendable, Equatable {
    /// The bearer of the token in the settings.
    case administrator
    /// A token's number, and its note at that time.
    case token(Int64, note: String)
    /// Whom a provider vouched for: its identifier, and the name at that time; empty = none.
    case person(String, name: String)

    /// As the audit log says it: without the note, which may say anything.
    public var actor: String {
      switch self {
      case .administrator: "administrator"
      case .token(let id, _): "token \(id)"
      case .person(let subject, _): "person \(subject)"
      }
    }
  }

  /// From 1.
  public let id: Int64
  public let node: String
  /// Of the site's calendar.
  public let date: CivilDate
  /// One line.
  public let text: String
  public let author: Author
  /// UTC since 1970.
  public let createdAtMilliseconds: Int64
}

extension Annotation.Author: CustomStringConvertible {
  /// `administrator`, `token 3`, `token 3: note`, `person 81f2: name`.
  public var description: String {
    switch self {
    case .token(_, let word) where !word.isEmpty, .person(_, let word) where !word.isEmpty:
      "\(actor): \(word)"
    default: actor
    }
  }
}

extension Annotation {
  /// nil for a row whose date is none.
  init?(_ row: Row) {
    guard let date = CivilDate(parsing: row["date"] as String) else { return nil }
    let (token, person): (Int64?, String?) = (row["author_token"], row["author_person"])
    let word: String = row["author_note"]
    self.init(
      id: row["id"], node: row["node"], date: date, text: row["text"],
      author: token.map { .token($0, note: word) }
        ?? person.map { .person($0, name: word) } ?? .administrator,
      createdAtMilliseconds: row["created_ms"])
  }

  static func create(_ db: Database) throws {
    try db.execute(
      sql: """
        CREATE TABLE annotation (
          id INTEGER PRIMARY KEY,
          node TEXT NOT NULL,
          date TEXT NOT NULL,                -- of the site's calendar
          text TEXT NOT NULL,
          author_token INTEGER,              -- NULL = the administrator of the settings
          author_note TEXT NOT NULL,         -- the token's at that time
          created_ms INTEGER NOT NULL,
          removed_ms INTEGER,                -- NULL = it stands
          removed_by TEXT
        ) STRICT;
        CREATE INDEX annotation_place ON annotation (node, date);
        CREATE TRIGGER annotation_kept BEFORE DELETE ON annotation
          BEGIN SELECT RAISE(ABORT, 'annotations are kept'); END;
        CREATE TRIGGER annotation_unchanged BEFORE UPDATE ON annotation
          WHEN OLD.removed_ms IS NOT NULL OR NEW.id IS NOT OLD.id OR NEW.node IS NOT OLD.node
            OR NEW.date IS NOT OLD.date OR NEW.text IS NOT OLD.text
            OR NEW.author_token IS NOT OLD.author_token
            OR NEW.author_note IS NOT OLD.author_note OR NEW.created_ms IS NOT OLD.created_ms
          BEGIN SELECT RAISE(ABORT, 'annotations are withdrawn, not changed'); END;
        CREATE TRIGGER annotation_not_replaced BEFORE INSERT ON annotation
          WHEN EXISTS (SELECT 1 FROM annotation WHERE id = NEW.id)
          BEGIN SELECT RAISE(ABORT, 'annotations are withdrawn, not changed'); END;
        """)
  }

  /// People whom a provider vouches for note too; `author_note` is their name then.
  static func addPersons(_ db: Database) throws {
    try db.execute(
      sql: """
        ALTER TABLE annotation ADD COLUMN author_person TEXT;  -- the provider's identifier
        CREATE TRIGGER annotation_person_unchanged BEFORE UPDATE ON annotation
          WHEN NEW.author_person IS NOT OLD.author_person
          BEGIN SELECT RAISE(ABORT, 'annotations are withdrawn, not changed'); END;
        """)
  }
}

/// How much may be noted. Annotations are kept for ever, withdrawn ones too, and all of them count.
public enum AnnotationLimits {
  /// Unicode code points of a text: what stands below a chart.
  public static let textLettersMax = 500
  /// Annotations of one node: one a week for ten years.
  public static let nodeMax = 500
  /// Annotations of all nodes: 40 MB at the most, in a file that every backup copies.
  public static let totalMax = 20_000
  /// Years of the dates: those that can be asked about.
  public static let years = 1970...2197
}

/// Why something is not noted: the value, and what is allowed.
public enum AnnotationRefusal: Error, Sendable, Equatable {
  case date(String)
  case text(String)
  /// There are too many already.
  case full(String)
}

/// What is to be noted, checked.
public struct AnnotationDraft: Sendable, Equatable {
  let node: String
  let date: CivilDate
  let text: String

  /// - Parameters:
  ///   - node: one that the site has; the caller looked.
  ///   - date: `YYYY-MM-DD`.
  ///   - text: blanks around it are left out.
  /// - Throws: `.date`, `.text`.
  public init(node: String, date: String, text: String) throws(AnnotationRefusal) {
    guard let day = CivilDate(parsing: date), AnnotationLimits.years.contains(day.year) else {
      throw .date(
        "'\(date.prefix(40))' is no date; allowed are \(AnnotationLimits.years.lowerBound)-01-01 to "
          + "\(AnnotationLimits.years.upperBound)-12-31, written YYYY-MM-DD")
    }
    var letters = text.unicodeScalars[...]
    letters = letters.drop(while: \.properties.isWhitespace)
    while letters.last?.properties.isWhitespace == true { letters.removeLast() }
    guard (1...AnnotationLimits.textLettersMax).contains(letters.count) else {
      throw .text(
        "has \(letters.count) letters; allowed are 1 to \(AnnotationLimits.textLettersMax)")
    }
    for letter in letters {
      switch letter.properties.generalCategory {
      case .control, .lineSeparator, .paragraphSeparator:
        throw .text("has a control character or a line break; it must be one line")
      default: break
      }
    }
    self.node = node
    self.date = day
    self.text = String(letters)
  }
}
