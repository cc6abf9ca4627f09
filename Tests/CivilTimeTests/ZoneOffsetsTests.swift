import CivilTime
import Foundation
import TestSupport
import Testing

@Suite struct ZoneOffsetsTests {
  static let zones = [
    "Europe/Helsinki", "America/New_York", "America/Sao_Paulo", "America/Havana", "Asia/Beirut",
    "Africa/Casablanca", "Pacific/Apia", "Asia/Amman", "Pacific/Kiritimati", "UTC", "Europe/Dublin",
  ]

  /// 2000-01-01 to 2100-01-01 in UTC hours.
  static let hours = 262_968..<1_139_568

  @Test("the offset of every hour of a hundred years is Foundation's", arguments: zones)
  func offsets(identifier: String) throws {
    let zone = try #require(TimeZone(identifier: identifier))
    let offsets = ZoneOffsets(zone)
    var different: [Int] = []
    for hour in ZoneOffsetsTests.hours {
      let date = Date(timeIntervalSince1970: Double(hour) * 3600)
      if zone.secondsFromGMT(for: date) != offsets.offsetHours(at: hour) * 3600 {
        different.append(hour)
      }
    }
    #expect(different.isEmpty)
  }

  @Test(
    "a local day begins with the first hour that no longer belongs to the one before",
    arguments: zones)
  func days(identifier: String) throws {
    let zone = try #require(TimeZone(identifier: identifier))
    let offsets = ZoneOffsets(zone)
    var day = offsets.day(of: ZoneOffsetsTests.hours.lowerBound)
    for hour in ZoneOffsetsTests.hours where offsets.day(of: hour) != day {
      let next = offsets.day(of: hour)
      guard next > day else {
        Issue.record("\(identifier): the day goes back in hour \(hour)")
        return
      }
      // More than one day further on: the zone skipped one.
      for begun in (day + 1)...next where offsets.startOfDay(begun) != hour {
        Issue.record("\(identifier): day \(begun) begins in hour \(hour)")
        return
      }
      day = next
    }
  }

  @Test("every hour lies in the day that began last; whole days begin and end with days")
  func containing() throws {
    var generator = Seeded()
    for identifier in Self.zones {
      let offsets = ZoneOffsets(try #require(TimeZone(identifier: identifier)))
      let first = offsets.day(of: 0)
      let starts = (first...first + 60_000).map { offsets.startOfDay($0) }
      var next = 0
      for hour in 0..<1_000_000 {
        while starts[next + 1] <= hour { next += 1 }
        if offsets.startOfDay(containing: hour) != starts[next] {
          Issue.record("\(identifier): hour \(hour)")
          break
        }
      }
      let known = Set(starts)
      for _ in 0..<50 {
        let from = Int.random(in: 100..<900_000, using: &generator)
        let to = from + Int.random(in: 1...100, using: &generator)
        let whole = offsets.wholeDays(in: from..<to)
        let inside = starts.filter { (from...to).contains($0) }
        if whole.isEmpty {
          #expect(Set(inside).count < 2, "\(identifier) \(from)..<\(to) \(Seeded.command)")
        } else {
          #expect(known.contains(whole.lowerBound) && known.contains(whole.upperBound))
          #expect(whole == (inside.first ?? 0)..<(inside.last ?? 0), "\(Seeded.command)")
        }
      }
    }
  }

  @Test("a day whose midnight does not exist begins with its first moment")
  func missingMidnight() throws {
    // 2018-11-04 in São Paulo: 00:00 is skipped, 01:00 -02:00 is 03:00Z.
    let offsets = ZoneOffsets(try #require(TimeZone(identifier: "America/Sao_Paulo")))
    let date = try #require(CivilDate(parsing: "2018-11-04"))
    #expect(offsets.startOfDay(date.daysSince1970) == date.daysSince1970 * 24 + 3)
  }

  @Test("a day that the zone skipped begins with the next one")
  func missingDay() throws {
    let offsets = ZoneOffsets(try #require(TimeZone(identifier: "Pacific/Apia")))
    let date = try #require(CivilDate(parsing: "2011-12-30"))
    let skipped = offsets.startOfDay(date.daysSince1970)
    #expect(skipped == offsets.startOfDay(date.daysSince1970 + 1))
    #expect(offsets.startOfDay(date.daysSince1970 + 2) == skipped + 24)
  }
}
