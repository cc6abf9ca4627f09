/// How a site shows its results to everybody, `public:` of the registry file.
public struct PublicRules: Sendable, Equatable {
  /// The one length of public periods: no two of them may overlap in part.
  public enum Period: String, CaseIterable, Sendable {
    case week, month, quarter, year
  }

  public static let cellMinFloor = 5
  public static let totalMinFloor = 10
  public static let delayDaysDefault = 3

  public let period: Period
  /// The least responses of each button, ``cellMinFloor`` or more.
  public let cellMin: Int
  /// The least responses in all, ``totalMinFloor`` or more.
  public let totalMin: Int
  /// Days after its end until a period is published: presses that come late, 0…366.
  public let delayDays: Int

  init(
    period: Period = .month, cellMin: Int = cellMinFloor, totalMin: Int = totalMinFloor,
    delayDays: Int = delayDaysDefault
  ) {
    self.period = period
    self.cellMin = cellMin
    self.totalMin = totalMin
    self.delayDays = delayDays
  }
}
