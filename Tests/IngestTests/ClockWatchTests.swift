import Ingest
import Testing

@Suite struct ClockWatchTests {
  private static let wall: Int64 = 1_795_255_200_000
  private typealias Limits = ClockWatch.Limits

  /// What a look says; nil when the clock is believed.
  private static func doubt(
    _ watch: inout ClockWatch, wall: Int64 = wall, monotonic: Int64 = 0,
    isSynchronised: Bool = false
  ) -> ClockWatch.Doubt? {
    do throws(ClockWatch.Doubt) {
      try watch.look(
        wallMilliseconds: wall, monotonicMilliseconds: monotonic,
        isSynchronised: { isSynchronised })
      return nil
    } catch {
      return error
    }
  }

  private static func hear(_ watch: inout ClockWatch, _ device: Int, _ ahead: Int64) {
    watch.hear(
      device: device, aheadMilliseconds: ahead, wallMilliseconds: wall, monotonicMilliseconds: 0)
  }

  @Test("a clock before the last commit is not believed, until it has passed it")
  func beforeCommit() {
    var watch = ClockWatch()
    watch.begin(lastCommitMilliseconds: Self.wall)
    let early = Self.wall - Limits.beforeCommitMax - 1
    #expect(Self.doubt(&watch, wall: early) == .beforeLastCommit(milliseconds: 120_001))
    #expect(Self.doubt(&watch, wall: early + 1, monotonic: 1) == nil)
    // Ten years back at the start, then set right: the jump is no doubt.
    var atStart = ClockWatch()
    #expect(Self.doubt(&atStart, wall: 1000) == nil)
    atStart.begin(lastCommitMilliseconds: Self.wall)
    #expect(Self.doubt(&atStart, wall: 1000) != nil)
    #expect(Self.doubt(&atStart, wall: Self.wall, monotonic: 1) == nil)
  }

  @Test(
    "a clock that jumped is not believed until it jumps back, or an NTP daemon keeps it",
    arguments: [3_600_000, -3_600_000, Limits.jumpMax + 1])
  func jump(_ jump: Int64) {
    var watch = ClockWatch()
    #expect(Self.doubt(&watch) == nil)
    for second in 1...3 {
      let monotonic = Int64(second) * 1000
      #expect(
        Self.doubt(&watch, wall: Self.wall + monotonic + jump, monotonic: monotonic)
          == .jumped(milliseconds: jump))
    }
    var kept = watch
    #expect(
      Self.doubt(&kept, wall: Self.wall + 4000 + jump, monotonic: 4000, isSynchronised: true)
        == nil)
    #expect(Self.doubt(&kept, wall: Self.wall + 5000 + jump, monotonic: 5000) == nil)
    #expect(Self.doubt(&watch, wall: Self.wall + 4000, monotonic: 4000) == nil)
  }

  @Test("a clock that drifts, however far, is believed")
  func drift() {
    var watch = ClockWatch()
    for step in 0..<1000 {
      let monotonic = Int64(step) * 1000
      #expect(
        Self.doubt(&watch, wall: Self.wall + monotonic + monotonic / 100, monotonic: monotonic)
          == nil)
    }
  }

  @Test("most of five devices far ahead are believed more than the clock; four, or half, are not")
  func devices() {
    for (devices, ahead, isDoubted) in [
      (5, 3, true), (5, 2, false), (4, 4, false), (6, 3, false), (6, 4, true), (1000, 501, true),
    ] {
      var watch = ClockWatch()
      for device in 0..<devices {
        let milliseconds: Int64 = device < ahead ? Limits.aheadMax + 1 : -5_000_000
        Self.hear(&watch, device, milliseconds)
      }
      let wanted: ClockWatch.Doubt? =
        isDoubted ? .devicesAhead(devices: ahead, heard: devices) : nil
      #expect(Self.doubt(&watch) == wanted)
      let later = Limits.heardFor + 1
      #expect(Self.doubt(&watch, wall: Self.wall + later, monotonic: later) == nil)
    }
  }

  @Test("a clock that is set right is believed at once, and the jump is no doubt")
  func setRight() {
    var watch = ClockWatch()
    let years: Int64 = 10 * 365 * 86_400_000
    #expect(Self.doubt(&watch) == nil)
    for device in 0..<9 { Self.hear(&watch, device, years) }
    #expect(
      Self.doubt(&watch, wall: Self.wall + 100, monotonic: 100)
        == .devicesAhead(devices: 9, heard: 9))
    #expect(Self.doubt(&watch, wall: Self.wall + 200 + years, monotonic: 200) == nil)
    #expect(Self.doubt(&watch, wall: Self.wall + 1300 + years, monotonic: 1300) == nil)
  }

  @Test("one device speaks once, however often it sends")
  func oneDevice() {
    var watch = ClockWatch()
    for _ in 0..<1000 {
      Self.hear(&watch, 0, 9_000_000)
    }
    for device in 1..<5 { Self.hear(&watch, device, 0) }
    #expect(Self.doubt(&watch) == nil)
  }

  @Test("a person's word is taken")
  func trusting() {
    var watch = ClockWatch(isTrusting: true)
    watch.begin(lastCommitMilliseconds: Self.wall)
    #expect(Self.doubt(&watch, wall: 1000) == nil)
    #expect(Self.doubt(&watch, wall: Self.wall, monotonic: 1) == nil)
  }
}
