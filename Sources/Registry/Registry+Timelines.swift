import CivilTime

extension Registry {
  /// One timeline for every device of the file, sorted by device id; computed at every call.
  ///
  /// Hours outside every interval are tiles of ``unassigned`` with the questions of the latest
  /// interval that ended before them, else of the first that begins after: a terminal that is
  /// carried from one door to the next keeps asking what it asked.
  public var timelines: [DeviceTimeline] {
    var buttons: [String: Int] = [:]
    for question in questions { buttons[question.id] = question.buttons }
    var lists: [[String]: (questions: [String], buttons: [Int])] = [:]
    var served: [String: [DeviceTimeline.Tile]] = [:]
    let above = nodesAbove()
    for node in allNodes {
      guard let touchpoint = node.touchpoint else { continue }
      for assignment in touchpoint.assignments {
        // Thousands of devices ask the same: one list in memory serves them all.
        let asked =
          lists[assignment.questions]
          ?? (assignment.questions, assignment.questions.compactMap { buttons[$0] })
        lists[assignment.questions] = asked
        let tile = DeviceTimeline.Tile(
          hours: assignment.hours, touchpoint: node.id, sums: above[node.id] ?? [site],
          questions: asked.questions, buttons: asked.buttons,
          repeatIntervalMilliseconds: touchpoint.repeatIntervalMilliseconds)
        precondition(
          tile.buttons.count == tile.questions.count, "a question that was never checked")
        served[assignment.device, default: []].append(tile)
      }
    }
    return served.sorted { $0.key < $1.key }.map { device, tiles in
      let ordered = tiles.sorted { $0.hours.lowerBound < $1.hours.lowerBound }
      return DeviceTimeline(device: device, tiles: covering(ordered))
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

  /// Fills the gaps between tiles and merges neighbours that say the same.
  private func covering(_ served: [DeviceTimeline.Tile]) -> [DeviceTimeline.Tile] {
    guard var nearest = served.first else { return [] }
    var tiles: [DeviceTimeline.Tile] = []
    var covered = 0
    for tile in served {
      Registry.append(gap(covered..<tile.hours.lowerBound, like: nearest), to: &tiles)
      Registry.append(tile, to: &tiles)
      covered = tile.hours.upperBound
      nearest = tile
    }
    Registry.append(gap(covered..<Registry.hourEnd, like: nearest), to: &tiles)
    return tiles
  }

  private func gap(
    _ hours: Range<UTCHour>, like nearest: DeviceTimeline.Tile
  ) -> DeviceTimeline.Tile {
    DeviceTimeline.Tile(
      hours: hours, touchpoint: Registry.unassigned, sums: [site, Registry.unassigned],
      questions: nearest.questions,
      buttons: nearest.buttons,
      repeatIntervalMilliseconds: RegistryLimits.repeatIntervalMillisecondsDefault)
  }

  private static func append(_ tile: DeviceTimeline.Tile, to tiles: inout [DeviceTimeline.Tile]) {
    guard !tile.hours.isEmpty else { return }
    guard let last = tiles.last, last.touchpoint == tile.touchpoint, last.sums == tile.sums,
      last.questions == tile.questions, last.buttons == tile.buttons,
      last.repeatIntervalMilliseconds == tile.repeatIntervalMilliseconds
    else {
      tiles.append(tile)
      return
    }
    tiles[tiles.count - 1] = DeviceTimeline.Tile(
      hours: last.hours.lowerBound..<tile.hours.upperBound, touchpoint: last.touchpoint,
      sums: last.sums, questions: last.questions, buttons: last.buttons,
      repeatIntervalMilliseconds: last.repeatIntervalMilliseconds)
  }
}
