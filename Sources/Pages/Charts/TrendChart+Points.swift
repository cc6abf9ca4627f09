/// The points with their marks, and the glyphs of those that are missing.
extension TrendChart {
  func drawPoints(_ layout: TrendLayout, _ language: Language, into body: inout Markup) {
    if layout.isDense {
      drawDensePoints(layout, into: &body)
    } else {
      drawSinglePoints(layout, language, into: &body)
    }
  }

  /// Each with its mark; in a wide chart also with its words.
  private func drawSinglePoints(
    _ layout: TrendLayout, _ language: Language, into body: inout Markup
  ) {
    var dots = Path()
    var marked = Markup()
    for (place, point) in points.enumerated() {
      guard let index = point.index else { continue }
      let (x, y) = (layout.x(place), layout.y(index))
      var path = Path()
      let mark = TrendMark(point, mean: mean)
      if let mark { mark.draw(x, y, into: &path) } else { path.dot(x, y) }
      if layout.size == .wide {
        marked.add(path, as: mark?.name ?? "dot", title: words(point, language))
      } else if let mark {
        marked.add(path, as: mark.name)
      } else {
        dots.dot(x, y)
      }
    }
    body.add(dots, as: "dot")
    body += marked
  }

  /// Dots only for who stands alone, triangles beyond the limits, and a thicker line elsewhere.
  private func drawDensePoints(_ layout: TrendLayout, into body: inout Markup) {
    var alone = Path()
    for stretch in stretches({ $0.index != nil }) where stretch.count == 1 {
      alone.dot(layout.x(stretch.lowerBound), layout.y(points[stretch.lowerBound].index ?? 0))
    }
    body.add(alone, as: "dot")
    for isHigh in [true, false] {
      func mark(_ point: Point) -> TrendMark? {
        TrendMark(point, mean: mean).flatMap { $0.isHigh == isHigh ? $0 : nil }
      }
      var thick = Path()
      var name: StaticString = ""
      for stretch in stretches({ mark($0).map { $0.signal != .beyondLimits } ?? false }) {
        for place in stretch {
          let (x, y) = (layout.x(place), layout.y(points[place].index ?? 0))
          if stretch.count == 1 {
            thick.dot(x, y)
          } else if place == stretch.lowerBound {
            thick.move(x, y)
          } else {
            thick.line(x, y)
          }
          name = mark(points[place])?.thickName ?? name
        }
      }
      body.add(thick, as: name)
      var beyond = Path()
      for (place, point) in points.enumerated() {
        guard let mark = mark(point), mark.signal == .beyondLimits else { continue }
        beyond.triangle(
          layout.x(place), layout.y(point.index ?? 0), radius: 4, isUp: isHigh)
        name = mark.name
      }
      body.add(beyond, as: name)
    }
  }

  /// Below the plot, so that nothing looks like a value.
  func drawAbsences(_ layout: TrendLayout, _ language: Language, into body: inout Markup) {
    let y = layout.absenceY
    for absence in Absence.allCases {
      let stretches = stretches { $0.index == nil && $0.absence == absence }
      if layout.isDense {
        var path = Path()
        var end = -Double.infinity
        for stretch in stretches {
          let (from, to) = (layout.x(stretch.lowerBound), layout.x(stretch.upperBound - 1))
          if to - from > 12 || absence == .closed {
            path.stroke(from - layout.step / 2, y, to + layout.step / 2, y)
          }
          let middle = (from + to) / 2
          // Glyphs that would touch are one.
          guard absence != .closed, middle - end > 7 else { continue }
          path.glyph(absence, middle, y, size: 6)
          end = middle
        }
        body.add(path, as: "absence")
        continue
      }
      for place in stretches.joined() {
        var path = Path()
        path.glyph(absence, layout.x(place), y, size: min(8, layout.step - 1))
        if layout.size == .wide {
          body.add(path, as: "absence", title: words(points[place], language))
        } else {
          body.add(path, as: "absence")
        }
      }
    }
  }
}
