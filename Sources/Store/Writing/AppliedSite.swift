public import Registry

/// The site as applied: what the registry says, and every device the database knows.
public struct AppliedSite: Sendable {
  /// nil when no registry was ever applied: every device is unregistered then.
  public var registry: Registry?
  /// In the order of their numbers.
  public var devices: [StoredDevice]
  /// What applying the registry changed, a line each, for the log.
  public var changes: [String] = []
  /// The same, told apart; empty where nothing is new.
  public var difference = RegistryDifference()
  /// The row of the registry table that holds, its version: the revision devices are told; 0 = none.
  public var revision: Int64 = 0
  /// The registry is another than the one that was applied before.
  public var isNewRevision = false

  public init(
    registry: Registry?, devices: [StoredDevice], changes: [String] = [], revision: Int64 = 0,
    isNewRevision: Bool = false
  ) {
    self.registry = registry
    self.devices = devices
    self.changes = changes
    self.revision = revision
    self.isNewRevision = isNewRevision
  }
}

/// Another version of the registry holds than the one whose place was to be taken.
public struct RegistryOutdated: Error, Equatable, CustomStringConvertible {
  /// The version that holds; 0 = none.
  public let held: Int64

  public init(held: Int64) {
    self.held = held
  }

  public var description: String {
    "version \(held) of the registry holds, not the one that was looked at; look at it first"
  }
}

/// Where a registry comes from that is to be applied.
public enum RegistryOrigin: Sendable {
  /// The service's own file.
  case file
  /// The same, read at a start: only when it says something else than it did last does it take the
  /// place of what was applied since.
  case start
  /// Given by somebody: the service's own file may say something else.
  case request
}
