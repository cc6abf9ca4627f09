/// Why a registry was refused: where, what, the value, what is allowed.
public struct RegistryError: Error, Equatable, CustomStringConvertible {
  /// Name of the file, as given to ``Registry/init(yaml:name:)``.
  public let file: String
  /// Line from 1; nil when the reason is not in one line.
  public let line: Int?
  /// One line: what is wrong, the value, what is allowed or what to do.
  public let reason: String

  public init(file: String, line: Int?, reason: String) {
    self.file = file
    self.line = line
    self.reason = reason
  }

  /// `registry.yaml:14: reason`, one line.
  public var description: String {
    guard let line else { return "\(file): \(reason)" }
    return "\(file):\(line): \(reason)"
  }
}

/// The value as an error message repeats it: quoted, on one line, and not longer than a line.
func quoted(_ value: String) -> String {
  var text = ""
  for scalar in value.unicodeScalars.prefix(RegistryLimits.quotedCharactersMax) {
    // A control character could end the line or repaint the terminal of whoever reads the log.
    let isControl =
      scalar.properties.generalCategory == .control
      || scalar.properties.generalCategory == .lineSeparator
      || scalar.properties.generalCategory == .paragraphSeparator
    text.unicodeScalars.append(isControl ? "\u{FFFD}" : scalar)
  }
  let isCut = value.unicodeScalars.count > RegistryLimits.quotedCharactersMax
  return "'\(text)\(isCut ? "…" : "")'"
}
