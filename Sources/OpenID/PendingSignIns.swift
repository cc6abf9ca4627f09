import Foundation
import Synchronization

/// Sign-ins that were begun and wait for the provider's answer: each for one browser, and once.
///
/// In memory and bounded: the oldest of an address gives way, so that nobody is kept out.
public final class PendingSignIns: Sendable {
  /// What a browser takes along to the provider.
  struct Begun: Sendable {
    let state: String
    let nonce: String
    /// Of the verifier, which stays here: S256 of RFC 7636.
    let challenge: String
  }

  /// What the answer is checked against.
  public struct Pending: Sendable {
    let nonce: String
    let verifier: String
    /// Where it goes on.
    public let next: String
  }

  private struct Waiting {
    let pending: Pending
    /// Of the browser's cookie.
    let browser: Data
    let address: String
    let endsAtMilliseconds: Int64
  }

  private struct State {
    /// By the hash of the state.
    var waiting: [Data: Waiting] = [:]
    /// The oldest first.
    var order: [Data] = []
    var countByAddress: [String: Int] = [:]

    mutating func remove(_ hash: Data) -> Waiting? {
      guard let gone = waiting.removeValue(forKey: hash) else { return nil }
      order.removeAll { $0 == hash }
      let left = countByAddress[gone.address, default: 1] - 1
      countByAddress[gone.address] = left == 0 ? nil : left
      return gone
    }
  }

  private let state = Mutex(State())

  public init() {}

  /// How many wait, those whose time is over included until the next begins.
  var count: Int { state.withLock { $0.waiting.count } }

  /// - Parameters:
  ///   - browser: the secret of its cookie.
  ///   - address: who may have only so many.
  func begin(
    browser: String, address: String, next: String, nowMilliseconds: Int64
  ) -> Begun {
    let (text, nonce, verifier) = (RandomText.make(), RandomText.make(), RandomText.make())
    let isShort = next.utf8.count <= OpenIDLimits.nextBytesMax
    let waiting = Waiting(
      pending: Pending(nonce: nonce, verifier: verifier, next: isShort ? next : "/dashboard"),
      browser: RandomText.hash(browser), address: address,
      endsAtMilliseconds: nowMilliseconds + OpenIDLimits.pendingMilliseconds)
    let hash = RandomText.hash(text)
    state.withLock { state in
      // Each waits as long: the first in order end first.
      while let first = state.order.first, let oldest = state.waiting[first],
        oldest.endsAtMilliseconds <= nowMilliseconds
          || state.order.count >= OpenIDLimits.pendingMax
      { _ = state.remove(first) }
      if state.countByAddress[address, default: 0] >= OpenIDLimits.pendingPerAddressMax,
        let mine = state.order.first(where: { state.waiting[$0]?.address == address })
      {
        _ = state.remove(mine)
      }
      state.waiting[hash] = waiting
      state.order.append(hash)
      state.countByAddress[address, default: 0] += 1
    }
    return Begun(
      state: text, nonce: nonce, challenge: RandomText.hash(verifier).base64URL)
  }

  /// Takes out what a state stands for; nil when it is unknown, over, taken before or of another
  /// browser, which leaves it to its own.
  public func take(
    _ text: String, browser: String, nowMilliseconds: Int64
  ) -> Pending? {
    let (hash, browser) = (RandomText.hash(text), RandomText.hash(browser))
    return state.withLock { state in
      guard let waiting = state.waiting[hash], waiting.browser == browser else { return nil }
      _ = state.remove(hash)
      return waiting.endsAtMilliseconds > nowMilliseconds ? waiting.pending : nil
    }
  }
}
