import CivilTime

extension Registry {
  /// One timeline for every device of the file, sorted by device id; computed at every call.
  ///
  /// Time outside every assignment is in intervals of ``unassigned`` with the questions of the latest
  /// one that ended before it, else of the first that begins after: a terminal that is
  /// carried from one door to the next keeps asking what it asked.
  public var timelines: [DeviceTimeline] {
    var buttons: [String: Int] = [:]
    for question in questions { buttons[question.id] = question.buttons }
    var lists: [[String]: (questions: [String], buttons: [Int])] = [:]
    var served: [String: [PlacedStretch]] = [:]
    let above = nodesAbove()
    for node in allNodes {
      guard let touchpoint = node.touchpoint else { continue }
      for assignment in touchpoint.assignments {
        // Thousands of devices ask the same: one list in memory serves them all.
        let asked =
          lists[assignment.questions]
          ?? (assignment.questions, assignment.questions.compactMap { buttons[$0] })
        lists[assignment.questions] = asked
        precondition(
          asked.buttons.count == asked.questions.count, "a question that was never checked")
        served[assignment.device, default: []].append(
          PlacedStretch(
            minutes: assignment.minutes, touchpoint: node.id, sums: above[node.id] ?? [site],
            questions: asked.questions, buttons: asked.buttons,
            repeatIntervalMilliseconds: touchpoint.repeatIntervalMilliseconds))
      }
    }
    return served.sorted { $0.key < $1.key }.map { device, stretches in
      let ordered = stretches.sorted { $0.minutes.lowerBound < $1.minutes.lowerBound }
      return DeviceTimeline(
        device: device, intervals: PlacedStretch.intervals(of: covering(ordered)))
    }
  }

  /// For every node the nodes above it, the site first.
  func nodesAbove() -> [String: [String]] {
    var above: [String: [String]] = [:]
    var waiting = nodes.map { (node: $0, path: [site]) }
    while let (node, path) = waiting.popLast() {
      above[node.id] = path
      let below = path + [node.id]
      waiting += node.children.map { (node: $0, path: below) }
    }
    return above
  }

  /// Fills the gaps between stretches and merges neighbours that say the same.
  private func covering(_ served: [PlacedStretch]) -> [PlacedStretch] {
    guard var nearest = served.first else { return [] }
    var stretches: [PlacedStretch] = []
    var covered = 0
    for stretch in served {
      gap(covered..<stretch.minutes.lowerBound, like: nearest).append(to: &stretches)
      stretch.append(to: &stretches)
      covered = stretch.minutes.upperBound
      nearest = stretch
    }
    gap(covered..<Registry.minuteEnd, like: nearest).append(to: &stretches)
    return stretches
  }

  private func gap(_ minutes: Range<UTCMinute>, like nearest: PlacedStretch) -> PlacedStretch {
    PlacedStretch(
      minutes: minutes, touchpoint: Registry.unassigned, sums: [site, Registry.unassigned],
      questions: nearest.questions, buttons: nearest.buttons,
      repeatIntervalMilliseconds: RegistryLimits.repeatIntervalMillisecondsDefault)
  }
}
