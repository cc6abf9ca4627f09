public import Import
public import Registry

/// An import or a withdrawal that a running service was asked for.
public struct ImportJob: Sendable {
  /// What is to be done.
  public enum Work: Sendable {
    /// - open: makes the reader, of the registry that holds and the time, UTC milliseconds since 1970.
    /// - options: an empty source takes the default of the file's form.
    case file(ImportOptions, open: @Sendable (Registry, Int64) throws -> ImportReader)
    case withdrawal(id: Int64, isDryRun: Bool, actor: String)
  }

  public enum State: String, Sendable, CaseIterable {
    /// Its file is being received.
    case receiving
    /// Held against what is stored; nothing is written.
    case reading
    /// Its lines are written; none counts.
    case writing
    /// Its hours are counted, one after another; it is decided.
    case counting
    case done
    /// Nothing was changed.
    case refused
    /// The store failed, or the service stops.
    case failed
  }

  /// From 1 at the start of the service.
  public var number: Int
  /// Of the file, or of what is withdrawn.
  public var name: String
  public var isDryRun: Bool
  public var state = State.receiving
  /// Lines that the state has done.
  public var lines = 0
  /// Why it was refused or has failed; empty otherwise.
  public var detail = ""
  /// Once it is done.
  public var report: ImportReport?
  public var withdrawal: WithdrawalReport?
}
