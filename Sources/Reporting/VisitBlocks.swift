/// Which days of a month are told together, so that nothing told is of fewer responses than the
/// minimum.
///
/// Days are joined in their order until they have the minimum. A block waits for the one after it: what
/// the end of the month leaves over is joined to the last one, so that whole months are exact and no
/// sum or difference of what was ever told is of fewer. Only a month that has less in all is told as it
/// is, as one block.
///
/// Where answers with help are counted apart a visit's answer is one of few: there a month that has less
/// is not told, of neither series, and of those with help none of its days are.
public enum VisitBlocks {
  /// How the numbers of a question are told.
  public enum Telling: Sendable {
    /// By days, and every month exactly.
    case days
    /// By days, and no month that has less: of a question whose answers with help are counted apart.
    case fullMonthsByDays
    /// By the month, and none that has less: of answers with help.
    case fullMonths
  }

  /// For each day the day under which it is told; nil = not yet, or never.
  ///
  /// - Parameters:
  ///   - responses: of the month's days that are long enough ago, from its first on.
  ///   - isWhole: these are all days of the month.
  ///   - minimum: 1 or more.
  public static func days(
    responses: [Int], isWhole: Bool, minimum: Int, telling: Telling
  ) -> [Int?] {
    let none = [Int?](repeating: nil, count: responses.count)
    if telling != .days, responses.reduce(0, +) < minimum { return none }
    if telling == .fullMonths { return isWhole ? none.map { _ in responses.count - 1 } : none }
    var blocks: [Range<Int>] = []
    var first = 0
    var sum = 0
    for (day, count) in responses.enumerated() {
      sum += count
      if sum < minimum { continue }
      blocks.append(first..<day + 1)
      first = day + 1
      sum = 0
    }
    let last = blocks.popLast()
    if isWhole { blocks.append((last?.lowerBound ?? 0)..<responses.count) }
    var days = none
    for block in blocks where !block.isEmpty {
      let told = block.last { responses[$0] > 0 } ?? block.upperBound - 1
      for day in block { days[day] = told }
    }
    return days
  }
}
