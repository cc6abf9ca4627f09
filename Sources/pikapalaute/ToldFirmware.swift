import Store
import Synchronization

/// Which devices are told of which firmware now: set by who looks after rollouts, read when devices are told.
final class ToldFirmware: Sendable {
  private let manifests = Mutex<[String: FirmwareManifest]>([:])

  /// - Returns: whether it differs from what it was.
  func set(_ told: [String: FirmwareManifest]) -> Bool {
    manifests.withLock { manifests in
      defer { manifests = told }
      return manifests != told
    }
  }

  /// By device.
  var all: [String: FirmwareManifest] { manifests.withLock { $0 } }
}
