/// What stands around the line: legend, scale, labels, flags.
extension TrendChart {
  func legend(_ size: ChartSize, _ language: Language) -> Legend {
    var keys: [(Legend.Key, String)] = []
    let layout = TrendLayout(self, size, legendHeight: 0)
    if points.contains(where: { $0.index != nil }) {
      keys.append((.line, language.word(.index)))
    } else {
      keys.append((.none, language.word(.noData)))
    }
    if points.contains(where: { $0.index != nil && $0.interval != nil }) {
      keys.append((.band, language.word(.interval)))
    }
    if let mean {
      keys.append((.mean, "\(language.word(.mean)) \(language.decimal(mean))"))
    }
    if points.contains(where: { $0.limits != nil }) {
      keys.append((.limit, language.word(.limits)))
    }
    let marks = Set(points.compactMap { TrendMark($0, mean: mean) })
    for signal in TrendSignal.allCases {
      let own = marks.filter { $0.signal == signal }.sorted { $0.isHigh && !$1.isHigh }
      // A limit has two sides, and so two words; the others have one.
      for mark in signal == .beyondLimits ? own : Array(own.prefix(1)) {
        let isThick = layout.isDense && signal != .beyondLimits
        keys.append((isThick ? .thick(mark) : .mark(mark), language.word(mark.word)))
      }
    }
    for absence in Absence.allCases
    where points.contains(where: { $0.index == nil && $0.absence == absence }) {
      keys.append((.absence(absence), language.word(absence.word)))
    }
    if !annotations.isEmpty { keys.append((.flag, language.word(.event))) }
    if scale == .focused && layout.indexes != 0...100 {
      let (low, high) = (layout.indexes.lowerBound, layout.indexes.upperBound)
      keys.append((.none, "\(language.word(.scale)) \(language.interval(low, high, places: 0))"))
    }
    return Legend(keys, from: 0, to: size.width, size: size)
  }

  func drawScale(_ layout: TrendLayout, _ language: Language, into body: inout Markup) {
    var grid = Path()
    for tick in layout.ticks where tick != layout.ticks.first {
      grid.stroke(layout.left, layout.y(tick), layout.right, layout.y(tick))
    }
    body.add(grid, as: "grid")
    var axis = Path()
    axis.stroke(layout.left, layout.bottom, layout.right, layout.bottom)
    body.add(axis, as: "axis")
    for tick in layout.ticks {
      body.add(
        language.decimal(tick, places: 0), layout.left - 6,
        layout.y(tick) + layout.size.fontSize * 0.35, as: "end")
    }
  }

  /// As many labels as stand apart: every one, every second, …
  func drawLabels(_ layout: TrendLayout, into body: inout Markup) {
    let fontSize = layout.size.fontSize
    let labels = points.enumerated().compactMap { place, point in
      point.label.map { label in
        let words = TextWidth.fitted(label, into: 120, fontSize: fontSize)
        let half = TextWidth.of(words, fontSize: fontSize) / 2
        // The outermost are pushed inwards, so that none is cut.
        let x = min(max(layout.x(place), half), layout.size.width - half)
        return (words: words, x: x, half: half)
      }
    }
    let every = (1...max(1, labels.count)).first { every in
      let shown = stride(from: 0, to: labels.count, by: every).map { labels[$0] }
      return zip(shown, shown.dropFirst()).allSatisfy {
        $0.x + $0.half + fontSize / 2 <= $1.x - $1.half
      }
    }
    for place in stride(from: 0, to: labels.count, by: every ?? 1) {
      body.add(labels[place].words, labels[place].x, layout.labelY, as: "mid")
    }
  }

  func drawAnnotations(_ layout: TrendLayout, _ language: Language, into body: inout Markup) {
    var stems = Path()
    for (annotation, row) in zip(annotations, layout.flagRows) {
      let y = layout.flagTop + Double(row) * TrendLayout.flagHeight
      stems.stroke(
        layout.x(annotation.place), layout.top, layout.x(annotation.place), layout.bottom)
      var flag = Path()
      flag.rectangle(
        layout.x(annotation.place) - TrendLayout.flagWidth / 2, y, TrendLayout.flagWidth,
        TrendLayout.flagHeight - 3)
      body.add(
        flag, as: "flag",
        title: "\(annotation.number): \(points[annotation.place].period): \(annotation.text)")
      body.add(
        String(annotation.number), layout.x(annotation.place), y + 13, as: "flagged")
    }
    body.add(stems, as: "stem")
  }
}
