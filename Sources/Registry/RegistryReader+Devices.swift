import CivilTime

extension RegistryReader {
  /// The device entries of one touchpoint, in file order.
  mutating func assignments(
    _ value: YAMLNode, touchpoint: String, questions: [String]
  ) throws(RegistryError) -> [Assignment] {
    var assignments: [Assignment] = []
    for element in try source.list(of: value, "devices of touchpoint '\(touchpoint)'") {
      let members = try source.members(
        of: element, "a device", known: ["id", "from", "to", "question", "questions"])
      let device = try topicID(source.required("id", of: members), "device id")
      if devices.insert(device).inserted, devices.count > RegistryLimits.devicesMax {
        throw source.error(
          members.line,
          "more than \(RegistryLimits.devicesMax) devices, the limit of a site; split the site")
      }
      let from = try date(members.optional("from")?.value, "from", device: device)
      let to = try date(members.optional("to")?.value, "to", device: device)
      let dates = "\(from.map { "\($0.date)" } ?? "open")…\(to.map { "\($0.date)" } ?? "open")"
      let hours = (from?.hour ?? 0, to?.hour ?? Registry.hourEnd)
      // A day that the zone skipped, or that ends in 1970 before UTC begins, has no hour.
      guard hours.0 < hours.1 else {
        throw source.error(
          members.line,
          "device '\(device)' serves \(dates), which holds no hour; 'from' must be before 'to'")
      }
      placements.append(
        Placement(
          device: device, hours: hours.0..<hours.1, touchpoint: touchpoint, dates: dates,
          line: members.line))
      assignments.append(
        Assignment(
          device: device, hours: hours.0..<hours.1,
          questions: try slots(of: members) ?? questions))
    }
    return assignments
  }

  private mutating func date(
    _ value: YAMLNode?, _ member: String, device: String
  ) throws(RegistryError) -> (date: CivilDate, hour: UTCHour)? {
    guard let value else { return nil }
    let text = try source.text(of: value, "'\(member)' of device '\(device)'")
    let date = CivilDate(parsing: text.string)
    if let date, date.year >= 1970 {
      // East of Greenwich 1970 began in 1969; counting begins with UTC's.
      let hour = max(0, zone.startOfDay(date.daysSince1970))
      if hour <= Registry.hourEnd { return (date, hour) }
    }
    throw source.error(
      text.line,
      "'\(member)' of device '\(device)' is \(quoted(text.string)); allowed are dates that exist, "
        + "YYYY-MM-DD, 1970-01-01 to 2198-02-27, or no '\(member)' for an open end")
  }

  /// Refuses a device that would serve two touchpoints, or one twice, at the same time.
  func refuseOverlaps() throws(RegistryError) {
    let sorted = placements.sorted { one, other in
      (one.device, one.hours.lowerBound, one.line)
        < (other.device, other.hours.lowerBound, other.line)
    }
    // Sorted by begin, the first overlap of a device is one of neighbours.
    var found: (earlier: Placement, later: Placement)?
    for (one, other) in zip(sorted, sorted.dropFirst())
    where one.device == other.device && one.hours.overlaps(other.hours) {
      let pair = one.line <= other.line ? (one, other) : (other, one)
      if let line = found?.later.line, line <= pair.1.line { continue }
      found = pair
    }
    guard let (earlier, later) = found else { return }
    throw source.error(
      later.line,
      "device '\(later.device)' serves '\(later.touchpoint)' \(later.dates) and "
        + "'\(earlier.touchpoint)' \(earlier.dates) (line \(earlier.line)) at once; "
        + "end one 'to' where the other begins 'from'")
  }
}
