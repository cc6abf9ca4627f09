/// A line as small as a word, for a row of a table that has its numbers.
public struct Sparkline: Sendable {
  public let title: String
  public let sentence: String
  /// In order of time, 0…100; nil = a gap.
  public let values: [Double?]
  /// 0…100; drawn as a thin line.
  public let mean: Double?
  /// What all rows of one table share, so that they can be compared; nil = the values' own.
  public let range: ClosedRange<Double>?

  static let width = 120.0
  static let height = 28.0

  public init(
    title: String, sentence: String, values: [Double?], mean: Double? = nil,
    range: ClosedRange<Double>? = nil
  ) {
    self.title = title
    self.sentence = sentence
    self.values = values
    self.mean = mean
    self.range = range
  }

  public func svg() -> String {
    let own = IndexAxis(values: values.compactMap { $0 } + (mean.map { [$0] } ?? []), ranges: [])
    var indexes = range ?? own.indexes
    if indexes.isEmpty || indexes.lowerBound == indexes.upperBound { indexes = own.indexes }
    var body = Markup()
    if let mean, indexes.contains(mean) {
      var line = Path()
      line.stroke(0, y(mean, indexes), Sparkline.width, y(mean, indexes))
      body.add(line, as: "mean")
    }
    drawLine(indexes, into: &body)
    return Drawing(
      kind: "spark", sizeName: "chart-spark", width: Sparkline.width, height: Sparkline.height,
      body: body
    ).svg(title: title, sentence: sentence)
  }

  private func drawLine(_ indexes: ClosedRange<Double>, into body: inout Markup) {
    var line = Path()
    var alone = Path()
    for (place, value) in values.enumerated() {
      guard let value else { continue }
      let hasBefore = place > 0 && values[place - 1] != nil
      let hasAfter = place + 1 < values.count && values[place + 1] != nil
      let (x, y) = (x(place), y(value, indexes))
      if hasBefore { line.line(x, y) } else if hasAfter { line.move(x, y) }
      if !hasBefore && !hasAfter { alone.dot(x, y) }
    }
    body.add(line, as: "line fine")
    body.add(alone, as: "dot tiny")
    guard let last = values.lastIndex(where: { $0 != nil }), let value = values[last] else {
      return
    }
    var dot = Path()
    dot.dot(x(last), y(value, indexes))
    body.add(dot, as: "dot")
  }

  private func x(_ place: Int) -> Double {
    4 + (Sparkline.width - 8) * (Double(place) + 0.5) / Double(values.count)
  }

  private func y(_ value: Double, _ indexes: ClosedRange<Double>) -> Double {
    let value = min(max(value, indexes.lowerBound), indexes.upperBound)
    return Sparkline.height - 4 - (value - indexes.lowerBound)
      / (indexes.upperBound - indexes.lowerBound) * (Sparkline.height - 8)
  }
}
