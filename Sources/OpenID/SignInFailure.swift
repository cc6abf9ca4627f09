/// Why nobody was signed in; the reason is for the log.
public enum SignInFailure: Error, Sendable, Equatable {
  /// The provider does not answer, not in time, or nothing that can be read.
  case unavailable(String)
  /// The provider says no: `access_denied` and others.
  case refused(String)
  /// What came does not check.
  case wrong(String)
}

extension SignInFailure: CustomStringConvertible {
  public var description: String {
    switch self {
    case .unavailable(let reason): "the provider cannot be asked: \(reason)"
    case .refused(let reason): "the provider refuses: \(reason)"
    case .wrong(let reason): "what the provider sent does not check: \(reason)"
    }
  }
}
