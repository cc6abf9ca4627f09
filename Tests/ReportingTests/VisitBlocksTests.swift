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
    #expect(VisitBlocks.days(responses: responses, isWhole: isWhole, minimum: 5) == days)
  }

  @Test(
    "whatever a month was like, nothing told is of fewer or changes later, and all of it is told")
  func everyMonth() {
    var seeded = Seeded()
    for _ in 0..<2000 {
      let month = (0..<30).map { _ in Int.random(in: 0...9, using: &seeded) / 2 }
      var before: [Int?] = []
      for known in 0...30 {
        let days = VisitBlocks.days(
          responses: Array(month[..<known]), isWhole: known == 30, minimum: 5)
        for (day, told) in before.enumerated() where told != nil {
          #expect(days[day] == told, "\(Seeded.command)")
        }
        var sums: [Int: Int] = [:]
        for (day, told) in days.enumerated() {
          if let told { sums[told, default: 0] += month[day] }
        }
        if month.reduce(0, +) >= 5 {
          #expect(sums.values.allSatisfy { $0 >= 5 }, "\(Seeded.command)")
        }
        if known == 30 {
          #expect(sums.values.reduce(0, +) == month.reduce(0, +), "\(Seeded.command)")
        }
        before = days
      }
    }
  }
}
