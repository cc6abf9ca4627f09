/// How wide a text will be: no font is at hand, so a little too wide.
enum TextWidth {
  static func of(_ text: String, fontSize: Double) -> Double {
    text.unicodeScalars.reduce(0) { $0 + ems($1) } * fontSize
  }

  /// The text, or its beginning and `…` where it is wider than its room.
  static func fitted(_ text: String, into width: Double, fontSize: Double) -> String {
    guard of(text, fontSize: fontSize) > width else { return text }
    var room = width / fontSize - 1
    var start = ""
    for character in text {
      room -= character.unicodeScalars.reduce(0) { $0 + ems($1) }
      if room < 0 { break }
      start.append(character)
    }
    while start.last == " " { start.removeLast() }
    return start + "…"
  }

  private static func ems(_ scalar: Unicode.Scalar) -> Double {
    switch scalar {
    case "i", "j", "l", "f", "t", "r", "I", " ", "\u{A0}", ".", ",", ":", ";", "'", "|", "(", ")",
      "/", "-":
      0.36
    case "m", "w", "M", "W", "@", "%": 0.95
    case "A"..."Z", "Ä", "Ö", "Å", "–", "—": 0.72
    case "\u{1100}"...: 1.1
    default: 0.6
    }
  }
}
