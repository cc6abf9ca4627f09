/// A language that pages are written in.
///
/// Swedish is that of Finland: dates and numbers as there.
public enum Language: String, CaseIterable, Sendable {
  case fi, sv, en

  /// From a code as `fi`, `sv-FI` or `EN`; nil for other languages.
  public init?(code: some StringProtocol) {
    let primary = code.prefix { $0 != "-" && $0 != "_" }
    guard primary.utf8.count == 2, let language = Language(rawValue: primary.lowercased()) else {
      return nil
    }
    self = language
  }

  /// The language's own name for itself, as a link to it says.
  public var ownName: String {
    switch self {
    case .fi: "Suomi"
    case .sv: "Svenska"
    case .en: "English"
    }
  }
}
