/// How many devices are silent: looked up now and then, by one request at a time, however many ask.
///
/// `/metrics` may be open to everybody, and the look reads the cursors of all devices.
actor SilentDevices {
  private var count: Int?
  private var lookedAtMilliseconds: Int64?
  private var isLooking = false

  /// What was found last; nil before the first look has ended, and after one that failed.
  ///
  /// - Parameters:
  ///   - monotonicMilliseconds: now, by a clock that only goes forward.
  ///   - look: counts them.
  func count(
    monotonicMilliseconds: Int64, look: @Sendable () async throws -> Int
  ) async -> Int? {
    let isFresh = lookedAtMilliseconds.map {
      monotonicMilliseconds - $0 < WebLimits.silentDevicesMilliseconds
    }
    if isLooking || isFresh == true { return count }
    isLooking = true
    lookedAtMilliseconds = monotonicMilliseconds
    count = try? await look()
    isLooking = false
    return count
  }
}
