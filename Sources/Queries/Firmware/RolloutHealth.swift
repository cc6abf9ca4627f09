import Foundation

/// Whether devices fare worse since they were told of a firmware: the rule of docs/firmware.md.
///
/// Compared are devices that were well when they were told with those of the model that were well when the
/// stage began and were not told, at the same moment: what takes a building's network takes both.
public struct RolloutHealth: Sendable, Equatable {
  /// Devices that were told and had been well, and those of them that are in trouble now.
  public var told = 0
  public var troubled = 0
  /// The same of devices that were not told.
  public var others = 0
  public var othersTroubled = 0

  /// Trouble of fewer devices says nothing.
  public static let troubledMin = 3
  /// A rollout stops when so much trouble would come less often than this by chance.
  public static let doubt = 0.001
  /// What is expected of devices at least: one in fifty is in trouble at any time.
  public static let ordinaryShareMin = 0.02
  /// As if so many others had been seen, one of them in trouble.
  public static let othersWeight = 20.0

  public init() {}

  /// The share of devices that would be in trouble anyway.
  public var ordinaryShare: Double {
    max(
      Self.ordinaryShareMin, (Double(othersTroubled) + 1) / (Double(others) + Self.othersWeight),
      Double(othersTroubled) / Double(max(1, others)))
  }

  /// The rollout is to stop.
  public var hasFallen: Bool {
    troubled >= Self.troubledMin && chance < Self.doubt
  }

  /// How likely as many are in trouble by chance: the upper tail of a binomial. O(told).
  var chance: Double {
    let share = min(ordinaryShare, 0.999)
    let (odds, n) = (log(share) - log1p(-share), Double(told))
    var (term, sum) = (n * log1p(-share), 0.0)
    for count in 0...max(0, told) {
      if count >= troubled { sum += exp(term) }
      term += log((n - Double(count)) / Double(count + 1)) + odds
    }
    return sum
  }
}
