/// "You said, we did": what a manager answers on a place's notice board, in one language.
public struct BoardText: Sendable, Equatable {
  /// Of pages.
  public static let languages = ["fi", "sv", "en"]
  /// Characters that fit a screen and a sheet of paper beside the numbers.
  public static let charactersMax = 400

  /// One of ``languages``.
  public let language: String
  public let text: String
  /// UTC since 1970.
  public let writtenAtMilliseconds: Int64

  /// - Parameter text: lines become one; empty = there is no such text.
  /// - Throws: ``BoardTextError``.
  public init(
    language: String, text: String, writtenAtMilliseconds: Int64
  ) throws(BoardTextError) {
    guard Self.languages.contains(language) else { throw .language(language) }
    let words = text.split { $0.isWhitespace || $0.isNewline }.joined(separator: " ")
    guard words.count <= Self.charactersMax else { throw .tooLong(words.count) }
    self.language = language
    self.text = words
    self.writtenAtMilliseconds = writtenAtMilliseconds
  }
}

/// Why a text cannot stand on a board.
public enum BoardTextError: Error, Equatable, CustomStringConvertible {
  case language(String)
  case tooLong(Int)

  public var description: String {
    switch self {
    case .language(let language):
      "language '\(language)' is none of \(BoardText.languages.joined(separator: ", "))"
    case .tooLong(let count):
      "the text has \(count) characters; \(BoardText.charactersMax) fit"
    }
  }
}
