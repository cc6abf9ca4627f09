import Synchronization

/// What devices are told now, for those that ask for it by HTTP: the same bytes.
public final class ToldConfigurations: Sendable {
  private let messages = Mutex<[String: [UInt8]]?>(nil)

  public init() {}

  /// - Parameter messages: by device name; empty for those that the registry dropped.
  public func set(_ messages: [String: [UInt8]]) {
    self.messages.withLock { $0 = messages }
  }

  /// Whether the store was opened, so that it is known what devices are told.
  public var areKnown: Bool { messages.withLock { $0 != nil } }

  /// nil for a device that is told nothing.
  public func message(of device: String) -> [UInt8]? {
    messages.withLock { $0?[device] }.flatMap { $0.isEmpty ? nil : $0 }
  }
}
