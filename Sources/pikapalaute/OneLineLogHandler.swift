import Logging

/// Writes each event on one line of standard error, whatever others put into its texts: what would end
/// the line, steer a terminal or turn the text around is written as it stands in Swift, `\n`.
struct OneLineLogHandler: LogHandler {
  private var inner: StreamLogHandler

  init(label: String, level: Logger.Level) {
    inner = StreamLogHandler.standardError(label: label)
    inner.logLevel = level
  }

  var logLevel: Logger.Level {
    get { inner.logLevel }
    set { inner.logLevel = newValue }
  }

  var metadata: Logger.Metadata {
    get { inner.metadata }
    set { inner.metadata = newValue }
  }

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { inner[metadataKey: key] }
    set { inner[metadataKey: key] = newValue }
  }

  func log(event: LogEvent) {
    var event = event
    event.message = "\(Self.oneLine(event.message.description))"
    event.metadata = event.metadata?.mapValues { "\(Self.oneLine($0.description))" }
    inner.log(event: event)
  }

  private static func oneLine(_ text: String) -> String {
    if !text.unicodeScalars.contains(where: isUnsafe) { return text }
    return text.unicodeScalars.reduce(into: "") { line, scalar in
      if isUnsafe(scalar) {
        line += scalar.escaped(asASCII: true)
      } else {
        line.unicodeScalars.append(scalar)
      }
    }
  }

  private static func isUnsafe(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator: true
    default: false
    }
  }
}
