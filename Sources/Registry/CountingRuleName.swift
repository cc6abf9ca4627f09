/// A rule that keeps repeated presses back, with its version.
///
/// Both work alike: a press counts when the interval of its touchpoint passed since the device's last
/// press that counted (SPEC section 6).
public enum CountingRuleName: String, CaseIterable, Sendable {
  /// Terminals: a child that presses again and again.
  case lockout = "lockout/1"
  /// Phones of home care: one rating a visit.
  case visit = "visit/1"

  /// Milliseconds of an interval that the file does not name.
  ///
  /// - Parameter questions: how many the touchpoint asks, those with help left out. One visit answers all of them, some seconds
  ///   apart, so that only a lone question can be closed for longer.
  func defaultMilliseconds(questions: Int) -> Int {
    self == .visit && questions == 1
      ? RegistryLimits.visitIntervalMillisecondsDefault
      : RegistryLimits.repeatIntervalMillisecondsDefault
  }
}
