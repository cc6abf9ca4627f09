/// Five steps from far below to far above a middle: of colour, and of words beside it.
public struct DivergingScale: Sendable, Equatable {
  /// Where steps 2, 3, 4 and 5 begin, ascending.
  public let bounds: [Double]

  /// Whole numbers around a middle: the third step is `width` wide, as are the second and fourth.
  ///
  /// - Parameters:
  ///   - middle: 0…100.
  ///   - width: at least 1.
  public init(around middle: Double, width: Int) {
    let width = Double(max(1, width))
    let third = ((middle.isFinite ? middle : 50) - width / 2).rounded()
    bounds = [third - width, third, third + width, third + 2 * width]
  }

  /// 1 = far below … 5 = far above.
  public func step(_ value: Double) -> Int {
    1 + bounds.count { value >= $0 }
  }

  /// The words of a step: `alle 80`, `80–84`, …, `90 tai yli`; its last number is still in it.
  func words(_ step: Int, in language: Language) -> String {
    func number(_ bound: Double) -> String { language.decimal(bound, places: 0) }
    if step == 1 { return "\(language.word(.below)) \(number(bounds[0]))" }
    if step == 5 { return "\(number(bounds[3])) \(language.word(.orMore))" }
    return "\(number(bounds[step - 2]))–<\(number(bounds[step - 1]))"
  }
}
