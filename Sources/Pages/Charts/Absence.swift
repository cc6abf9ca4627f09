/// Why a period, day or hour has no value: five different things, each with its own glyph.
public enum Absence: CaseIterable, Sendable {
  /// Open and connected, and nobody pressed.
  case noResponses
  /// Not open.
  case closed
  /// The device was not heard of.
  case silent
  /// Hidden, so that nobody is recognised.
  case suppressed
  /// There are some, too few to say anything by.
  case fewResponses

  var word: ChartWord {
    switch self {
    case .noResponses: .noResponses
    case .closed: .closed
    case .silent: .silent
    case .suppressed: .suppressed
    case .fewResponses: .fewResponses
    }
  }
}

extension Path {
  /// The glyph of an absence around a point, `size` wide.
  mutating func glyph(_ absence: Absence, _ x: Double, _ y: Double, size: Double) {
    let half = size / 2
    switch absence {
    case .noResponses: circle(x, y, half)
    case .closed: stroke(x - half, y, x + half, y)
    case .silent:
      stroke(x - half, y - half, x + half, y + half)
      stroke(x - half, y + half, x + half, y - half)
    case .suppressed:
      for (across, down) in [(0.0, 1.0), (0.9, 0.5), (0.9, -0.5)] {
        stroke(x - across * half, y - down * half, x + across * half, y + down * half)
      }
    case .fewResponses:
      for shift in [-half / 2, half / 2] {
        stroke(x + shift - half / 2, y + half, x + shift + half / 2, y - half)
      }
    }
  }
}
