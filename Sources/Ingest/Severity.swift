/// How much a line for people asks of them.
public enum Severity: Sendable {
  /// All is as it should be.
  case notice
  /// Presses are safe, but somebody should look.
  case warning
  /// Presses are not taken until it is mended.
  case error
}
