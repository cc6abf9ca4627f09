import CivilTime
import Testing

@Suite struct UTCHourTests {
  @Test(
    "a moment lies in the hour that began last, before 1970 too",
    arguments: [
      (0, 0), (3599, 0), (3600, 1), (-1, -1), (-3600, -1), (-3601, -2), (7_199_999_999, 1_999_999),
    ])
  func hours(second: Int, hour: UTCHour) {
    #expect(UTC.hour(ofSecond: second) == hour)
    #expect(UTC.hour(ofMilliseconds: Int64(second) * 1000) == hour)
    #expect(UTC.hour(ofMilliseconds: Int64(second) * 1000 + 999) == hour)
  }

  @Test("an hour begins with its first millisecond", arguments: [-2, -1, 0, 1, 412_006, 2_000_000])
  func begins(hour: UTCHour) {
    let start = UTC.milliseconds(ofHour: hour)
    #expect(UTC.hour(ofMilliseconds: start) == hour)
    #expect(UTC.hour(ofMilliseconds: start - 1) == hour - 1)
  }
}
