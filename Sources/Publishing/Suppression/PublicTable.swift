import Registry

/// What must be there for a number to be public.
public struct PublicMinimum: Sendable, Equatable {
  /// The smallest minimum of a cell, and the default.
  public static let cellFloor = PublicRules.cellMinFloor
  /// The smallest minimum of a total, and the default.
  public static let totalFloor = PublicRules.totalMinFloor

  /// Responses in every cell.
  public let cell: Int
  /// Responses in all.
  public let total: Int

  public init(cell: Int = cellFloor, total: Int = totalFloor) {
    self.cell = cell
    self.total = total
  }

  /// Whether counts may be shown: a cell of zero is too small as well, since a zero in a sum is a
  /// zero in each of its parts.
  public func allows(_ counts: [Int]) -> Bool {
    counts.allSatisfy { $0 >= cell } && counts.reduce(0, +) >= total
  }

  /// Whether a later answer may differ from an earlier one by this much: not at all, or by enough
  /// in every cell.
  func allowsChange(_ change: [Int]) -> Bool {
    change.allSatisfy { $0 == 0 } || allows(change.map(abs))
  }
}

/// The answers to one question in one period, below one public root; docs/public.md has the proof
/// that what ``shown(_:)`` shows tells nothing of what it hides.
public struct PublicTable: Sendable, Equatable {
  /// A place that asked the question in the period.
  public struct Place: Sendable, Equatable {
    public var node: String
    /// Index of the place above, which comes before this one; nil for the root.
    public var parent: Int?
    /// Else its parent is public, and what stands below it is not looked at.
    public var isPublic: Bool
    /// Responses by button, everything below included.
    public var counts: [Int]

    public init(node: String, parent: Int?, isPublic: Bool, counts: [Int]) {
      self.node = node
      self.parent = parent
      self.isPublic = isPublic
      self.counts = counts
    }
  }

  public let question: String
  /// 2…5.
  public let buttons: Int
  /// The root first, each place before those below it. The counts of a public place with places
  /// below it are their sum.
  public private(set) var places: [Place] = []
  private var children: [[Int]] = []

  public init(question: String, buttons: Int) {
    self.question = question
    self.buttons = buttons
  }

  /// - Precondition: the place's parent was added before.
  public mutating func add(_ place: Place) {
    if let parent = place.parent { children[parent].append(places.count) }
    places.append(place)
    children.append([])
  }

  /// Which places are shown, each whole or not at all.
  ///
  /// From the root down, a place below one that is hidden is hidden. Of those below one that is
  /// shown, first all are hidden that are not public or whose own counts are not allowed. What is
  /// shown of the place minus what is shown below it is then the sum of the hidden: as long as it
  /// is not allowed itself, or fewer than two of them have responses, the smallest that is shown
  /// is hidden too.
  ///
  /// Places times the places below one, at worst.
  public func shown(_ minimum: PublicMinimum) -> [Bool] {
    var isShown = places.map { $0.isPublic && minimum.allows($0.counts) }
    for place in places.indices {
      if let parent = places[place].parent, !isShown[parent] { isShown[place] = false }
      guard isShown[place] else { continue }
      while !isSafe(below: place, isShown, minimum) {
        guard let smallest = smallest(children[place].filter { isShown[$0] }) else { break }
        isShown[smallest] = false
      }
    }
    return isShown
  }

  /// Whether exactly these places may be shown: for an answer that replaces one with the same.
  func allows(showing isShown: [Bool], _ minimum: PublicMinimum) -> Bool {
    places.indices.allSatisfy { place in
      guard isShown[place] else { return true }
      let hasSafeRest =
        isSafe(below: place, isShown, minimum) || !children[place].contains { isShown[$0] }
      return places[place].isPublic && minimum.allows(places[place].counts) && hasSafeRest
    }
  }

  /// What is shown of a place minus what is shown below it.
  func rest(of place: Int, _ isShown: [Bool]) -> [Int] {
    var rest = places[place].counts
    for child in children[place] where isShown[child] {
      for button in rest.indices { rest[button] -= places[child].counts[button] }
    }
    return rest
  }

  private func isSafe(below place: Int, _ isShown: [Bool], _ minimum: PublicMinimum) -> Bool {
    let hidden = children[place].filter { !isShown[$0] }
    if hidden.isEmpty { return true }
    let answered = hidden.count { places[$0].counts.contains { $0 > 0 } }
    return answered >= 2 && minimum.allows(rest(of: place, isShown))
  }

  /// The one with the fewest responses; of several the first by name.
  private func smallest(_ candidates: [Int]) -> Int? {
    candidates.min { first, second in
      let sums = (places[first].counts.reduce(0, +), places[second].counts.reduce(0, +))
      return sums.0 == sums.1 ? places[first].node < places[second].node : sums.0 < sums.1
    }
  }
}
