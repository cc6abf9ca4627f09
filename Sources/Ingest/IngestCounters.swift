/// What the ingest path has done since the start.
public struct IngestCounters: Sendable, Equatable {
  /// Well-formed frames of registered devices.
  public var frames = 0
  /// Presses that were new: responses, excluded and invalid ones.
  public var presses = 0
  /// Frames that held nothing new.
  public var duplicates = 0
  /// Frames that did not join on.
  public var rewinds = 0
  /// Status messages taken.
  public var statuses = 0
  /// Quarantined messages.
  public var quarantined = 0
  /// Batches committed.
  public var commits = 0

  @_noAllocation @_noLocks
  init() {}
}
