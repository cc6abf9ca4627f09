import Glibc

enum Clock {
  /// Seconds on a clock that never jumps; only differences mean anything.
  static func monotonicSeconds() -> Double { seconds(CLOCK_MONOTONIC) }

  /// Milliseconds since 1970-01-01T00:00:00Z.
  static func utcMilliseconds() -> Int { Int(seconds(CLOCK_REALTIME) * 1000) }

  private static func seconds(_ clock: clockid_t) -> Double {
    var time = timespec()
    unsafe clock_gettime(clock, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
}
