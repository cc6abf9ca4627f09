import Ingest
import TestSupport
import Testing

/// What cannot be taken back goes by a clock that is believed.
@Suite struct LoopClockTests {
  private static let day: Int64 = 86_400_000
  private static let start = Int64(EngineDriver.received)

  @Test("the believed time goes with the clock, and stands still while it is doubted")
  func believed() throws {
    let clock = Clock()
    var rig = try LoopOrderTests.Rig()
    rig.now = { clock.wall }
    let loop = rig.loop(monotonicMilliseconds: { clock.monotonic }, clockWatch: ClockWatch())
    #expect(rig.status.current.believedMilliseconds == nil)
    clock.pass(0)
    _ = loop.step()
    #expect(rig.status.current.believedMilliseconds == Self.start)
    clock.pass(5000)
    _ = loop.step()
    #expect(rig.status.current.believedMilliseconds == Self.start + 5000)
    clock.wall += 40 * Self.day
    for _ in 0..<5 {
      clock.pass(30_000)
      _ = loop.step()
    }
    #expect(rig.status.current.believedMilliseconds == Self.start + 5000)
    clock.wall -= 40 * Self.day
    _ = loop.step()
    #expect(rig.status.current.believedMilliseconds == Self.start + 155_000)
  }

  @Test("nothing is erased by a clock that jumped since the round began")
  func maintenance() throws {
    let clock = Clock()
    var rig = try LoopOrderTests.Rig()
    rig.now = { clock.wall }
    // The round is over but for maintenance.
    rig.link.onTick = { tick in if tick == 3 { clock.wall += 40 * Self.day } }
    let loop = rig.loop(monotonicMilliseconds: { clock.monotonic }, clockWatch: ClockWatch())
    for _ in 0..<3 {
      clock.pass(2000)
      _ = loop.step()
    }
    #expect(rig.store.maintainedAtMilliseconds == Self.start + 4000)
    #expect(!rig.status.current.isStoring)
  }

  private final class Clock {
    var wall = LoopClockTests.start
    var monotonic: Int64 = 1_000_000

    func pass(_ milliseconds: Int64) {
      wall += milliseconds
      monotonic += milliseconds
    }
  }
}
