import HTTPTypes
import Synchronization

/// How many wrong claim codes one address, and all together, may still send: each stands for a look-up
/// until it proves right.
final class ClaimGuesses: Sendable {
  private struct Minute {
    var beganAt: ContinuousClock.Instant
    /// At most as many as guesses of all.
    var byAddress: [ClientAddress: Int] = [:]
    var all = 0
  }

  private let minute: Mutex<Minute>
  private let wrong = Atomic(0)

  /// Codes since the start that opened nothing, or were not looked up.
  var total: Int { wrong.load(ordering: .relaxed) }

  init(now: ContinuousClock.Instant = .now) {
    minute = Mutex(Minute(beganAt: now))
  }

  /// Takes one guess.
  ///
  /// - Throws: 429 when there is none left this minute.
  func take(_ address: ClientAddress, now: ContinuousClock.Instant = .now) throws {
    wrong.add(1, ordering: .relaxed)
    let secondsLeft: Int64? = minute.withLock { minute in
      if now - minute.beganAt >= .seconds(60) { minute = Minute(beganAt: now) }
      let own = minute.byAddress[address, default: 0]
      if own < WebLimits.claimGuessesPerAddressMax && minute.all < WebLimits.claimGuessesMax {
        minute.byAddress[address] = own + 1
        minute.all += 1
        return nil
      }
      return max(1, 60 - (now - minute.beganAt).components.seconds)
    }
    guard let secondsLeft else { return }
    var problem = Problem(.tooManyRequests, "too many codes were wrong; wait a minute")
    problem.refusal = .code
    problem.headers[.retryAfter] = "\(secondsLeft)"
    throw problem
  }

  /// The code was right, so it was no guess.
  func giveBack(_ address: ClientAddress) {
    wrong.subtract(1, ordering: .relaxed)
    minute.withLock { minute in
      guard let own = minute.byAddress[address] else { return }
      minute.byAddress[address] = own > 1 ? own - 1 : nil
      minute.all -= 1
    }
  }
}
