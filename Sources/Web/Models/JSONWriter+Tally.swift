import Reporting

/// Rows of results are many: their numbers are written without a table (``Model/write(_:_:_:)``).
extension JSONWriter {
  mutating func members(_ row: ResultRow) {
    member("start", row.start)
    member("end", row.end)
    members(row.tally)
  }

  mutating func members(_ tally: Tally) {
    member("responses", tally.responses)
    member("counts", tally.counts)
    member("index", tally.index)
    member("interval", tally.interval)
    member("shares", tally.shares)
    member("excluded", tally.excluded)
    member("invalid", tally.invalid)
    member("lost", tally.lost)
    member("estimated", tally.estimated)
    member("late", tally.late)
    member("imported", tally.imported)
    member("annulled", tally.annulled)
  }

  private mutating func member(_ name: String, _ interval: Tally.Interval?) {
    guard let interval else { return memberNull(name) }
    member(name) { json in
      json.member("low", interval.low)
      json.member("high", interval.high)
      json.member("level", interval.level)
    }
  }

  private mutating func member(_ name: String, _ shares: Tally.Shares?) {
    guard let shares else { return memberNull(name) }
    member(name) { json in
      json.member("very_positive", shares.veryPositive)
      json.member("positive", shares.positive)
      json.member("negative", shares.negative)
    }
  }
}
