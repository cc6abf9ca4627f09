/// Gives devices their logins at the broker, and takes them away; it is done when a call returns.
public protocol BrokerLogins: Sendable {
  /// Makes a login for the device's own topics, in the place of the one that it has: connections by
  /// that end.
  func set(
    device: String, site: String, password: String
  ) async throws(BrokerLoginFailure)

  /// Takes the login away, and ends its connections; one that is not there is fine.
  func remove(device: String) async throws(BrokerLoginFailure)
}

/// Why the broker was not told, or did not do it.
public struct BrokerLoginFailure: Error, CustomStringConvertible {
  public let description: String

  public init(_ description: String) {
    self.description = description
  }
}
