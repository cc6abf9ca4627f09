/// Five steps from far below to far above a middle: of colour, and of words beside it.
public struct DivergingScale: Sendable, Equatable {
  /// Where steps 2, 3, 4 and 5 begin: whole numbers, ascending.
  public let bounds: [Int]

  /// - Parameters:
  ///   - middle: 0…100; the middle of the third step, as near as whole numbers allow.
  ///   - width: of the second, third and fourth step; at least 1.
  public init(around middle: Double, width: Int) {
    let width = max(1, width)
    let middle = middle.isFinite ? min(max(middle, 0), 100) : 50
    let third = Int((middle - Double(width - 1) / 2).rounded())
    bounds = [third - width, third, third + width, third + 2 * width]
  }

  /// 1 = far below … 5 = far above, of the value as it is printed: rounded to a whole number.
  public func step(_ value: Double) -> Int {
    1 + bounds.count { value.rounded() >= Double($0) }
  }

  /// The words of a step: `alle 80`, `80–84`, `85–89`, `90–94`, `95 tai yli`.
  func words(_ step: Int, in language: Language) -> String {
    if step == 1 { return "\(language.word(.below)) \(language.integer(bounds[0]))" }
    if step == 5 { return "\(language.integer(bounds[3])) \(language.word(.orMore))" }
    let (first, last) = (bounds[step - 2], bounds[step - 1] - 1)
    return first == last
      ? language.integer(first) : language.interval(Double(first), Double(last), places: 0)
  }

  /// Classes of the areas of the five steps.
  static let names: [StaticString] = ["s1", "s2", "s3", "s4", "s5"]
  /// Classes of lines on them.
  static let barNames: [StaticString] = ["b1", "b2", "b3", "b4", "b5"]
  /// Classes of small text on them.
  static let textNames: [StaticString] = [
    "cell t1", "cell t2", "cell t3", "cell t4", "cell t5",
  ]
  /// Classes of a group of cells with their text.
  static let cellNames: [StaticString] = ["c1", "c2", "c3", "c4", "c5"]
}

extension Path {
  /// What tells the steps apart without colour: a dash below the middle, an upright above it, the
  /// longer the farther.
  mutating func stepBar(_ step: Int, _ x: Double, _ y: Double, width: Double) {
    let half = width * (step == 1 || step == 5 ? 0.32 : 0.16)
    switch step {
    case 1, 2: stroke(x - half, y, x + half, y)
    case 4, 5: stroke(x, y - half, x, y + half)
    default: break
    }
  }
}

extension Legend {
  /// Keys of the steps, `no data` without a scale, and of the absences that occur.
  static func keys(
    values scale: DivergingScale?, hasBars: Bool, absences: some Sequence<Absence>,
    _ language: Language
  ) -> [(Key, String)] {
    let steps: [(Key, String)] =
      scale.map { scale in
        (1...5).map { (.step($0, hasBar: hasBars), scale.words($0, in: language)) }
      }
      ?? [(.none, language.word(.noData))]
    let occurring = Set(absences)
    return steps
      + Absence.allCases.filter(occurring.contains).map {
        (.absence($0), language.word($0.word))
      }
  }
}
