import CGlibc
import CivilTime
import Foundation

/// The two clocks of the process.
enum Clocks {
  /// UTC milliseconds since 1970.
  @Sendable static func wallMilliseconds() -> Int64 {
    milliseconds(CLOCK_REALTIME)
  }

  /// Milliseconds that only go forward.
  @Sendable static func monotonicMilliseconds() -> Int64 {
    milliseconds(CLOCK_MONOTONIC)
  }

  /// Whether an NTP daemon keeps the wall clock; false also where the call is not allowed.
  static func areSynchronised() -> Bool {
    var clock = timex()
    let state = unsafe adjtimex(&clock)
    return state >= 0 && state != TIME_ERROR && clock.status & STA_UNSYNC == 0
  }

  /// The time in a form that file names can have: `20261121T100002Z`.
  static func fileStamp() -> String {
    RFC3339.format(milliseconds: wallMilliseconds() / 1000 * 1000)
      .filter { $0 != ":" && $0 != "-" }
  }

  private static func milliseconds(_ clock: clockid_t) -> Int64 {
    var time = timespec()
    unsafe clock_gettime(clock, &time)
    return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
  }
}
