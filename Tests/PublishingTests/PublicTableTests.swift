import Publishing
import Testing

/// What is shown of small trees, said by hand; Tests/public-attack attacks random ones.
@Suite struct PublicTableTests {
  static func table(_ places: [(String, String?, Bool, [Int])]) -> PublicTable {
    var table = PublicTable(question: "palvelu", buttons: places[0].3.count)
    var numbers: [String: Int] = [:]
    for (number, place) in places.enumerated() {
      numbers[place.0] = number
      table.add(
        PublicTable.Place(
          node: place.0, parent: place.1.flatMap { numbers[$0] }, isPublic: place.2,
          counts: place.3))
    }
    return table
  }

  static func shown(_ places: [(String, String?, Bool, [Int])]) -> [String] {
    let table = table(places)
    return zip(table.places, table.shown(PublicMinimum())).filter(\.1).map(\.0.node)
  }

  @Test("a row needs the minimum in all and in every cell; none is too few as well")
  func minimum() {
    let minimum = PublicMinimum()
    #expect(minimum.allows([5, 5]) && minimum.allows([5, 100]))
    #expect(!minimum.allows([4, 100]) && !minimum.allows([0, 100]) && !minimum.allows([0, 0]))
    #expect(!PublicMinimum(cell: 5, total: 30).allows([10, 15]))
    #expect(!PublicMinimum(cell: 9, total: 10).allows([8, 15]))
  }

  @Test("with one place hidden the smallest other one is hidden too, until the rest is safe")
  func complementary() {
    #expect(
      Self.shown([
        ("v", nil, true, [60, 60]), ("a", "v", true, [30, 30]), ("b", "v", true, [20, 22]),
        ("c", "v", true, [10, 8]), ("d", "v", true, [0, 0]),
      ]) == ["v", "a"])
    #expect(
      Self.shown([
        ("v", nil, true, [40, 44]), ("a", "v", true, [30, 30]), ("c", "v", true, [6, 8]),
        ("d", "v", true, [4, 6]),
      ]) == ["v", "a"])
  }

  @Test("two hidden places whose sum is small take a third one along")
  func smallRest() {
    #expect(
      Self.shown([
        ("v", nil, true, [60, 60]), ("a", "v", true, [40, 40]), ("b", "v", true, [18, 17]),
        ("c", "v", true, [1, 2]), ("d", "v", true, [1, 1]),
      ]) == ["v", "a"])
  }

  @Test("what is not public counts among the hidden")
  func withheld() {
    #expect(
      Self.shown([
        ("v", nil, true, [60, 60]), ("a", "v", true, [30, 30]), ("b", "v", true, [10, 10]),
        ("x", "v", false, [20, 20]),
      ]) == ["v", "a"])
    #expect(Self.shown([("v", nil, true, [60, 60]), ("x", "v", false, [60, 60])]) == ["v"])
  }

  @Test("nothing is shown below what is hidden")
  func below() {
    #expect(
      Self.shown([
        ("v", nil, true, [90, 90]), ("a", "v", true, [60, 60]), ("b", "v", true, [26, 26]),
        ("b1", "b", true, [13, 13]), ("b2", "b", true, [13, 13]), ("c", "v", true, [4, 4]),
      ]) == ["v", "a"])
  }

  @Test("all is shown where nothing is small; nothing where the root is")
  func extremes() {
    #expect(
      Self.shown([
        ("v", nil, true, [20, 20]), ("a", "v", true, [10, 10]), ("b", "v", true, [10, 10]),
      ]) == ["v", "a", "b"])
    #expect(
      Self.shown([("v", nil, true, [20, 4]), ("a", "v", true, [20, 4])]).isEmpty)
  }

  static let first = table([
    ("v", nil, true, [60, 60]), ("a", "v", true, [30, 30]), ("b", "v", true, [20, 20]),
    ("c", "v", true, [10, 10]), ("d", "v", true, [0, 0]),
  ])

  @Test(
    "a period is published again when every difference could be published itself",
    arguments: [
      ([30, 30], [20, 20], [10, 10], true), ([36, 35], [20, 20], [10, 10], true),
      ([30, 31], [20, 20], [10, 10], false), ([40, 30], [20, 20], [10, 10], false),
      ([30, 30], [26, 25], [10, 10], false), ([30, 30], [25, 25], [15, 15], true),
      ([24, 23], [20, 20], [10, 10], true),
    ])
  func revised(a: [Int], b: [Int], c: [Int], isAllowed: Bool) {
    let former = PublicAnswer(table: Self.first, minimum: PublicMinimum())
    let sum = zip(zip(a, b).map(+), c).map(+)
    let now = Self.table([
      ("v", nil, true, sum), ("a", "v", true, a), ("b", "v", true, b), ("c", "v", true, c),
      ("d", "v", true, [0, 0]),
    ])
    let revised = try? PublicAnswer.revised(
      [now], versions: [[former]], minimum: PublicMinimum())
    #expect((revised != nil) == isAllowed)
    if let revised { #expect(revised.map(\.isShown) == [former.isShown]) }
  }

  @Test("a tree that changed, or lost what was shown of it, stays as it was published")
  func changedTree() {
    let former = PublicAnswer(table: Self.first, minimum: PublicMinimum())
    for places in [
      [("v", nil, true, [60, 60])],
      [("v", nil, true, [60, 60]), ("a", "v", false, [30, 30])],
      [("a", nil, true, [30, 30]), ("v", "a", true, [60, 60])],
    ] as [[(String, String?, Bool, [Int])]] {
      #expect(throws: PublicRevisionError.self) {
        try PublicAnswer.revised(
          [Self.table(places)], versions: [[former]], minimum: PublicMinimum())
      }
    }
  }

  @Test("a tree of which nothing was shown is decided anew")
  func shownFirst() throws {
    let nothing = PublicAnswer(
      table: Self.table([("v", nil, true, [4, 4])]), minimum: PublicMinimum())
    let revised = try PublicAnswer.revised(
      [Self.first], versions: [[nothing]], minimum: PublicMinimum())
    #expect(revised == [PublicAnswer(table: Self.first, minimum: PublicMinimum())])
  }
}
