extension Path {
  mutating func stroke(_ fromX: Double, _ fromY: Double, _ toX: Double, _ toY: Double) {
    move(fromX, fromY)
    line(toX, toY)
  }

  /// - Parameter isUp: stands on its side, else on its tip.
  mutating func triangle(_ x: Double, _ y: Double, radius: Double, isUp: Bool) {
    let base = isUp ? y + radius * 0.7 : y - radius * 0.7
    move(x - radius, base)
    line(x + radius, base)
    line(x, isUp ? y - radius : y + radius)
    close()
  }

  mutating func diamond(_ x: Double, _ y: Double, radius: Double) {
    move(x - radius, y)
    line(x, y - radius)
    line(x + radius, y)
    line(x, y + radius)
    close()
  }

  mutating func square(_ x: Double, _ y: Double, radius: Double) {
    rectangle(x - radius, y - radius, 2 * radius, 2 * radius)
  }

  /// Slanting lines over a rectangle, each cut at its edges: a pattern without an id.
  mutating func hatch(
    _ left: Double, _ top: Double, _ width: Double, _ height: Double, every gap: Double
  ) {
    var start = gap
    while start < width + height {
      // From the left or lower edge up to the upper or right one.
      let (x1, y1) = start <= height ? (0, start) : (start - height, height)
      let (x2, y2) = start <= width ? (start, 0) : (width, start - width)
      stroke(left + x1, top + y1, left + x2, top + y2)
      start += gap
    }
  }
}
