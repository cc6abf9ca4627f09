import CivilTime

/// Time in which nothing about a device changes, by the minute: what intervals of hours are made of.
struct PlacedStretch {
  var minutes: Range<UTCMinute>
  let touchpoint: String
  let sums: [String]
  let questions: [String]
  let buttons: [Int]
  let repeatIntervalMilliseconds: Int

  /// Puts it at the end of stretches that it touches: as one with the last, where that says the same.
  func append(to stretches: inout [PlacedStretch]) {
    guard !minutes.isEmpty else { return }
    guard let last = stretches.last, last.touchpoint == touchpoint, last.sums == sums,
      last.questions == questions, last.buttons == buttons,
      last.repeatIntervalMilliseconds == repeatIntervalMilliseconds
    else {
      stretches.append(self)
      return
    }
    stretches[stretches.count - 1].minutes = last.minutes.lowerBound..<minutes.upperBound
  }

  /// Stretches that touch, as intervals of whole hours and, where they meet within an hour, of its
  /// parts.
  static func intervals(of stretches: [PlacedStretch]) -> [DeviceTimeline.AssignmentInterval] {
    let hour = HourShare.hourMinutes
    var intervals: [DeviceTimeline.AssignmentInterval] = []
    /// Parts that an hour has so far.
    var parts = (hour: -1, count: 0)
    for stretch in stretches {
      var from = stretch.minutes.lowerBound
      let end = stretch.minutes.upperBound
      while from < end {
        if from % hour == 0, end - from >= hour {
          let whole = from / hour..<end / hour
          intervals.append(stretch.interval(whole, share: nil))
          from = whole.upperBound * hour
          continue
        }
        let place = from / hour
        if parts.hour != place { parts = (place, 0) }
        let minutes = from - place * hour..<min(end - place * hour, hour)
        intervals.append(
          stretch.interval(
            place..<place + 1, share: HourShare(part: parts.count, minutes: minutes)))
        parts.count += 1
        from = place * hour + minutes.upperBound
      }
    }
    return intervals
  }

  private func interval(
    _ hours: Range<UTCHour>, share: HourShare?
  ) -> DeviceTimeline.AssignmentInterval {
    DeviceTimeline.AssignmentInterval(
      hours: hours, touchpoint: touchpoint, sums: sums, questions: questions, buttons: buttons,
      repeatIntervalMilliseconds: repeatIntervalMilliseconds, share: share)
  }
}
