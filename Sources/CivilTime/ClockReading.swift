/// When a clock of a place shows a time: once, twice in autumn, never in spring.
public enum ClockReading: Sendable, Equatable {
  /// UTC seconds since 1970.
  case once(Int)
  /// In the hour that autumn repeats: the first of the two, and the second.
  case twice(first: Int, second: Int)
  /// In the hour that spring leaves out: when a clock would have shown it that was not put forward.
  case never(unmoved: Int)
}

extension ZoneOffsets {
  /// - Parameter clockSeconds: from 1970-01-01T00:00 by the place's clock.
  public func reading(clockSeconds: Int) -> ClockReading {
    let localHour = UTC.hour(ofSecond: clockSeconds)
    // No zone is further than 14 hours from Greenwich.
    let before = offsetHours(at: localHour - 26)
    let after = offsetHours(at: localHour + 26)
    let isBefore = offsetHours(at: localHour - before) == before
    let isAfter = offsetHours(at: localHour - after) == after
    let (first, second) = (clockSeconds - before * 3600, clockSeconds - after * 3600)
    if !isBefore && !isAfter { return .never(unmoved: first) }
    if isBefore && isAfter && before != after { return .twice(first: first, second: second) }
    return .once(isBefore ? first : second)
  }
}
