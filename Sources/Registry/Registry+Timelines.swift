import CivilTime

extension Registry {
  private typealias AssignmentInterval = DeviceTimeline.AssignmentInterval

  /// One timeline for every device of the file, sorted by device id; computed at every call.
  ///
  /// Hours outside every assignment are intervals of ``unassigned`` with the questions of the latest
  /// one that ended before them, else of the first that begins after: a terminal that is
  /// carried from one door to the next keeps asking what it asked.
  public var timelines: [DeviceTimeline] {
    var buttons: [String: Int] = [:]
    for question in questions { buttons[question.id] = question.buttons }
    var lists: [[String]: (questions: [String], buttons: [Int])] = [:]
    var served: [String: [AssignmentInterval]] = [:]
    let above = nodesAbove()
    for node in allNodes {
      guard let touchpoint = node.touchpoint else { continue }
      for assignment in touchpoint.assignments {
        // Thousands of devices ask the same: one list in memory serves them all.
        let asked =
          lists[assignment.questions]
          ?? (assignment.questions, assignment.questions.compactMap { buttons[$0] })
        lists[assignment.questions] = asked
        let interval = AssignmentInterval(
          hours: assignment.hours, touchpoint: node.id, sums: above[node.id] ?? [site],
          questions: asked.questions, buttons: asked.buttons,
          repeatIntervalMilliseconds: touchpoint.repeatIntervalMilliseconds)
        precondition(
          interval.buttons.count == interval.questions.count, "a question that was never checked")
        served[assignment.device, default: []].append(interval)
      }
    }
    return served.sorted { $0.key < $1.key }.map { device, intervals in
      let ordered = intervals.sorted { $0.hours.lowerBound < $1.hours.lowerBound }
      return DeviceTimeline(device: device, intervals: covering(ordered))
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

  /// Fills the gaps between intervals and merges neighbours that say the same.
  private func covering(_ served: [AssignmentInterval]) -> [AssignmentInterval] {
    guard var nearest = served.first else { return [] }
    var intervals: [AssignmentInterval] = []
    var covered = 0
    for interval in served {
      Registry.append(gap(covered..<interval.hours.lowerBound, like: nearest), to: &intervals)
      Registry.append(interval, to: &intervals)
      covered = interval.hours.upperBound
      nearest = interval
    }
    Registry.append(gap(covered..<Registry.hourEnd, like: nearest), to: &intervals)
    return intervals
  }

  private func gap(
    _ hours: Range<UTCHour>, like nearest: AssignmentInterval
  ) -> AssignmentInterval {
    AssignmentInterval(
      hours: hours, touchpoint: Registry.unassigned, sums: [site, Registry.unassigned],
      questions: nearest.questions, buttons: nearest.buttons,
      repeatIntervalMilliseconds: RegistryLimits.repeatIntervalMillisecondsDefault)
  }

  private static func append(
    _ interval: AssignmentInterval,
    to intervals: inout [AssignmentInterval]
  ) {
    guard !interval.hours.isEmpty else { return }
    guard let last = intervals.last, last.touchpoint == interval.touchpoint,
      last.sums == interval.sums,
      last.questions == interval.questions, last.buttons == interval.buttons,
      last.repeatIntervalMilliseconds == interval.repeatIntervalMilliseconds
    else {
      intervals.append(interval)
      return
    }
    intervals[intervals.count - 1] = AssignmentInterval(
      hours: last.hours.lowerBound..<interval.hours.upperBound, touchpoint: last.touchpoint,
      sums: last.sums, questions: last.questions, buttons: last.buttons,
      repeatIntervalMilliseconds: last.repeatIntervalMilliseconds)
  }
}
