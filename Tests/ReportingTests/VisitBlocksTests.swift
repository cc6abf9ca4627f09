import Reporting
import Testing

@Suite struct VisitBlocksTests {
  @Test(
    "days are joined until they have the minimum, and told under the last that had responses",
    arguments: [
      ([7, 9, 5], false, [0, 1, nil]),
      ([7, 9, 5], true, [0, 1, 2]),
      ([2, 2, 1, 9, 0], false, [2, 2, 2, nil, nil]),
      ([2, 2, 1, 9, 0], true, [2, 2, 2, 3, 3]),
      ([9, 9, 1, 0, 3, 0], true, [0, 4, 4, 4, 4, 4]),
      ([1, 0, 2], false, [nil, nil, nil]),
      ([1, 0, 2], true, [2, 2, 2]),
      ([0, 0], true, [1, 1]),
      ([], true, []),
    ] as [([Int], Bool, [Int?])])
  func blocks(responses: [Int], isWhole: Bool, days: [Int?]) {
    #expect(
      VisitBlocks.days(responses: responses, isWhole: isWhole, minimum: 5, telling: .days) == days)
  }

  @Test(
    "beside answers with help a month of fewer is not told; those with help only as a whole month",
    arguments: [
      (.fullMonthsByDays, [7, 9, 5], false, [0, 1, nil]),
      (.fullMonthsByDays, [2, 2, 1, 9, 0], true, [2, 2, 2, 3, 3]),
      (.fullMonthsByDays, [2, 2, 0], true, [nil, nil, nil]),
      (.fullMonths, [7, 9, 5], false, [nil, nil, nil]),
      (.fullMonths, [7, 9, 5, 0], true, [3, 3, 3, 3]),
      (.fullMonths, [2, 2, 0], true, [nil, nil, nil]),
      (.fullMonths, [2, 2, 1], true, [2, 2, 2]),
      (.fullMonths, [], true, []),
    ] as [(VisitBlocks.Telling, [Int], Bool, [Int?])])
  func help(telling: VisitBlocks.Telling, responses: [Int], isWhole: Bool, days: [Int?]) {
    #expect(
      VisitBlocks.days(
        responses: responses, isWhole: isWhole, minimum: 5, telling: telling) == days)
  }

  @Test(
    "whatever a month was like, nothing told is of fewer or changes later, and all of it is told",
    arguments: [.days, .fullMonthsByDays, .fullMonths] as [VisitBlocks.Telling])
  func everyMonth(telling: VisitBlocks.Telling) {
    var seeded = Seeded()
    for number in 0..<2000 {
      // Every other month is one of few.
      let divisor = number % 2 == 0 ? 2 : 9
      let month = (0..<30).map { _ in Int.random(in: 0...9, using: &seeded) / divisor }
      var before: [Int?] = []
      for known in 0...30 {
        let days = VisitBlocks.days(
          responses: Array(month[..<known]), isWhole: known == 30, minimum: 5, telling: telling)
        for (day, told) in before.enumerated() where told != nil {
          #expect(days[day] == told, "\(Seeded.command)")
        }
        var sums: [Int: Int] = [:]
        for (day, told) in days.enumerated() {
          if let told { sums[told, default: 0] += month[day] }
        }
        let isLittle = month.reduce(0, +) < 5
        if !isLittle || telling != .days {
          #expect(sums.values.allSatisfy { $0 >= 5 }, "\(Seeded.command)")
        }
        if known == 30 && !(isLittle && telling != .days) {
          #expect(sums.values.reduce(0, +) == month.reduce(0, +), "\(Seeded.command)")
        }
        before = days
      }
    }
  }
}
