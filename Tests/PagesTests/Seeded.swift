import Foundation

/// SplitMix64: random numbers that a seed repeats.
struct Seeded: RandomNumberGenerator {
  /// `TEST_SEED` of the environment, else a new one at every run.
  static let seed =
    ProcessInfo.processInfo.environment["TEST_SEED"].flatMap(UInt64.init)
    ?? UInt64.random(in: 0...UInt64.max)

  /// What a failing test prints.
  static var command: String { "repeat with TEST_SEED=\(seed) swift test --filter Tests" }

  private var state: UInt64

  init(_ seed: UInt64 = Seeded.seed) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
