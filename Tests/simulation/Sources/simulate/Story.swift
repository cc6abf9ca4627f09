/// What one run is: everything follows from the seed, and what is narrowed for a shorter story.
struct Story {
  let seed: UInt64
  /// Devices that take part; nil = all that the seed has.
  var devices: [Int]?
  /// Presses of each device at most.
  var pressesMax = Int.max
  /// Milliseconds of the simulated clock after which nobody presses any more.
  var length: Int64
  var without: Set<FaultKind> = []
  /// Milliseconds from the start in which faults happen.
  var faultsFrom: Int64 = 0
  var faultsTo: Int64 = .max

  /// Devices of the seed.
  let deviceCount: Int
  /// Milliseconds since 1970, UTC.
  let start: Int64
  /// Multiplies every fault's rate.
  let weight: Double
  /// Presses of a device in a day.
  let pressesPerDay: Int
  /// Unacknowledged messages that the broker hands out at most.
  let inflightMax: Int
  /// Messages that the broker keeps for the service at most.
  let queuedMax: Int
  /// One device in so many has a huge old journal; 0 = none.
  let hoarderEvery: Int

  init(seed: UInt64) {
    self.seed = seed
    var random = Random(seed: seed, stream: 1)
    deviceCount = random.pick([1, 2, 4, 8, 16, 32, 48])
    length = Int64(random.pick([1, 1, 2, 4, 8])) * Span.day
    // Days on which Europe's clocks change, New Year's Eve, and an ordinary one.
    let days: [Int64] = [20_751, 20_905, 20_753, 20_818, 20_778]
    start = random.pick(days) * Span.day - random.milliseconds(0...Span.day)
    weight = random.pick([0, 0.3, 1, 1, 3])
    pressesPerDay = random.pick([5, 20, 60, 120])
    inflightMax = random.pick([1, 5, 20, 100])
    queuedMax = random.pick([10, 100, 1000, 100_000])
    hoarderEvery = random.chance(0.04) ? 3 : 0
  }

  /// The command that tells this story again.
  var command: String {
    var words = ["make simulate FROM=\(seed) SEEDS=1"]
    var extra: [String] = []
    if let devices {
      extra.append("--devices " + devices.map(String.init).joined(separator: ","))
    }
    if pressesMax != .max { extra.append("--presses \(pressesMax)") }
    let full = Story(seed: seed)
    if length != full.length { extra.append("--minutes \(length / Span.minute)") }
    if !without.isEmpty {
      let rest = FaultKind.allCases.filter { $0.rate > 0 && !without.contains($0) }
      let names = rest.map(\.rawValue).joined(separator: ",")
      extra.append("--only " + (rest.isEmpty ? "none" : names))
    }
    if faultsFrom != 0 { extra.append("--faults-from \(faultsFrom / Span.minute)") }
    if faultsTo != .max { extra.append("--faults-to \(faultsTo / Span.minute)") }
    if !extra.isEmpty { words.append("ARGS=\"\(extra.joined(separator: " "))\"") }
    return words.joined(separator: " ")
  }
}
