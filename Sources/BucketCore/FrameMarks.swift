/// What is known of a frame beside its bytes.
public struct FrameMarks: Equatable, Sendable {
  /// Its presses carry no epoch and sequence: all are new.
  public var isUnsequenced: Bool
  /// The times of its presses were put right on the ingest path: the same presses may come again
  /// with others.
  public var areTimesCorrected: Bool
  /// It is held to `futureMaxMilliseconds` and `lostPerStepMax`. Frames of archives that are older
  /// than these bounds count as they counted then.
  public var isBounded: Bool

  /// A frame as a device sends it, unless something else is said.
  @_noAllocation @_noLocks
  public init(
    isUnsequenced: Bool = false, areTimesCorrected: Bool = false, isBounded: Bool = true
  ) {
    self.isUnsequenced = isUnsequenced
    self.areTimesCorrected = areTimesCorrected
    self.isBounded = isBounded
  }
}
