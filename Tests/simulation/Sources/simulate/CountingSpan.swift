import Ingest

/// What the oracle judges presses by, between two UTC hours.
struct CountingSpan {
  var hours: Range<Int>
  var intervalMilliseconds: Int64
  /// Buttons of each slot.
  var buttons: [Int]

  /// One to three spans that cover all hours and change at hours near the story's start.
  static func draw(around start: Int64, _ random: inout Random) -> [CountingSpan] {
    let hour = Int(start / Span.hour)
    let changes = Set((0..<random.int(0...2)).map { _ in hour + random.int(1...40) })
    let bounds = [0] + changes.sorted() + [2_000_000]
    return zip(bounds, bounds.dropFirst()).map { from, to in
      CountingSpan(
        hours: from..<to,
        intervalMilliseconds: random.pick([0, 1000, 2000, 2000, 2000, 60_000]),
        buttons: (0..<random.int(1...3)).map { _ in random.int(2...5) })
    }
  }

  var engineRule: EngineDevice.Rule {
    EngineDevice.Rule(
      hours: hours, repeatIntervalMilliseconds: Int(intervalMilliseconds), buttons: buttons)
  }
}
