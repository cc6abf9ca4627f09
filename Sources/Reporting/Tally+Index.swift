extension Tally {
  /// The happy index, 0…100; nil when there are no responses.
  ///
  /// 100 · Σ(k·count_k) / ((K−1)·responses), the double nearest to the exact quotient.
  public var index: Double? {
    fraction.map { Tally.quotient($0.numerator, $0.denominator) }
  }

  /// The happy index as it is shown, 0…100, rounded half up; nil when there are no responses.
  ///
  /// From the exact integers: the double nearest to a little less than 62.5 may be 62.5.
  public var shownIndex: Int? {
    fraction.map { Int((2 * $0.numerator + $0.denominator) / (2 * $0.denominator)) }
  }

  /// The index as integers. Counts of 2⁵³ need 64 bits, and half as much again when doubled.
  private var fraction: (numerator: UInt128, denominator: UInt128)? {
    let responses = responses
    guard responses > 0 else { return nil }
    var sum: UInt128 = 0
    for (button, count) in counts.enumerated() { sum += UInt128(button) * UInt128(count) }
    return (100 * sum, UInt128(counts.count - 1) * UInt128(responses))
  }

  /// The double nearest to a quotient of integers below 2⁶⁶; ties to even.
  static func quotient(_ numerator: UInt128, _ denominator: UInt128) -> Double {
    guard numerator > 0 else { return 0 }
    // Shifted up to the top, the quotient has at least 62 bits, 53 of which are kept. What the
    // division leaves over only matters against an exact tie: one bit at the bottom says so.
    let shift = numerator.leadingZeroBitCount
    let (whole, rest) = (numerator << shift).quotientAndRemainder(dividingBy: denominator)
    let sticky: UInt128 = rest == 0 ? 0 : 1
    return Tally.nearest(to: whole | sticky) * Double(sign: .plus, exponent: -shift, significand: 1)
  }

  /// The double nearest to an integer; ties to even.
  private static func nearest(to value: UInt128) -> Double {
    let surplus = max(0, 64 - value.leadingZeroBitCount)
    let top = UInt64(value >> surplus)
    let isCut = UInt128(top) << surplus != value
    // 64 bits are eleven more than a double keeps: the lowest can stand for all below it.
    return Double(top | (isCut ? 1 : 0))
      * Double(sign: .plus, exponent: surplus, significand: 1)
  }
}
