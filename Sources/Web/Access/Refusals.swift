import Logging
import Synchronization

/// Why somebody was not let in, or not to something.
enum Refusal: String, CaseIterable, Sendable {
  /// Their role, their node or their device is another.
  case role
  /// A form that no page of ours sent in their session.
  case form
  /// A token that is unknown, withdrawn or expired.
  case token
  /// Signing in on the page, with a token or by the provider.
  case signIn = "sign_in"
  /// A claim code that opens nothing.
  case code
}

/// Refusals: counted by reason, and told in the log, a few of each reason in a minute.
final class Refusals: Sendable {
  /// Who was refused what.
  struct Told: Sendable {
    /// As the audit log names them, or `nobody`.
    let who: String
    /// The client's, of IPv6 the first 64 bits, or what kind it is.
    let address: String
    let method: String
    let path: String
    let detail: String
  }

  private struct Minute {
    var beganAt: ContinuousClock.Instant
    var lines: [Refusal: Int] = [:]
  }

  private struct State {
    var totals: [Refusal: Int] = [:]
    /// Since the last line of the reason.
    var untold: [Refusal: Int] = [:]
    var minute: Minute
  }

  private let state: Mutex<State>
  private let logger: Logger

  init(logger: Logger, now: ContinuousClock.Instant = .now) {
    self.logger = logger
    state = Mutex(State(minute: Minute(beganAt: now)))
  }

  /// Since the start.
  var totals: [Refusal: Int] { state.withLock { $0.totals } }

  /// Takes note of one more.
  ///
  /// - Parameter told: asked for only when there is a line for it.
  func note(
    _ refusal: Refusal, at now: ContinuousClock.Instant = .now, _ told: () async -> Told
  ) async {
    guard let untold = count(refusal, at: now) else { return }
    let line = Self.line(refusal, await told(), untold)
    logger.warning("\(line)")
  }

  /// How many were not told before this one; nil = neither is this one.
  private func count(_ refusal: Refusal, at now: ContinuousClock.Instant) -> Int? {
    state.withLock { state in
      state.totals[refusal, default: 0] += 1
      if now - state.minute.beganAt >= .seconds(60) { state.minute = Minute(beganAt: now) }
      guard state.minute.lines[refusal, default: 0] < WebLimits.refusalLinesPerMinuteMax else {
        state.untold[refusal, default: 0] += 1
        return nil
      }
      state.minute.lines[refusal, default: 0] += 1
      return state.untold.removeValue(forKey: refusal) ?? 0
    }
  }

  /// One line of names and values.
  static func line(_ refusal: Refusal, _ told: Told, _ untold: Int) -> String {
    let fields =
      [
        ("reason", refusal.rawValue), ("who", told.who), ("address", told.address),
        ("method", told.method), ("path", String(told.path.prefix(200))), ("detail", told.detail),
      ] + (untold == 0 ? [] : [("untold", "\(untold)")])
    return "refused " + fields.map { "\($0.0)=\(quoted($0.1))" }.joined(separator: " ")
  }

  /// As it is, or between quotes where a reader of such lines needs them.
  private static func quoted(_ text: String) -> String {
    let isPlain =
      !text.isEmpty && text.allSatisfy { !$0.isWhitespace && $0 != "\"" && $0 != "=" && $0 != "\\" }
    if isPlain { return text }
    return "\""
      + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
  }
}
