import Testing

@testable import Ingest

@Suite struct BeatTests {
  @Test(
    "a thread is stuck when what it does takes longer than it can, and not a millisecond earlier",
    arguments: [
      (IngestPhase.committing, 0, IngestLimits.stuckMilliseconds),
      (.waiting, 0, IngestLimits.stuckMilliseconds),
      (.waiting, 30_000, 30_000 + IngestLimits.stuckMilliseconds),
      (.opening, 0, IngestLimits.stuckMillisecondsOpening),
      (.closing, 0, IngestLimits.stuckMillisecondsOpening),
    ] as [(IngestPhase, Int64, Int64)])
  func limits(_ phase: IngestPhase, _ pause: Int64, _ allowed: Int64) {
    let status = IngestStatus()
    #expect(status.delay(nowMilliseconds: .max) == nil, "it has not begun")
    status.note(IngestBeat(phase: phase, atMilliseconds: 5000, pauseMilliseconds: pause))
    #expect(status.delay(nowMilliseconds: 5000 + allowed) == nil)
    let delay = status.delay(nowMilliseconds: 5001 + allowed)
    #expect(delay == IngestDelay(phase: phase, seconds: Int(allowed / 1000)))
    status.note(IngestBeat(phase: .reading, atMilliseconds: 5001 + allowed))
    #expect(status.delay(nowMilliseconds: 5001 + allowed) == nil, "it goes on")
  }
}
