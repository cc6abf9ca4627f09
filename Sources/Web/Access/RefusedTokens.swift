import Foundation
import Logging
import Synchronization

/// Tokens that are not known: counted, told in the log, and answered late when there are many.
///
/// Guesses wait, not bearers: a token that was known once is always looked up at once. The guesses that
/// wait are few, since each holds a connection; while they are, others that were never known are
/// sent away without a look.
final class RefusedTokens: Sendable {
  private struct State {
    var total = 0
    /// `total` as the log told it last.
    var told = 0
    var toldAt: ContinuousClock.Instant?
    /// How many more are answered at once in the second that began `at`.
    var left = WebLimits.refusedTokensPerSecondMax
    var at = ContinuousClock.now
    var waiting = 0
    /// Hashes of tokens that were found since the start: as many as were ever made, at most.
    var known: Set<Data> = []
  }

  private let state = Mutex(State())
  private let logger: Logger

  init(logger: Logger) {
    self.logger = logger
  }

  /// Requests with such tokens since the start.
  var total: Int { state.withLock { $0.total } }

  /// Whether a token is to be looked up now.
  func mayLookUp(_ hash: Data) -> Bool {
    state.withLock { state in
      if state.waiting < WebLimits.refusedTokensWaitingMax || state.known.contains(hash) {
        return true
      }
      state.total += 1
      return false
    }
  }

  /// A token was found, whether it has expired or not.
  func found(_ hash: Data) {
    state.withLock { _ = $0.known.insert(hash) }
  }

  /// Takes note of one more, and returns when it may be answered.
  ///
  /// - Parameter device: who it says it is, where it posts presses.
  func refuse(device: String? = nil) async {
    let (mustWait, telling) = note(at: .now)
    if telling > 0 {
      logger.warning(
        """
        tokens that are unknown, withdrawn or expired: \(telling) more; \(total) since the start\
        \(Self.advice(device))
        """)
    }
    guard mustWait else { return }
    // Cancelled it ends early, which costs nothing: the answer says no either way.
    try? await Task.sleep(for: WebLimits.refusedTokenDelay)
    state.withLock { $0.waiting -= 1 }
  }

  /// What to do about a device that knocks so.
  private static func advice(_ device: String?) -> String {
    guard let device, device.utf8.count <= 31,
      device.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") })
    else { return "" }
    return "; one says it is '\(device)': if it is yours, give it a code: pikapalaute claim make "
      + device
  }

  /// Whether the answer has to wait, and how many the log is to tell of; 0 = nothing.
  private func note(at now: ContinuousClock.Instant) -> (mustWait: Bool, telling: Int) {
    state.withLock { state in
      state.total += 1
      if now - state.at >= .seconds(1) {
        state.left = WebLimits.refusedTokensPerSecondMax
        state.at = now
      }
      let mustWait = state.left == 0
      if mustWait { state.waiting += 1 } else { state.left -= 1 }
      if let toldAt = state.toldAt, now - toldAt < .seconds(60) { return (mustWait, 0) }
      defer {
        state.told = state.total
        state.toldAt = now
      }
      return (mustWait, state.total - state.told)
    }
  }
}
