/// The command line.
struct Options {
  static let usage = """
    simulate [--from SEED] [--seeds N] [--tell] [--no-shrink] [--quiet]
             [--devices 0,3] [--presses N] [--minutes N] [--only KIND,…|none]
             [--faults-from MINUTE] [--faults-to MINUTE]
    """

  struct Refused: Error, CustomStringConvertible {
    let description: String
  }

  var from: UInt64 = 1
  var seeds = 100
  /// Print the log of the run.
  var isTold = false
  var isShrinking = true
  var isQuiet = false
  private var devices: [Int]?
  private var presses: Int?
  private var minutes: Int64?
  private var without: Set<FaultKind> = []
  private var faultsFrom: Int64?
  private var faultsTo: Int64?

  init(_ arguments: [String]) throws {
    var rest = arguments[...]
    while let name = rest.popFirst() {
      switch name {
      case "--tell": isTold = true
      case "--no-shrink": isShrinking = false
      case "--quiet": isQuiet = true
      case "--from": from = try Self.number(name, &rest)
      case "--seeds": seeds = try Self.number(name, &rest)
      case "--presses": presses = try Self.number(name, &rest)
      case "--minutes": minutes = try Self.number(name, &rest)
      case "--faults-from": faultsFrom = try Self.number(name, &rest)
      case "--faults-to": faultsTo = try Self.number(name, &rest)
      case "--devices":
        devices = try Self.words(name, &rest).map { word in
          guard let number = Int(word) else { throw Refused(description: "\(name): '\(word)'") }
          return number
        }
      case "--only":
        without = Set(FaultKind.allCases).subtracting(
          try Self.words(name, &rest).filter { $0 != "none" }.map { word in
            guard let kind = FaultKind(rawValue: word) else {
              let kinds = FaultKind.allCases.map(\.rawValue).joined(separator: ", ")
              throw Refused(description: "\(name): '\(word)' is not one of \(kinds)")
            }
            return kind
          })
      default: throw Refused(description: "unknown option '\(name)'")
      }
    }
  }

  /// What is run for a seed.
  func story(_ seed: UInt64) -> Story {
    var story = Story(seed: seed)
    story.devices = devices
    if let presses { story.pressesMax = presses }
    if let minutes { story.length = minutes * Span.minute }
    story.without = without
    if let faultsFrom { story.faultsFrom = faultsFrom * Span.minute }
    if let faultsTo { story.faultsTo = faultsTo * Span.minute }
    return story
  }

  private static func words(_ name: String, _ rest: inout ArraySlice<String>) throws -> [String] {
    guard let text = rest.popFirst() else { throw Refused(description: "\(name) needs a list") }
    return text.split(separator: ",").map(String.init)
  }

  private static func number<Value: FixedWidthInteger>(
    _ name: String, _ rest: inout ArraySlice<String>
  ) throws -> Value {
    guard let text = rest.popFirst(), let value = Value(text) else {
      throw Refused(description: "\(name) needs a whole number")
    }
    return value
  }
}
