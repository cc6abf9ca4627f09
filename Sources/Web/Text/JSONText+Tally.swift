import Queries
import Registry
import Reporting
import Store

/// How tallies are written, the same in every answer.
extension JSONText {
  mutating func member(_ name: String, _ interval: Tally.Interval?) {
    guard let interval else { return member(name, json: nil) }
    member(name) { json in
      json.member("low", interval.low)
      json.member("high", interval.high)
      json.member("level", interval.level)
    }
  }

  mutating func member(_ name: String, _ shares: Tally.Shares?) {
    guard let shares else { return member(name, json: nil) }
    member(name) { json in
      json.member("very_positive", shares.veryPositive)
      json.member("positive", shares.positive)
      json.member("negative", shares.negative)
    }
  }

  /// All numbers of a tally, members of an object.
  mutating func members(_ tally: Tally) {
    member("responses", tally.responses)
    member("counts", tally.counts)
    member("index", tally.index)
    member("interval", tally.interval)
    member("shares", tally.shares)
    for measure in Measure.others {
      if case .count(let count) = measure.value(tally) { member(measure.name, count) }
    }
  }

  mutating func member(_ name: String, _ revision: DataRevision) {
    member(name) { json in
      json.member("data", Int(revision.data))
      json.member("registry", Int(revision.registry))
      json.member("rule", Registry.rule)
    }
  }

  /// A question as it was asked.
  mutating func members(_ question: AskedQuestion) {
    member("question", question.question)
    member("buttons", question.buttons)
  }

  /// Start and end of a range of UTC hours.
  mutating func period(_ hours: Range<Int>, _ calendar: SiteCalendar) {
    member("start", calendar.format(hour: hours.lowerBound))
    member("end", calendar.format(hour: hours.upperBound))
  }
}
