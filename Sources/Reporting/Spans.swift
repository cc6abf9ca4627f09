import CivilTime

/// Stretches of time, UTC seconds since 1970: in order, apart, none empty.
struct Spans: Sendable, Equatable {
  private(set) var ranges: [Range<Int>]

  /// Joins stretches that come in any order.
  init(joining ranges: some Sequence<Range<Int>>) {
    self.ranges = []
    for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) where !range.isEmpty {
      if let last = self.ranges.last, range.lowerBound <= last.upperBound {
        self.ranges[self.ranges.count - 1] =
          last.lowerBound..<max(last.upperBound, range.upperBound)
      } else {
        self.ranges.append(range)
      }
    }
  }

  /// What lies in both; linear in the number of stretches.
  func intersection(_ other: Spans) -> Spans {
    var shared: [Range<Int>] = []
    var (one, two) = (0, 0)
    while one < ranges.count && two < other.ranges.count {
      let (a, b) = (ranges[one], other.ranges[two])
      if a.overlaps(b) { shared.append(a.clamped(to: b)) }
      if a.upperBound < b.upperBound { one += 1 } else { two += 1 }
    }
    return Spans(joining: shared)
  }

  /// The seconds in each bin; `bins` are in order and without gap.
  func seconds(in bins: [Range<UTCHour>]) -> [Int] {
    var seconds = Array(repeating: 0, count: bins.count)
    var next = 0
    for (index, bin) in bins.enumerated() {
      let bin = bin.lowerBound * 3600..<bin.upperBound * 3600
      while next < ranges.count && ranges[next].upperBound <= bin.lowerBound { next += 1 }
      var place = next
      while place < ranges.count && ranges[place].lowerBound < bin.upperBound {
        seconds[index] += ranges[place].clamped(to: bin).count
        place += 1
      }
    }
    return seconds
  }
}
