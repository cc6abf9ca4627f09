/// How results of visits are told so that no rating can be matched with a visit, `visits:` of the
/// registry file.
public struct VisitRules: Sendable, Equatable {
  public static let minimumDefault = 5
  public static let delayDaysDefault = 3
  /// A year, so that one can be counted again beside the year before, and five weeks to close it.
  public static let keepDaysDefault = 400
  /// The least days that frames are kept, if they are ever erased: phones may be as late.
  public static let keepDaysMin = 31

  /// The least responses that are told together; 0 = told as they come, to the hour.
  public let minimum: Int
  /// Days after its end until a day is told: phones that were without a network, 0…366.
  public let delayDays: Int
  /// Days after its receipt until a stored frame is erased and its counts stand alone,
  /// ``keepDaysMin``…3660; 0 = never.
  public let keepDays: Int

  /// Whether anything is held back.
  public var isGuarded: Bool { minimum > 0 }

  public init(
    minimum: Int = minimumDefault, delayDays: Int = delayDaysDefault,
    keepDays: Int = keepDaysDefault
  ) {
    self.minimum = minimum
    self.delayDays = delayDays
    self.keepDays = keepDays
  }
}
