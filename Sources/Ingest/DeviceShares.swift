/// What each device may cost the thread that serves all of them: epochs fetched from the store,
/// bytes of JSON read, and buckets entered.
///
/// Asked only where one of them is to be done. An honest device stays far below all; what a flooding
/// or faulty one sends beyond them is refused, and its journal sends it again.
struct DeviceShares {
  /// Whether there is a share left.
  enum Answer: Equatable {
    case granted
    /// Nothing is left. `isNew`: the device's first in a minute, worth keeping and telling.
    case refused(isNew: Bool)
  }

  /// One kind of share: so many milliseconds each unit takes to come back, so many at once.
  private struct Spending {
    /// Milliseconds until everything spent has come back, as of `atMilliseconds`, by device.
    var debtMilliseconds: [Double]
    /// UTC milliseconds since 1970, by device.
    var atMilliseconds: [Int64]

    init(devices: Int) {
      debtMilliseconds = Array(repeating: 0, count: devices)
      atMilliseconds = Array(repeating: 0, count: devices)
    }

    /// Takes `units`, or nothing when they would pass what may be spent at once.
    ///
    /// While the clock goes back nothing comes back, and nobody owes more for it.
    mutating func spend(
      _ units: Int, device: Int, millisecondsEach: Double, unitsAtOnceMax: Int,
      atMilliseconds now: Int64
    ) -> Bool {
      let passed = Double(max(0, now - atMilliseconds[device]))
      let debt = max(0, debtMilliseconds[device] - passed)
      let after = debt + Double(units) * millisecondsEach
      let isGranted = after <= Double(unitsAtOnceMax) * millisecondsEach
      debtMilliseconds[device] = isGranted ? after : debt
      atMilliseconds[device] = now
      return isGranted
    }
  }

  private var epochs: Spending
  private var bytesOfJSON: Spending
  private var buckets: Spending
  /// When a refusal was kept last, UTC milliseconds since 1970, by device.
  private var keptAtMilliseconds: [Int64?]

  /// - Parameter devices: how many there are.
  init(devices: Int) {
    epochs = Spending(devices: devices)
    bytesOfJSON = Spending(devices: devices)
    buckets = Spending(devices: devices)
    keptAtMilliseconds = Array(repeating: nil, count: devices)
  }

  /// One epoch of the device is to be fetched from the store.
  mutating func takeEpoch(device: Int, atMilliseconds now: Int64) -> Answer {
    let isGranted = epochs.spend(
      1, device: device, millisecondsEach: 60_000 / Double(IngestLimits.epochsPerMinuteMax),
      unitsAtOnceMax: IngestLimits.epochsAtOnceMax, atMilliseconds: now)
    return isGranted ? .granted : refuse(device, now)
  }

  /// A message of JSON of the device is to be read.
  mutating func takeJSON(bytes: Int, device: Int, atMilliseconds now: Int64) -> Answer {
    let isGranted = bytesOfJSON.spend(
      bytes, device: device,
      millisecondsEach: 1000 / Double(IngestLimits.jsonBytesPerSecondMax),
      unitsAtOnceMax: IngestLimits.jsonBytesAtOnceMax, atMilliseconds: now)
    return isGranted ? .granted : refuse(device, now)
  }

  /// The device has entered `count` buckets and brings more.
  mutating func takeBuckets(_ count: Int, device: Int, atMilliseconds now: Int64) -> Answer {
    let isGranted = buckets.spend(
      count, device: device, millisecondsEach: 60_000 / Double(IngestLimits.newBucketsPerMinuteMax),
      unitsAtOnceMax: IngestLimits.newBucketsAtOnceMax, atMilliseconds: now)
    return isGranted ? .granted : refuse(device, now)
  }

  private mutating func refuse(_ device: Int, _ now: Int64) -> Answer {
    if let kept = keptAtMilliseconds[device], (0..<60_000).contains(now - kept) {
      return .refused(isNew: false)
    }
    keptAtMilliseconds[device] = now
    return .refused(isNew: true)
  }
}
