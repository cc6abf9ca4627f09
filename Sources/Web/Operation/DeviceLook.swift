/// What is counted over all devices: looked up now and then, by one request at a time, however many
/// ask.
///
/// `/metrics` may be open to everybody, and the look reads the cursors of all devices.
actor DeviceLook<Found: Sendable> {
  private var found: Found?
  private var lookedAtMilliseconds: Int64?
  private var isLooking = false

  /// What was found last; nil before the first look has ended, and after one that failed.
  ///
  /// - Parameters:
  ///   - monotonicMilliseconds: now, by a clock that only goes forward.
  ///   - look: counts.
  func found(
    monotonicMilliseconds: Int64, look: @Sendable () async throws -> Found
  ) async -> Found? {
    let isFresh = lookedAtMilliseconds.map {
      monotonicMilliseconds - $0 < WebLimits.deviceLookMilliseconds
    }
    if isLooking || isFresh == true { return found }
    isLooking = true
    lookedAtMilliseconds = monotonicMilliseconds
    found = try? await look()
    isLooking = false
    return found
  }
}
