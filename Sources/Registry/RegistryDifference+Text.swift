public import CivilTime

extension RegistryDifference {
  /// What changes, a line each: what counts are made of first.
  ///
  /// - Parameter zone: in which the times of moves are.
  public func lines(_ zone: ZoneOffsets) -> [String] {
    var lines = changedButtons.map {
      "question \($0.id): \($0.from) buttons become \($0.to), its presses are counted again"
    }
    lines += changedIntervals.map {
      "place \($0.id): a repeat interval of \(Self.seconds($0.from)) becomes "
        + "\(Self.seconds($0.to)), its presses are counted again"
    }
    lines += changedHelp.map { change in
      change.to.map { "question \(change.id) counts the answers to \($0) that are given with help" }
        ?? "question \(change.id) is asked by itself, no longer \(change.from ?? "") with help"
    }
    lines += addedDevices.map {
      "device \($0.device) added" + ($0.touchpoints.isEmpty ? "" : " at ")
        + Self.bounded($0.touchpoints).joined(separator: ", ")
    }
    lines += movedDevices.map {
      "device \($0.device) moved from \($0.from) to \($0.to)\(Self.times($0.minutes, zone))"
    }
    lines += removedDevices.map {
      "device \($0) removed, its presses stand under \(Registry.unassigned)"
    }
    lines += askingDevices.map { "device \($0) asks other questions" }
    lines += addedPlaces.map { "place \($0) added" }
    lines += removedPlaces.map { "place \($0) removed" }
    lines += movedPlaces.map { "place \($0.id) moved from below \($0.from) to below \($0.to)" }
    lines += renamedPlaces.map {
      "place \($0.id) renamed from \(Self.name($0.from)) to \(Self.name($0.to))"
    }
    return lines
  }

  /// The same, so many at most, and then how many more there are.
  public func told(_ zone: ZoneOffsets) -> [String] {
    Self.bounded(lines(zone))
  }

  /// The same in one line.
  public func summary(_ zone: ZoneOffsets) -> String {
    isEmpty ? "no device, place or rule changed" : told(zone).joined(separator: "; ")
  }

  private static func bounded(_ texts: [String]) -> [String] {
    let most = RegistryLimits.changesToldMax
    if texts.count <= most { return texts }
    return texts.prefix(most) + ["and \(texts.count - most) more"]
  }

  private static func seconds(_ milliseconds: Int) -> String {
    let rest = milliseconds % 1000
    if rest == 0 { return "\(milliseconds / 1000) s" }
    return "\(milliseconds / 1000).\(String(1000 + rest).dropFirst()) s"
  }

  private static func times(_ minutes: Range<UTCMinute>, _ zone: ZoneOffsets) -> String {
    let (from, to) = (minutes.lowerBound, minutes.upperBound)
    return (from > 0 ? " from \(SiteMinute.text(from, zone))" : "")
      + (to < Registry.minuteEnd ? " until \(SiteMinute.text(to, zone))" : "")
  }

  /// Of a place, in the languages' order.
  private static func name(_ name: [String: String]) -> String {
    if name.isEmpty { return "no name" }
    return name.sorted { $0.key < $1.key }.map { "\($0.key) \(quoted($0.value))" }
      .joined(separator: ", ")
  }
}
