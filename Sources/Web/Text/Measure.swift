import Reporting

/// A number of a row of results: the one table that CSV, exports, their description and JSON-stat
/// are written from.
struct Measure: Sendable {
  enum Value: CustomStringConvertible {
    case count(Int)
    case score(Double)

    var description: String {
      switch self {
      case .count(let count): "\(count)"
      case .score(let score): "\(score)"
      }
    }
  }

  let name: String
  /// One sentence.
  let text: String
  /// A whole number, 0 or more; else one of 0 to 100.
  var isCount = true
  /// Responses of one button.
  var isButton = false
  /// CSV results have it only when it is asked for.
  var isDetail = false
  /// nil without responses, or without such a button.
  let value: @Sendable (Tally) -> Value?

  /// Buttons of a question at most.
  static let buttonsMax = 5

  /// In the order in which they are written.
  static let all: [Measure] =
    [Measure(name: "responses", text: "Presses that counted.") { .count($0.responses) }]
    + (0..<buttonsMax).map { button in
      Measure(
        name: "count_\(button)", text: "Responses of this button, 0 the most negative.",
        isButton: true
      ) { button < $0.counts.count ? .count($0.counts[button]) : nil }
    } + [
      score("index", "Happy index, 0 to 100; empty without responses.") { $0.index },
      score("interval_low", "Lower end of the index's 95 % interval.") { $0.interval?.low },
      score("interval_high", "Upper end of the index's 95 % interval.") { $0.interval?.high },
      count("excluded", "Presses kept back by the repeat interval.") { $0.excluded },
      count("invalid", "Presses of buttons that do not exist.") { $0.invalid },
      count("lost", "Presses that devices lost before they were sent.") { $0.lost },
      count("estimated", "Responses whose time was estimated.") { $0.estimated },
      count("late", "Responses that came more than a day after they happened.", isDetail: true) {
        $0.late
      },
      count("imported", "Responses taken from an earlier supplier.", isDetail: true) {
        $0.imported
      },
      count(
        "annulled", "Presses that an annulment took out of all other numbers.", isDetail: true
      ) { $0.annulled },
    ]

  private static func score(
    _ name: String, _ text: String, _ value: @escaping @Sendable (Tally) -> Double?
  ) -> Measure {
    Measure(name: name, text: text, isCount: false) { value($0).map(Value.score) }
  }

  private static func count(
    _ name: String, _ text: String, isDetail: Bool = false,
    _ value: @escaping @Sendable (Tally) -> Int
  ) -> Measure {
    Measure(name: name, text: text, isDetail: isDetail) { .count(value($0)) }
  }
}
