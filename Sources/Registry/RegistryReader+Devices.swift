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
      if device == Registry.unregistered {
        throw source.error(
          members.line,
          "device id '\(device)' is reserved: /api/v1/devices/\(device) lists who is in no registry; "
            + "choose another")
      }
      if devices.insert(device).inserted, devices.count > RegistryLimits.devicesMax {
        throw source.error(
          members.line,
          "more than \(RegistryLimits.devicesMax) devices, the limit of a site; split the site")
      }
      let from = try moment(members.optional("from")?.value, "from", device: device)
      let to = try moment(members.optional("to")?.value, "to", device: device)
      let dates = "\(from?.text ?? "open")…\(to?.text ?? "open")"
      let bounds = (from?.minute ?? 0, to?.minute ?? Registry.minuteEnd)
      // A day that the zone skipped, or that ends in 1970 before UTC begins, has no minute.
      guard bounds.0 < bounds.1 else {
        throw source.error(
          members.line,
          "device '\(device)' serves \(dates), which holds no minute; 'from' must be before 'to'")
      }
      let minutes = bounds.0..<bounds.1
      placements.append(
        Placement(
          device: device, minutes: minutes, touchpoint: touchpoint, dates: dates,
          line: members.line))
      assignments.append(
        Assignment(
          device: device, minutes: minutes,
          questions: try slots(of: members) ?? questions))
    }
    return assignments
  }

  /// A bare date is its midnight.
  private mutating func moment(
    _ value: YAMLNode?, _ member: String, device: String
  ) throws(RegistryError) -> (text: String, minute: UTCMinute)? {
    guard let value else { return nil }
    let text = try source.text(of: value, "'\(member)' of device '\(device)'")
    let what = "'\(member)' of device '\(device)' is \(quoted(text.string))"
    do throws(SiteMinuteError) {
      return (text.string, try SiteMinute.parse(text.string, zone))
    } catch {
      throw source.error(
        text.line,
        "\(what); \(error.description)"
          + (error == .unreadable ? ", or no '\(member)' for an open end" : ""))
    }
  }

  /// Refuses a device that would serve two touchpoints, or one twice, at the same time.
  func refuseOverlaps() throws(RegistryError) {
    let sorted = placements.sorted { one, other in
      (one.device, one.minutes.lowerBound, one.line)
        < (other.device, other.minutes.lowerBound, other.line)
    }
    // Sorted by begin, the first overlap of a device is one of neighbours.
    var found: (earlier: Placement, later: Placement)?
    for (one, other) in zip(sorted, sorted.dropFirst())
    where one.device == other.device && one.minutes.overlaps(other.minutes) {
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

  /// Refuses a device that serves more places within one hour than can be counted apart.
  func refuseCrowdedHours() throws(RegistryError) {
    struct Hour: Hashable {
      let device: String
      let hour: UTCHour
    }
    var changes: [Hour: Set<UTCMinute>] = [:]
    for placement in placements {
      for minute in [placement.minutes.lowerBound, placement.minutes.upperBound]
      where minute % HourShare.hourMinutes != 0 {
        let hour = Hour(device: placement.device, hour: minute / HourShare.hourMinutes)
        changes[hour, default: []].insert(minute)
        guard changes[hour]?.count ?? 0 < RegistryLimits.partsPerHourMax else {
          throw source.error(
            placement.line,
            "device '\(placement.device)' changes its place more than "
              + "\(RegistryLimits.partsPerHourMax - 1) times within one hour; leave some out")
        }
      }
    }
  }
}
