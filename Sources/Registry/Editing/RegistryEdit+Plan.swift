import CivilTime

extension RegistryEdit {
  /// Where a device stands at some time.
  private struct Standing {
    let entry: Entry
    let assignment: Assignment
  }

  func add(_ change: DeviceChange, to plan: inout Plan) throws(RegistryEditError) {
    switch change {
    case .add(let device, let touchpoint, let from):
      if let known = standings(of: device).last {
        throw RegistryEditError(
          "device '\(device)' is in the registry already, at '\(known.entry.touchpoint)'; to bring "
            + "it elsewhere: pikapalaute device move \(device) --to \(touchpoint)")
      }
      try place(device, at: touchpoint, (from ?? 0)..<Registry.minuteEnd, in: &plan)
    case .move(let device, let touchpoint, let at):
      let all = try known(device)
      let standing = all.first { $0.assignment.minutes.contains(at) }
      if standing?.entry.touchpoint == touchpoint {
        throw RegistryEditError(
          "device '\(device)' serves '\(touchpoint)' \(since(standing)) already; nothing to move")
      }
      let next = all.map(\.assignment.minutes.lowerBound).filter { $0 > at }.min()
      let end = standing?.assignment.minutes.upperBound ?? next ?? Registry.minuteEnd
      try place(device, at: touchpoint, at..<end, in: &plan)
      if let standing { try self.end(standing, at: at, in: &plan) }
    case .replace(let device, let other, let at):
      let standing = try standing(of: device, at: at)
      if device == other {
        throw RegistryEditError("device '\(device)' cannot take its own place; name another")
      }
      let minutes = at..<standing.assignment.minutes.upperBound
      if let busy = standings(of: other).first(where: { $0.assignment.minutes.overlaps(minutes) }) {
        throw RegistryEditError(
          "device '\(other)' serves '\(busy.entry.touchpoint)' \(since(busy)); first: "
            + "pikapalaute device retire \(other) --at \(SiteMinute.text(at, zone))")
      }
      try end(standing, at: at, in: &plan)
      let own = registry.node(standing.entry.touchpoint)?.touchpoint?.questions
      let asked = standing.assignment.questions
      try place(
        other, at: standing.entry.touchpoint, minutes, questions: asked == own ? nil : asked,
        in: &plan)
    case .retire(let device, let at):
      let standing = try standing(of: device, at: at)
      let later = standings(of: device).first { $0.assignment.minutes.lowerBound > at }
      if let later {
        throw RegistryEditError(
          "device '\(device)' is to serve '\(later.entry.touchpoint)' \(since(later)); take that "
            + "entry out of the file first, then: pikapalaute apply FILE")
      }
      try end(standing, at: at, in: &plan)
    }
  }

  // MARK: Ends and beginnings

  private func end(
    _ standing: Standing, at minute: UTCMinute, in plan: inout Plan
  ) throws(RegistryEditError) {
    guard standing.assignment.minutes.lowerBound < minute else {
      throw RegistryEditError(
        "device '\(standing.assignment.device)' serves '\(standing.entry.touchpoint)' "
          + "\(since(standing)), not before; give a later time, or undo "
          + "what brought it there: pikapalaute registry back")
    }
    guard plan.ends.updateValue(minute, forKey: standing.entry) == nil else {
      throw RegistryEditError(
        "device '\(standing.assignment.device)' would leave '\(standing.entry.touchpoint)' twice; "
          + "make one change after the other")
    }
  }

  private func place(
    _ device: String, at touchpoint: String, _ minutes: Range<UTCMinute>,
    questions: [String]? = nil, in plan: inout Plan
  ) throws(RegistryEditError) {
    guard let known = registry.node(touchpoint)?.touchpoint, touchpoint != Registry.unassigned
    else {
      let all = registry.allNodes.filter { $0.touchpoint != nil }.map(\.id)
      throw RegistryEditError(
        "\(quoted(touchpoint)) is no touchpoint"
          + Spelling.hint(for: touchpoint, among: all) + "; GET /api/v1/nodes lists what is")
    }
    plan.new[touchpoint, default: []].append(
      NewEntry(
        assignment: Assignment(
          device: device, minutes: minutes, questions: questions ?? known.questions),
        questions: questions))
  }

  // MARK: Where devices stand

  /// In order of time.
  private func standings(of device: String) -> [Standing] {
    registry.allNodes.flatMap { node in
      (node.touchpoint?.assignments ?? []).enumerated().compactMap { place, assignment in
        assignment.device == device
          ? Standing(entry: Entry(touchpoint: node.id, place: place), assignment: assignment) : nil
      }
    }.sorted { $0.assignment.minutes.lowerBound < $1.assignment.minutes.lowerBound }
  }

  private func known(_ device: String) throws(RegistryEditError) -> [Standing] {
    let all = standings(of: device)
    guard all.isEmpty else { return all }
    let names = Set(registry.allNodes.flatMap { $0.touchpoint?.assignments ?? [] }.map(\.device))
    throw RegistryEditError(
      "device \(quoted(device)) is not in the registry"
        + Spelling.hint(for: device, among: names.sorted())
        + "; to add it: pikapalaute device add \(device) --at-touchpoint TOUCHPOINT")
  }

  private func standing(
    of device: String, at minute: UTCMinute
  ) throws(RegistryEditError) -> Standing {
    let all = try known(device)
    if let standing = all.first(where: { $0.assignment.minutes.contains(minute) }) {
      return standing
    }
    let stays = all.map { "'\($0.entry.touchpoint)' \(since($0))" }.joined(separator: ", ")
    throw RegistryEditError(
      "device '\(device)' serves no place at \(SiteMinute.text(minute, zone)); it serves \(stays)")
  }

  /// Such as `from 2019-05-13 until 2026-05-13T14:00`.
  private func since(_ standing: Standing?) -> String {
    guard let minutes = standing?.assignment.minutes else { return "" }
    let from = minutes.lowerBound
    let to = minutes.upperBound
    return (from == 0 ? "since ever" : "from \(SiteMinute.text(from, zone))")
      + (to == Registry.minuteEnd ? "" : " until \(SiteMinute.text(to, zone))")
  }
}
