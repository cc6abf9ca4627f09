/// A table with what of it is shown, as it was or is to be published.
public struct PublicAnswer: Sendable, Equatable {
  public let table: PublicTable
  /// By index of its places.
  public let isShown: [Bool]

  public init(table: PublicTable, isShown: [Bool]) {
    precondition(table.places.count == isShown.count, "one word for each place")
    self.table = table
    self.isShown = isShown
  }

  /// What is shown of a period that was never published.
  public init(table: PublicTable, minimum: PublicMinimum) {
    self.init(table: table, isShown: table.shown(minimum))
  }

  /// What may replace the former answers of a period.
  ///
  /// Whoever kept a former answer subtracts it. So the same places are shown again, and each
  /// number that is shown, and each sum of what is hidden, is as it was or differs by an amount
  /// that could be published itself: the minimum in every cell, and of what is hidden in two
  /// places at least. A tree of which nothing was ever shown is decided anew.
  ///
  /// - Parameters:
  ///   - tables: the period as it is now, all trees and questions.
  ///   - versions: all that was ever published of it, each a list of answers.
  /// - Throws: ``PublicRevisionError`` that names the first place in the way.
  public static func revised(
    _ tables: [PublicTable], versions: [[PublicAnswer]], minimum: PublicMinimum
  ) throws(PublicRevisionError) -> [PublicAnswer] {
    var answers: [PublicAnswer] = []
    for table in tables {
      let former = versions.joined().filter { $0.isOfSameSeries(as: table) }
      let names = Set(former.flatMap(\.shownNodes))
      if table.places.allSatisfy({ !names.contains($0.node) }) {
        answers.append(PublicAnswer(table: table, minimum: minimum))
        continue
      }
      let isShown = table.places.map { names.contains($0.node) }
      guard table.allows(showing: isShown, minimum) else {
        throw PublicRevisionError(
          "\(table.places[0].node), \(table.question): what was shown would tell now what is hidden"
        )
      }
      let answer = PublicAnswer(table: table, isShown: isShown)
      for former in former { try answer.check(after: former, minimum) }
      answers.append(answer)
    }
    try requireAllShown(answers, versions)
    return answers
  }

  static func requireAllShown(
    _ answers: [PublicAnswer], _ versions: [[PublicAnswer]]
  ) throws(PublicRevisionError) {
    for former in versions.joined() {
      let shown = answers.filter { $0.isOfSameSeries(as: former.table) }.flatMap(\.shownNodes)
      if let node = former.shownNodes.first(where: { !shown.contains($0) }) {
        throw PublicRevisionError(
          "\(node), \(former.table.question): it was published and is not there any more")
      }
    }
  }

  func isOfSameSeries(as table: PublicTable) -> Bool {
    self.table.question == table.question && self.table.buttons == table.buttons
  }

  var shownNodes: [String] {
    table.places.indices.filter { isShown[$0] }.map { table.places[$0].node }
  }

  /// The change from one former answer of the same question, place by place.
  func check(
    after former: PublicAnswer, _ minimum: PublicMinimum
  ) throws(PublicRevisionError) {
    let before = former.placesByNode
    for (place, found) in table.places.enumerated() {
      guard let index = before[found.node] else { continue }
      guard parent(of: place) == former.parent(of: index) else {
        throw PublicRevisionError("\(found.node) stands at another place of the tree now")
      }
      guard isShown[place] else { continue }
      let old = former.table.places[index]
      guard former.isShown[index], minimum.allowsChange(zip(found.counts, old.counts).map(-)) else {
        throw PublicRevisionError(
          "\(found.node), \(table.question): the change is too small to be shown")
      }
      let rests = zip(table.rest(of: place, isShown), former.table.rest(of: index, former.isShown))
      let change = rests.map { new, old in new - old }
      let isHidingNothing = !hidesPublic(below: place) && !former.hidesPublic(below: index)
      if change.allSatisfy({ $0 == 0 }) || isHidingNothing { continue }
      let changed = Set(
        hidden(below: place).merging(former.hidden(below: index)) { new, _ in new }
          .keys
      ).count { hidden(below: place)[$0] != former.hidden(below: index)[$0] }
      guard changed >= 2, minimum.allowsChange(change) else {
        throw PublicRevisionError(
          "\(found.node), \(table.question): the change of what is hidden below it is too small")
      }
    }
  }

  private var placesByNode: [String: Int] {
    Dictionary(
      table.places.enumerated().map { ($1.node, $0) }, uniquingKeysWith: { first, _ in first })
  }

  func parent(of place: Int) -> String? {
    table.places[place].parent.map { table.places[$0].node }
  }

  /// Whether a place has places below it that are public; else its own counts are all there is.
  private func hidesPublic(below place: Int) -> Bool {
    table.places.contains { $0.parent == place && $0.isPublic }
  }

  private func hidden(below place: Int) -> [String: [Int]] {
    var hidden: [String: [Int]] = [:]
    for (index, found) in table.places.enumerated() where found.parent == place && !isShown[index] {
      hidden[found.node] = found.counts
    }
    return hidden
  }
}

/// Why a period cannot be published again; it stays as it was.
public struct PublicRevisionError: Error, Equatable, CustomStringConvertible {
  public let description: String

  init(_ description: String) {
    self.description = description
  }
}
