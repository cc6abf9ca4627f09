import Synchronization

/// Devices whose codes are being used: of two who use one code at once, the later would take the login
/// at the broker from the earlier.
final class ClaimsUnderWay: Sendable {
  private let devices = Mutex<Set<String>>([])

  /// Runs `body` unless another is under way for the device.
  ///
  /// - Throws: 503 when one is.
  func alone<Value>(_ device: String, _ body: () async throws -> Value) async throws -> Value {
    guard devices.withLock({ $0.insert(device).inserted }) else {
      throw Problem.unavailable("this code is being used; try again shortly")
    }
    defer { devices.withLock { _ = $0.remove(device) } }
    return try await body()
  }
}
