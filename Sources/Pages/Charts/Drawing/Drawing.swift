/// An SVG element around what a chart has drawn.
struct Drawing {
  /// What the style sheet calls it, beside `chart` and the name of its size.
  let kind: StaticString
  let sizeName: StaticString
  let width: Double
  let height: Double
  let body: Markup

  func svg(title: String, sentence: String) -> String {
    var svg = Markup()
    svg += """
      <svg xmlns="http://www.w3.org/2000/svg" class="chart \(kind) \(sizeName)" role="img" \
      viewBox="0 0 \(width) \(height)"><title>\(title)</title><desc>\(sentence)</desc>
      """
    svg += body
    svg += "</svg>"
    return svg.text
  }
}

extension Markup.Writing {
  mutating func appendInterpolation(_ name: StaticString) { appendLiteral(name) }
}

extension Markup {
  /// Adds a path of a class; nothing where it is empty.
  mutating func add(_ path: Path, as name: StaticString) {
    if !path.isEmpty { self += "<path class=\"\(name)\" d=\"\(path)\"/>" }
  }

  /// Adds a path of a class with what a pointer on it is told.
  mutating func add(_ path: Path, as name: StaticString, title: String) {
    self += "<path class=\"\(name)\" d=\"\(path)\"><title>\(title)</title></path>"
  }

  /// Adds text whose classes say where it is anchored and how it looks.
  mutating func add(_ words: String, _ x: Double, _ y: Double, as name: StaticString) {
    self += "<text class=\"\(name)\" x=\"\(x)\" y=\"\(y)\">\(words)</text>"
  }
}
