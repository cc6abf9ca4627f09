/// A text as characters and lines, as the parser of YAML counts them.
struct TextLines {
  private let scalars: [Unicode.Scalar]
  /// Where each line begins.
  private let starts: [Int]

  init(_ text: String) {
    let scalars = Array(text.unicodeScalars)
    var starts = [0]
    for (place, scalar) in scalars.enumerated() where Self.breaks.contains(scalar) {
      // A carriage return and a line feed are one end.
      let isHalf = scalar == "\r" && place + 1 < scalars.count && scalars[place + 1] == "\n"
      if !isHalf { starts.append(place + 1) }
    }
    self.scalars = scalars
    self.starts = starts
  }

  private static let breaks: Set<Unicode.Scalar> = ["\n", "\r", "\u{85}", "\u{2028}", "\u{2029}"]

  var count: Int { scalars.count }

  func text(_ range: Range<Int>) -> String {
    var text = String.UnicodeScalarView()
    text.append(contentsOf: scalars[range])
    return String(text)
  }

  func character(at offset: Int) -> Unicode.Scalar? {
    offset < scalars.count ? scalars[offset] : nil
  }

  /// Both from 1; nil outside.
  func offset(line: Int, column: Int) -> Int? {
    guard (1...starts.count).contains(line), column >= 1 else { return nil }
    let offset = starts[line - 1] + column - 1
    return offset < scalars.count ? offset : nil
  }

  /// Where the next line begins, and whether there is none.
  func endOfLine(from offset: Int) -> (offset: Int, isLast: Bool) {
    var low = 0
    var high = starts.count
    while low < high {
      let middle = (low + high) / 2
      if starts[middle] > offset { high = middle } else { low = middle + 1 }
    }
    return low < starts.count ? (starts[low], false) : (scalars.count, true)
  }

  /// The end of a scalar without spaces in it, quoted or not.
  func endOfScalar(from start: Int) -> Int {
    guard let first = character(at: start) else { return start }
    if first == "'" || first == "\"" { return endOfQuoted(from: start) ?? start }
    var end = start
    while let next = character(at: end), !Self.breaks.contains(next),
      ![",", "}", "]", "\t", "#"].contains(next)
    {
      end += 1
    }
    while end > start, scalars[end - 1] == " " { end -= 1 }
    return end
  }

  /// The bracket that ends the braces or brackets that begin here; nil when there is none.
  func closing(from start: Int) -> Int? {
    var depth = 0
    var place = start
    /// The last character that is no space, and whether some came after it.
    var before: Unicode.Scalar = "{"
    var isApart = true
    while let next = character(at: place) {
      switch next {
      case "{", "[": depth += 1
      case "}", "]":
        depth -= 1
        if depth == 0 { return place }
      case "#" where isApart:
        place = endOfLine(from: place).offset
        continue
      case "'", "\"":
        // Within a word it is an apostrophe.
        if ["{", "[", ","].contains(before) || before == ":" && isApart {
          guard let end = endOfQuoted(from: place) else { return nil }
          place = end
          (before, isApart) = (next, false)
          continue
        }
      default: break
      }
      let isSpace = next == " " || next == "\t" || Self.breaks.contains(next)
      if !isSpace { before = next }
      isApart = isSpace
      place += 1
    }
    return nil
  }

  /// One past the quote that ends what one begins.
  private func endOfQuoted(from start: Int) -> Int? {
    let quote = scalars[start]
    var place = start + 1
    while let next = character(at: place) {
      if next == "\\", quote == "\"" {
        place += 2
      } else if next == quote {
        if quote == "\"" || character(at: place + 1) != quote { return place + 1 }
        place += 2
      } else {
        place += 1
      }
    }
    return nil
  }
}
