/// Data of a `<path>`: steps relative to where the pen stands, so that a year stays small.
struct Path {
  private var written = ""
  /// A level step that the next one may lengthen, tenths.
  private var level = 0
  private var x = 0
  private var y = 0
  private var startX = 0
  private var startY = 0

  var isEmpty: Bool { written.isEmpty }

  var data: String {
    var path = self
    path.writeLevel()
    return path.written
  }

  mutating func move(_ toX: Double, _ toY: Double) {
    writeLevel()
    (x, y) = (Coordinate(toX).tenths, Coordinate(toY).tenths)
    (startX, startY) = (x, y)
    written += "M"
    number(x)
    number(y, isFirst: false)
  }

  mutating func line(_ toX: Double, _ toY: Double) {
    let (newX, newY) = (Coordinate(toX).tenths, Coordinate(toY).tenths)
    if newY == y {
      // Forth and back is seen, where they end is not.
      if level != 0 && (level > 0) != (newX > x) { writeLevel() }
      level += newX - x
    } else if newX == x {
      writeLevel()
      written += "v"
      number(newY - y)
    } else {
      writeLevel()
      written += "l"
      number(newX - x)
      number(newY - y, isFirst: false)
    }
    (x, y) = (newX, newY)
  }

  /// A move from where the pen stands; nothing where it stands there.
  mutating func skip(_ toX: Double, _ toY: Double) {
    let (newX, newY) = (Coordinate(toX).tenths, Coordinate(toY).tenths)
    if (newX, newY) == (x, y) { return }
    writeLevel()
    written += "m"
    number(newX - x)
    number(newY - y, isFirst: false)
    (x, y, startX, startY) = (newX, newY, newX, newY)
  }

  /// A line of no length, which round caps make a dot.
  mutating func dot(_ atX: Double, _ atY: Double) {
    move(atX, atY)
    written += "h0"
  }

  mutating func close() {
    writeLevel()
    written += "z"
    (x, y) = (startX, startY)
  }

  mutating func rectangle(_ left: Double, _ top: Double, _ width: Double, _ height: Double) {
    move(left, top)
    line(left + width, top)
    line(left + width, top + height)
    line(left, top + height)
    close()
  }

  /// A full circle.
  mutating func circle(_ centerX: Double, _ centerY: Double, _ radius: Double) {
    move(centerX - radius, centerY)
    let r = Coordinate(radius).tenths
    // All but a tenth of the way round, which nobody sees.
    written += "a"
    number(r)
    number(r, isFirst: false)
    written += " 0 1 1 0 .1z"
  }

  private mutating func writeLevel() {
    guard level != 0 else { return }
    written += "h"
    number(level)
    level = 0
  }

  private mutating func number(_ tenths: Int, isFirst: Bool = true) {
    if !isFirst && tenths >= 0 { written += " " }
    Coordinate(tenths: tenths).append(to: &written)
  }
}

extension Markup.Writing {
  mutating func appendInterpolation(_ path: Path) { appendInterpolation(path.data) }
}
