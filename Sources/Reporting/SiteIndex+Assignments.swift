public import CivilTime
public import Registry

extension SiteIndex {
  /// Time of one device at one touchpoint.
  public struct AssignmentInterval: Sendable, Equatable {
    /// The device's number.
    public var device: Int
    public var touchpoint: String
    /// Those that it touches.
    public var hours: Range<UTCHour>
    /// Those that are its own.
    public var minutes: Range<UTCMinute>
    /// Question ids by slot.
    public var questions: [String]
  }

  /// Which devices stood at a touchpoint within a range.
  public func assignments(at touchpoint: String, in hours: Range<UTCHour>) -> [AssignmentInterval] {
    (intervals[touchpoint] ?? []).compactMap { placed in
      let shared = placed.interval.hours.clamped(to: hours)
      return shared.isEmpty
        ? nil
        : AssignmentInterval(
          device: placed.device, touchpoint: touchpoint, hours: shared,
          minutes: placed.interval.minutes, questions: placed.interval.questions)
    }
  }

  /// Which devices stood at no touchpoint within a range: the index keeps only their sums.
  ///
  /// - Parameter timelines: of every device, in the order of their numbers.
  public static func assignments(
    unassignedOf timelines: some Sequence<DeviceTimeline>, in hours: Range<UTCHour>
  ) -> [AssignmentInterval] {
    timelines.enumerated().flatMap { device, timeline in
      timeline.intervals.compactMap { interval in
        let shared = interval.hours.clamped(to: hours)
        return interval.touchpoint != Registry.unassigned || shared.isEmpty
          ? nil
          : AssignmentInterval(
            device: device, touchpoint: interval.touchpoint, hours: shared,
            minutes: interval.minutes, questions: interval.questions)
      }
    }
  }
}
