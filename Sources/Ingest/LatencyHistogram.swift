/// How long something took, counted by class.
public struct LatencyHistogram: Sendable, Equatable {
  /// The longest of each class, milliseconds; one more class has no end.
  public static let boundsMilliseconds: [Int64] = [
    1, 2, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000,
  ]

  /// How many there were of each class.
  public private(set) var counts = [Int](repeating: 0, count: boundsMilliseconds.count + 1)
  /// All of them together, milliseconds.
  public private(set) var sumMilliseconds: Int64 = 0

  public init() {}

  /// - Parameter times: how many took so long.
  public mutating func add(_ milliseconds: Int64, times: Int = 1) {
    let bounds = Self.boundsMilliseconds
    counts[bounds.firstIndex { milliseconds <= $0 } ?? bounds.count] += times
    sumMilliseconds += milliseconds * Int64(times)
  }
}
