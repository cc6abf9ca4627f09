/// Why a point is more than common variation.
public enum TrendSignal: CaseIterable, Sendable {
  case beyondLimits, run, trend, twoOfThree

  var word: ChartWord {
    switch self {
    case .beyondLimits: .beyondLimits
    case .run: .run
    case .trend: .trend
    case .twoOfThree: .twoOfThree
    }
  }
}

/// How a point with a signal is drawn: by shape for the signal, by colour for its side.
struct TrendMark: Hashable {
  let signal: TrendSignal
  /// Above the mean.
  let isHigh: Bool

  /// The mark of a point's first signal; nil where it has none.
  init?(_ point: TrendChart.Point, mean: Double?) {
    guard let index = point.index,
      let signal = TrendSignal.allCases.first(where: point.signals.contains)
    else { return nil }
    self.signal = signal
    isHigh = mean.map { index >= $0 } ?? point.limits.map { index > $0.upperBound } ?? true
  }

  var name: StaticString { isHigh ? "high" : "low" }
  var thickName: StaticString { isHigh ? "thick high" : "thick low" }

  var word: ChartWord {
    guard signal == .beyondLimits else { return signal.word }
    return isHigh ? .aboveLimits : .belowLimits
  }

  func draw(_ x: Double, _ y: Double, into path: inout Path) {
    switch signal {
    case .beyondLimits: path.triangle(x, y, radius: 6, isUp: isHigh)
    case .run: path.diamond(x, y, radius: 5.5)
    case .trend: path.square(x, y, radius: 4)
    case .twoOfThree:
      path.circle(x, y, 5)
      path.circle(x, y, 1.5)
    }
  }
}
