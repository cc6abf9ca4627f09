extension PublicAnswer {
  /// Whether anything that was shown of a period is counted otherwise now: one word for all of it.
  ///
  /// What was hidden is not looked at: of a period of which nothing was shown, not even whether
  /// there was any response may be told.
  ///
  /// - Parameters:
  ///   - published: all that the period shows, in the version that holds.
  ///   - tables: the period as it is now.
  ///   - isThere: whether a place is still public; one that is not says nothing any more.
  public static func differs(
    _ published: [PublicAnswer], from tables: [PublicTable], isThere: (String) -> Bool
  ) -> Bool {
    published.contains { former in
      var now: [String: [Int]] = [:]
      for table in tables where former.isOfSameSeries(as: table) {
        for place in table.places { now[place.node] = place.counts }
      }
      return former.table.places.indices.contains { index in
        let place = former.table.places[index]
        guard former.isShown[index], isThere(place.node) else { return false }
        return now[place.node] != place.counts
      }
    }
  }

  /// Sums of former answers that are compared at most.
  private static var combinationsMax: Int { 1000 }

  /// What may be published of a period made of several that were published each by itself.
  ///
  /// Whoever has the answers of the parts subtracts their sum. So exactly those places are shown
  /// that each part shows, and what is left over, the presses that came later, is held to the
  /// same rule as between two versions of one period: against every combination of former
  /// versions each number, and each sum of what is hidden, is the same or differs by an amount
  /// that could be published itself. Nothing that a part hides is in what is left over.
  ///
  /// - Parameters:
  ///   - tables: the whole as it is now, all trees and questions.
  ///   - parts: of each part its versions, the oldest first, each a list of answers.
  ///   - versions: all that was ever published of the whole.
  /// - Throws: ``PublicRevisionError`` that names the first place in the way.
  public static func coarser(
    _ tables: [PublicTable], parts: [[[PublicAnswer]]], versions: [[PublicAnswer]],
    minimum: PublicMinimum
  ) throws(PublicRevisionError) -> [PublicAnswer] {
    var answers: [PublicAnswer] = []
    for table in tables {
      let former = parts.map { part in
        part.compactMap { answers in answers.first { $0.isOfSameTree(as: table) } }
      }
      let answer = PublicAnswer(
        table: table, isShown: try table.shown(inAll: former.compactMap(\.last)))
      if answer.isShown.contains(true) {
        guard table.allows(showing: answer.isShown, minimum) else {
          throw PublicRevisionError(
            "\(table.places[0].node), \(table.question): what was shown would tell now what is "
              + "hidden")
        }
        for sum in try answer.sums(of: former) { try answer.check(after: sum, minimum) }
        for whole in versions.joined() where whole.isOfSameTree(as: table) {
          guard Set(whole.shownNodes) == Set(answer.shownNodes) else {
            throw PublicRevisionError(
              "\(table.places[0].node), \(table.question): other places were shown before")
          }
          try answer.check(after: whole, minimum)
        }
      }
      answers.append(answer)
    }
    try requireAllShown(answers, versions)
    if !answers.contains(where: { $0.isShown.contains(true) }) {
      throw PublicRevisionError("no place was shown in all of its parts")
    }
    return answers
  }

  private func isOfSameTree(as table: PublicTable) -> Bool {
    isOfSameSeries(as: table) && self.table.places[0].node == table.places[0].node
  }

  /// The parts added up, in each combination of their versions, as if the same places were shown.
  private func sums(
    of parts: [[PublicAnswer]]
  ) throws(PublicRevisionError) -> [PublicAnswer] {
    let names = Set(shownNodes)
    // A version in which the tree was hidden whole has nothing that could be subtracted.
    let told = parts.map { versions in
      versions.filter { version in
        version.table.places.indices.allSatisfy {
          version.isShown[$0] || !names.contains(version.table.places[$0].node)
        }
      }
    }
    let count = told.reduce(1) { $0 * max(1, $1.count) }
    guard count <= Self.combinationsMax else {
      throw PublicRevisionError("its parts were published again too often to be compared")
    }
    var combinations: [[PublicAnswer]] = [[]]
    for versions in told where !versions.isEmpty {
      combinations = combinations.flatMap { known in versions.map { known + [$0] } }
    }
    return combinations.map { sum(of: $0, showing: names) }
  }

  private func sum(of parts: [PublicAnswer], showing names: Set<String>) -> PublicAnswer {
    var counts: [String: [Int]] = [:]
    var shape = table.places
    for part in parts {
      for (index, place) in part.table.places.enumerated() {
        counts[place.node] = zip(
          counts[place.node] ?? place.counts.map { _ in 0 }, place.counts
        ).map(+)
        if shape.contains(where: { $0.node == place.node }) { continue }
        // Hidden then and gone now: its presses are in what is hidden.
        var gone = place
        gone.parent = part.parent(of: index).flatMap { name in
          shape.firstIndex { $0.node == name }
        }
        shape.append(gone)
      }
    }
    var sum = PublicTable(question: table.question, buttons: table.buttons)
    for var place in shape {
      place.counts = counts[place.node] ?? place.counts.map { _ in 0 }
      sum.add(place)
    }
    return PublicAnswer(table: sum, isShown: shape.map { names.contains($0.node) })
  }
}

extension PublicTable {
  /// The places that each of several answers shows which has them, and that stand below such.
  ///
  /// - Throws: ``PublicRevisionError`` where one was shown and is gone, or stands elsewhere now.
  fileprivate func shown(
    inAll answers: [PublicAnswer]
  ) throws(PublicRevisionError) -> [Bool] {
    var isShown = Array(repeating: false, count: places.count)
    var isHidden = isShown
    let known = Dictionary(uniqueKeysWithValues: places.enumerated().map { ($1.node, $0) })
    for answer in answers {
      for (index, place) in answer.table.places.enumerated() {
        guard let here = known[place.node] else {
          if !answer.isShown[index] { continue }
          throw PublicRevisionError(
            "\(place.node), \(question): it was published and is not there any more")
        }
        guard places[here].parent.map({ places[$0].node }) == answer.parent(of: index) else {
          throw PublicRevisionError("\(place.node) stands at another place of the tree now")
        }
        if answer.isShown[index] { isShown[here] = true } else { isHidden[here] = true }
      }
    }
    for place in places.indices {
      let isBelowShown = places[place].parent.map { isShown[$0] } ?? true
      isShown[place] =
        isShown[place] && !isHidden[place] && isBelowShown && places[place].isPublic
    }
    return isShown
  }
}
