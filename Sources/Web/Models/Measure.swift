import Reporting

/// A number of a row of results: the one table that JSON, CSV, exports, JSON-stat and what describes
/// them are written from.
struct Measure: Sendable {
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
  let value: @Sendable (Tally) -> Cell?

  /// Buttons of a question at most.
  static let buttonsMax = 5

  static let index = score(
    "index",
    """
    Happy index, 100 · Σ(k·count_k) / ((K−1)·responses) of K buttons, not rounded; none without \
    responses.
    """
  ) { $0.index }

  /// In the order in which they are written.
  static let all: [Measure] =
    [count("responses", "Presses that counted.") { $0.responses }]
    + (0..<buttonsMax).map { button in
      Measure(
        name: "count_\(button)", text: "Responses of this button, 0 the most negative.",
        isButton: true
      ) { button < $0.counts.count ? .count($0.counts[button]) : nil }
    } + [
      index,
      score("interval_low", "Lower end of the index's 95 % interval.") { $0.interval?.low },
      score("interval_high", "Upper end of the index's 95 % interval.") { $0.interval?.high },
    ] + others

  /// Counts beside the responses.
  static let others = [
    count("excluded", "Presses too soon after the one before.") { $0.excluded },
    count(
      "invalid",
      """
      Presses of a button or slot that does not exist, and such as were said to happen more than \
      24 hours after they came; these stand in the hour in which they came.
      """
    ) { $0.invalid },
    count(
      "lost",
      """
      Presses that the device could not keep until they were acknowledged; of one gap 100000 at \
      most.
      """
    ) { $0.lost },
    count(
      "estimated", "Presses, lost ones apart, whose time was worked out from the receipt."
    ) { $0.estimated },
    count(
      "late",
      """
      Responses that came more than 24 hours after they happened: what a report of the day could \
      not know.
      """, isDetail: true
    ) { $0.late },
    count(
      "imported", "Responses taken from an earlier supplier's history.", isDetail: true
    ) { $0.imported },
    count(
      "annulled",
      "Presses of a faulty terminal, taken out of all other numbers but those lost.",
      isDetail: true
    ) { $0.annulled },
  ]

  private static func score(
    _ name: String, _ text: String, _ value: @escaping @Sendable (Tally) -> Double?
  ) -> Measure {
    Measure(name: name, text: text, isCount: false) { value($0).map(Cell.number) }
  }

  private static func count(
    _ name: String, _ text: String, isDetail: Bool = false,
    _ value: @escaping @Sendable (Tally) -> Int
  ) -> Measure {
    Measure(name: name, text: text, isDetail: isDetail) { .count(value($0)) }
  }
}
