/// A quantity day by day, in a line that crosses no gap: over its limit, or from 0 where it has none.
public struct LevelChart: Chart {
  public let title: String
  public let sentence: String
  /// In order of time, none negative; nil = a gap.
  public let values: [Double?]
  /// What the axis may say below each value; as many.
  public let labels: [String]
  /// Drawn as dashes.
  public let limit: Double?
  /// Decimals that the axis has at most.
  public let places: Int

  static let top = 10.0

  public init(
    title: String, sentence: String, values: [Double?], labels: [String], limit: Double? = nil,
    places: Int = 0
  ) {
    precondition(values.count == labels.count, "a label for each value")
    self.title = title
    self.sentence = sentence
    self.values = values.map { $0.flatMap(Self.drawable) }
    self.labels = labels
    self.limit = limit.flatMap(Self.drawable)
    self.places = places
  }

  /// nil for what is no number.
  private static func drawable(_ value: Double) -> Double? {
    value.isFinite ? min(max(value, 0), 1e12) : nil
  }

  public func svg(_ size: ChartSize, in language: Language) -> String {
    let height = size == .wide ? 190.0 : 160.0
    let axis = LevelAxis(
      values.compactMap { $0 } + [limit ?? 0], stepMin: places == 0 ? 1 : 0.1)
    let words = axis.ticks.map { language.decimal($0, places: places) }
    let left = (words.map { TextWidth.of($0, fontSize: size.fontSize) }.max() ?? 0) + 8
    let frame = Frame(
      left: left, right: size.width - 6, top: Self.top, bottom: height - size.fontSize - 12,
      count: values.count, axis: axis)
    var body = Markup()
    drawScale(frame, words, size, into: &body)
    drawLine(frame, into: &body)
    drawLabels(frame, size, into: &body)
    return Drawing(
      kind: "level", sizeName: size.name, width: size.width, height: height, body: body
    ).svg(title: title, sentence: sentence)
  }

  /// Where values stand.
  private struct Frame {
    let left: Double
    let right: Double
    let top: Double
    let bottom: Double
    let count: Int
    let axis: LevelAxis

    func x(_ place: Int) -> Double {
      left + (right - left) * (Double(place) + 0.5) / Double(max(1, count))
    }

    func y(_ value: Double) -> Double {
      bottom - (value - axis.low) / (axis.high - axis.low) * (bottom - top)
    }
  }

  private func drawScale(
    _ frame: Frame, _ words: [String], _ size: ChartSize, into body: inout Markup
  ) {
    var grid = Path()
    for (tick, text) in zip(frame.axis.ticks, words) {
      let y = frame.y(tick)
      if tick > frame.axis.low { grid.stroke(frame.left, y, frame.right, y) }
      body.add(text, frame.left - 6, y + size.fontSize * 0.35, as: "end")
    }
    body.add(grid, as: "grid")
    var axis = Path()
    axis.stroke(frame.left, frame.bottom, frame.right, frame.bottom)
    body.add(axis, as: "axis")
    if let limit {
      var line = Path()
      line.stroke(frame.left, frame.y(limit), frame.right, frame.y(limit))
      body.add(line, as: "limit")
    }
  }

  private func drawLine(_ frame: Frame, into body: inout Markup) {
    var line = Path()
    var alone = Path()
    for (place, value) in values.enumerated() {
      guard let value else { continue }
      let hasBefore = place > 0 && values[place - 1] != nil
      let hasAfter = place + 1 < values.count && values[place + 1] != nil
      let (x, y) = (frame.x(place), frame.y(value))
      if hasBefore { line.line(x, y) } else if hasAfter { line.move(x, y) }
      if !hasBefore && !hasAfter { alone.dot(x, y) }
    }
    body.add(line, as: "line")
    body.add(alone, as: "dot tiny")
    guard let last = values.lastIndex(where: { $0 != nil }), let value = values[last] else {
      return
    }
    var dot = Path()
    dot.dot(frame.x(last), frame.y(value))
    body.add(dot, as: "dot")
  }

  /// As many as stand apart, the first among them.
  private func drawLabels(_ frame: Frame, _ size: ChartSize, into body: inout Markup) {
    let widest = (labels.map { TextWidth.of($0, fontSize: size.fontSize) }.max() ?? 0) + 16
    let room = max(1, Int((frame.right - frame.left) / widest))
    let every = max(1, (labels.count + room - 1) / room)
    for place in stride(from: 0, to: labels.count, by: every) {
      let half = TextWidth.of(labels[place], fontSize: size.fontSize) / 2
      let x = min(max(frame.x(place), half), size.width - half)
      body.add(labels[place], x, frame.bottom + size.fontSize + 6, as: "mid")
    }
  }
}

/// A span of quantities with round ends, and where it has its lines.
struct LevelAxis: Equatable {
  let low: Double
  let high: Double
  let ticks: [Double]

  /// - Parameter stepMin: between two lines at least, 10 to a whole power.
  init(_ values: [Double], stepMin: Double) {
    let (least, most) = (values.min() ?? 0, values.max() ?? 0)
    // From 1, 2, 5, 10, … the first that needs five steps at most.
    var unit = stepMin
    var step = unit
    search: while true {
      for factor in [1.0, 2, 5] {
        step = unit * factor
        if (most / step).rounded(.up) - (least / step).rounded(.down) <= 5 { break search }
      }
      unit *= 10
    }
    let first = (least / step).rounded(.down)
    let last = max(first + 1, (most / step).rounded(.up))
    low = first * step
    high = last * step
    ticks = (0...Int(last - first)).map { (first + Double($0)) * step }
  }
}
