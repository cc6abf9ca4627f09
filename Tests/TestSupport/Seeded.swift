import Foundation

/// SplitMix64: random numbers that a seed repeats.
public struct Seeded: RandomNumberGenerator, Sendable {
  /// `TEST_SEED` of the environment, else a new one at every run.
  public static let seed =
    ProcessInfo.processInfo.environment["TEST_SEED"].flatMap(UInt64.init)
    ?? UInt64.random(in: 0...UInt64.max)

  /// What a failing test prints.
  public static var command: String { "repeat with TEST_SEED=\(seed) swift test --filter Tests" }

  private var state: UInt64

  /// - Parameter stream: tells several generators of one run apart.
  public init(stream: UInt64 = 0) {
    state = Self.seed &+ stream &* 0xD6E8_FEB8_6659_FD93
  }

  public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  /// True once in so many times.
  public mutating func oneIn(_ times: Int) -> Bool {
    Int.random(in: 0..<times, using: &self) == 0
  }

  /// One of the values.
  public mutating func pick<Value>(_ values: [Value]) -> Value {
    values[Int.random(in: 0..<values.count, using: &self)]
  }
}
