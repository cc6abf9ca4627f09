/// One side of a comparison: what was counted in all, and how that spreads over its days.
///
/// People of one day have the weather, the queue and the staff of that day in common, so a day and
/// not a response is what happens independently.
public struct DailyTallies: Sendable, Equatable {
  /// Responses of a day and the sum of their button numbers.
  struct Day: Sendable, Equatable {
    var responses: Double
    var score: Double
  }

  /// All days together.
  public let total: Tally
  /// How many days have responses.
  public let daysWithResponses: Int
  /// In order of time, those without responses among them.
  let days: [Day]

  /// - Parameters:
  ///   - tallies: of one question, a local day each (a part of one at the edges of a range).
  ///   - buttons: 2…5, as many as each tally has.
  public init(_ tallies: [Tally], buttons: Int) {
    var total = Tally(buttons: buttons)
    for tally in tallies { total += tally }
    self.total = total
    daysWithResponses = tallies.count { $0.responses > 0 }
    days = tallies.map(Day.init)
  }

  private init(total: Tally, days: [Day]) {
    self.total = total
    self.days = days
    daysWithResponses = days.count { $0.responses > 0 }
  }

  /// Adds the same days of another place; to nothing at all, any days.
  static func += (sum: inout DailyTallies, other: DailyTallies) {
    var total = sum.total
    total += other.total
    let days = zip(sum.days, other.days).map {
      Day(responses: $0.responses + $1.responses, score: $0.score + $1.score)
    }
    sum = DailyTallies(total: total, days: sum.days.isEmpty ? other.days : days)
  }

  /// What is left of a sum without one of its parts, day by day.
  ///
  /// - Parameter part: as many days, and no day with more responses.
  func without(_ part: DailyTallies) -> DailyTallies {
    DailyTallies(
      total: Tally(counts: zip(total.counts, part.total.counts).map { $0 - $1 }),
      days: zip(days, part.days).map {
        Day(responses: $0.responses - $1.responses, score: $0.score - $1.score)
      })
  }

  /// By how much the index would move if each day were left out, with the sign turned.
  ///
  /// (S_d − x·n_d)/(n − n_d), of the responses n_d and the scores S_d of the day, in points. At least
  /// two days have responses.
  var influences: [Double] {
    let responses = Double(total.responses)
    let step = 100 / Double(total.counts.count - 1)
    let mean = days.reduce(0) { $0 + $1.score } / responses
    return days.map { day in
      step * (day.score - mean * day.responses) / (responses - day.responses)
    }
  }

  /// As many days of equal size would say as much: (Σ n_d)² / Σ n_d², 1…``daysWithResponses``.
  var effectiveDays: Double {
    let responses = Double(total.responses)
    return responses * responses / days.reduce(0) { $0 + $1.responses * $1.responses }
  }

  /// Degrees of freedom of a variance over the days; above 0 even where one day has nearly all.
  var freedom: Double { max(0.01, effectiveDays - 1) }
}

extension DailyTallies.Day {
  init(_ tally: Tally) {
    var score = 0
    for (button, count) in tally.counts.enumerated() { score += button * count }
    self.init(responses: Double(tally.responses), score: Double(score))
  }
}
