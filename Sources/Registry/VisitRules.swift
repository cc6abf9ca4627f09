/// How results of visits are told so that no rating can be matched with a visit, `visits:` of the
/// registry file.
public struct VisitRules: Sendable, Equatable {
  public static let minimumDefault = 5
  public static let delayDaysDefault = 3

  /// The least responses that are told together; 0 = told as they come, to the hour.
  public let minimum: Int
  /// Days after its end until a day is told: phones that were without a network, 0…366.
  public let delayDays: Int

  /// Whether anything is held back.
  public var isGuarded: Bool { minimum > 0 }

  public init(minimum: Int = minimumDefault, delayDays: Int = delayDaysDefault) {
    self.minimum = minimum
    self.delayDays = delayDays
  }
}
