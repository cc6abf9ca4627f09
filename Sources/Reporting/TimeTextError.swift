/// Why a text is no time of the site's calendar.
public struct TimeTextError: Error, Equatable, CustomStringConvertible {
  /// The text as it was given.
  public let text: String
  /// One line: what is wrong and what is allowed; without the text.
  public let reason: String

  /// `'2017-13-01': reason`, one line.
  public var description: String {
    let printable = text.unicodeScalars.prefix(40).map {
      $0.properties.generalCategory == .control ? "\u{FFFD}" : Character($0)
    }
    return "'\(String(printable))\(text.unicodeScalars.count > 40 ? "…" : "")': \(reason)"
  }
}
