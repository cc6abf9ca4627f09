public import CivilTime
public import Registry

extension SiteIndex {
  /// Hours of one device at one touchpoint.
  public struct Stay: Sendable, Equatable {
    /// The device's number.
    public var device: Int
    public var touchpoint: String
    public var hours: Range<UTCHour>
    /// Question ids by slot.
    public var questions: [String]
  }

  /// Which devices stood at a touchpoint within a range.
  public func stays(at touchpoint: String, in hours: Range<UTCHour>) -> [Stay] {
    (tiles[touchpoint] ?? []).compactMap { placed in
      let shared = placed.tile.hours.clamped(to: hours)
      return shared.isEmpty
        ? nil
        : Stay(
          device: placed.device, touchpoint: touchpoint, hours: shared,
          questions: placed.tile.questions)
    }
  }

  /// Which devices stood at no touchpoint within a range: the index keeps only their sums.
  ///
  /// - Parameter timelines: of every device, in the order of their numbers.
  public static func stays(
    unassignedOf timelines: some Sequence<DeviceTimeline>, in hours: Range<UTCHour>
  ) -> [Stay] {
    timelines.enumerated().flatMap { device, timeline in
      timeline.tiles.compactMap { tile in
        let shared = tile.hours.clamped(to: hours)
        return tile.touchpoint != Registry.unassigned || shared.isEmpty
          ? nil
          : Stay(
            device: device, touchpoint: tile.touchpoint, hours: shared, questions: tile.questions)
      }
    }
  }
}
