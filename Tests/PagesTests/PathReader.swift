/// Reads the data of a path, to find again what was drawn.
struct PathReader {
  /// Where the pen came to stand.
  private(set) var points: [(x: Double, y: Double)] = []
  private(set) var subpaths = 0

  /// nil where the data holds what no chart writes.
  init?(_ data: String) {
    var rest = Substring(data)
    var (x, y) = (0.0, 0.0)
    var start = (0.0, 0.0)
    func number() -> Double? {
      if rest.first == " " { rest.removeFirst() }
      var text = rest.first == "-" ? "-" : ""
      if !text.isEmpty { rest.removeFirst() }
      let digits = rest.prefix { $0.isNumber || $0 == "." }
      rest = rest.dropFirst(digits.count)
      text += digits.hasPrefix(".") ? "0" + digits : digits
      return Double(text)
    }
    while let command = rest.popFirst() {
      switch command {
      case "M":
        guard let toX = number(), let toY = number() else { return nil }
        (x, y) = (toX, toY)
      case "m", "l":
        guard let byX = number(), let byY = number() else { return nil }
        (x, y) = (x + byX, y + byY)
      case "h":
        guard let by = number() else { return nil }
        x += by
      case "v":
        guard let by = number() else { return nil }
        y += by
      case "a":
        let numbers = (0..<7).compactMap { _ in number() }
        guard numbers.count == 7 else { return nil }
        (x, y) = (x + numbers[5], y + numbers[6])
      case "z": (x, y) = start
      default: return nil
      }
      if command == "M" || command == "m" {
        start = (x, y)
        subpaths += 1
      }
      points.append((x, y))
    }
  }
}
