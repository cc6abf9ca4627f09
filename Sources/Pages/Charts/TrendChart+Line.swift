/// The line, what lies around it, and its points.
extension TrendChart {
  /// Neighbours that all have what is asked for: stretches that a line may connect.
  func stretches(_ has: (Point) -> Bool) -> [Range<Int>] {
    var found: [Range<Int>] = []
    var start: Int?
    for place in 0...points.count {
      if place < points.count && has(points[place]) {
        start = start ?? place
      } else if let first = start {
        found.append(first..<place)
        start = nil
      }
    }
    return found
  }

  /// The interval as an area; of a point between gaps as an upright line.
  func drawBand(_ layout: TrendLayout, into body: inout Markup) {
    var band = Path()
    var alone = Path()
    for stretch in stretches({ $0.index != nil && $0.interval != nil }) {
      let edges = stretch.compactMap { place in
        points[place].interval.map {
          (
            x: layout.edge(layout.x(place)), low: layout.edge(layout.y($0.lowerBound)),
            high: layout.edge(layout.y($0.upperBound))
          )
        }
      }
      if edges.count == 1 {
        alone.stroke(edges[0].x, edges[0].low, edges[0].x, edges[0].high)
        continue
      }
      band.move(edges[0].x, edges[0].high)
      for edge in edges.dropFirst() { band.line(edge.x, edge.high) }
      for edge in edges.reversed() { band.line(edge.x, edge.low) }
      band.close()
    }
    body.add(band, as: "band")
    body.add(alone, as: "whisker")
  }

  /// Steps, since each period has limits of its own; not where they lie outside the scale.
  func drawLimits(_ layout: TrendLayout, into body: inout Markup) {
    var path = Path()
    for bound in [\ClosedRange<Double>.lowerBound, \ClosedRange<Double>.upperBound] {
      for stretch in stretches({
        $0.limits.map { layout.indexes.contains($0[keyPath: bound]) } ?? false
      }) {
        for place in stretch {
          guard let limits = points[place].limits else { continue }
          let y = layout.edge(layout.y(limits[keyPath: bound]))
          let from = layout.edge(layout.x(place) - layout.step / 2)
          let to = layout.edge(layout.x(place) + layout.step / 2)
          // Many steps are told from the line by having no risers.
          if place == stretch.lowerBound {
            path.move(from, y)
          } else if layout.isDense {
            path.skip(from, y)
          } else {
            path.line(from, y)
          }
          path.line(to, y)
        }
      }
    }
    body.add(path, as: layout.isDense ? "limits" : "limit")
    guard let mean, layout.indexes.contains(mean) else { return }
    var line = Path()
    line.stroke(layout.left, layout.y(mean), layout.right, layout.y(mean))
    body.add(line, as: "mean")
  }

  func drawLine(_ layout: TrendLayout, into body: inout Markup) {
    var line = Path()
    for stretch in stretches({ $0.index != nil }) where stretch.count > 1 {
      for place in stretch {
        let (x, y) = (layout.x(place), layout.y(points[place].index ?? 0))
        if place == stretch.lowerBound { line.move(x, y) } else { line.line(x, y) }
      }
    }
    body.add(line, as: layout.isDense ? "line fine" : "line")
  }
}
