/// What the ingest thread is at, in words for people.
public enum IngestPhase: String, Sendable {
  case opening = "opening the store"
  case reading = "reading messages"
  case committing = "committing"
  case answering = "answering"
  case submissions = "taking presses over HTTP"
  case maintaining = "doing what can wait"
  case waiting = "waiting"
  case closing = "closing the store"
  case renewing = "applying a registry"

  /// Milliseconds that it takes at most, unless the thread is stuck; a wait has its own length
  /// before that.
  var millisecondsMax: Int64 {
    switch self {
    case .opening, .closing, .renewing: IngestLimits.stuckMillisecondsOpening
    default: IngestLimits.stuckMilliseconds
    }
  }
}

/// A sign of life of the ingest thread; times are those of a clock that only goes forward.
struct IngestBeat {
  var phase: IngestPhase
  var atMilliseconds: Int64
  /// How long the thread meant to sleep then.
  var pauseMilliseconds: Int64 = 0

  /// nil while the next beat is not overdue.
  func delay(nowMilliseconds: Int64) -> IngestDelay? {
    let passed = nowMilliseconds - atMilliseconds
    return passed > pauseMilliseconds + phase.millisecondsMax
      ? IngestDelay(phase: phase, seconds: Int(passed / 1000)) : nil
  }
}

/// The ingest thread has given no sign of life for longer than anything it does can take.
public struct IngestDelay: Sendable, Equatable, CustomStringConvertible {
  /// What it is at.
  public var phase: IngestPhase
  /// Since when.
  public var seconds: Int

  public var description: String {
    "the ingest thread is stuck: \(phase.rawValue) for \(seconds) s"
  }
}
