import Crypto

/// What all terminals know of firmware, and how many come to grief with it.
struct FirmwareTrial {
  /// Of who makes their firmware.
  var key: Curve25519.Signing.PublicKey
  /// Of the terminals that install one, so many start again and again: 0…1.
  var failingShare: Double
}

extension Device {
  static let model = "simulator"
  /// What fetching, checking and writing a file takes.
  private static let installSeconds = 1.0
  /// A terminal whose firmware fails starts again after so long.
  private static let failingSeconds = 1.5

  /// Takes an offer that is genuine, meant for it, not what it runs, and not older than what it took.
  func consider(_ offer: FirmwareForm?, _ trial: FirmwareTrial?, now: Double) {
    guard let offer, let trial, offer.model == Self.model, offer.version != firmware,
      offer.version != installing?.version, offer.issued >= firmwareIssued,
      offer.isGenuine(trial.key)
    else { return }
    installing = offer
    isFailing = failureDraw < trial.failingShare
    restartSeconds = now + Self.installSeconds
  }

  /// Starts anew when it is time: the journal and its epoch stay.
  ///
  /// - Returns: whether it did.
  func restart(now: Double) -> Bool {
    guard let due = restartSeconds, now >= due else { return false }
    if let installing {
      (firmware, firmwareIssued) = (installing.version, installing.issued)
      self.installing = nil
    }
    boot &+= 1
    link = nil
    isWelcomed = false
    restartSeconds = isFailing ? now + Self.failingSeconds : nil
    return true
  }
}
