/// Text of SVG or HTML into which nothing gets unescaped.
///
/// What stands in a literal is markup; a `String` that is interpolated is text and escaped, a
/// `Double` a coordinate of one decimal, a `Markup` is taken as it is.
public struct Markup: ExpressibleByStringInterpolation, Sendable {
  /// What has been written.
  public private(set) var text: String

  public init() { text = "" }

  public init(stringLiteral value: StaticString) {
    text = value.description
  }

  public init(stringInterpolation: Writing) { text = stringInterpolation.text }

  public static func += (markup: inout Markup, more: Markup) { markup.text += more.text }

  /// Collects the pieces of a literal.
  public struct Writing: StringInterpolationProtocol {
    fileprivate var text = ""

    public init(literalCapacity: Int, interpolationCount: Int) {
      text.reserveCapacity(literalCapacity + 8 * interpolationCount)
    }

    public mutating func appendLiteral(_ literal: StaticString) { text += literal.description }
    public mutating func appendInterpolation(_ words: String) { Markup.escape(words, into: &text) }
    public mutating func appendInterpolation(_ number: Int) { text += String(number) }
    public mutating func appendInterpolation(_ coordinate: Double) {
      Coordinate(coordinate).append(to: &text)
    }
    public mutating func appendInterpolation(_ markup: Markup) { text += markup.text }
  }

  /// Writes text so that it is text in an element and in a quoted attribute.
  ///
  /// Characters that XML cannot hold become U+FFFD.
  public static func escape(_ words: String, into text: inout String) {
    for scalar in words.unicodeScalars {
      switch scalar {
      case "&": text += "&amp;"
      case "<": text += "&lt;"
      case ">": text += "&gt;"
      case "\"": text += "&quot;"
      case "'": text += "&#39;"
      case "\t", "\n", "\r": text += " "
      case "\u{0}"..."\u{1F}", "\u{7F}", "\u{FFFE}", "\u{FFFF}": text += "\u{FFFD}"
      default: text.unicodeScalars.append(scalar)
      }
    }
  }
}
