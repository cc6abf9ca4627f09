/// Where somebody with a token begins a session.
public struct SignInPage: Sendable {
  /// Why it was not begun.
  public enum Failure: Sendable {
    case unknown, device, later
  }

  private struct Context {
    let t: [String: String]
    let action: String
    let next: String
    let failure: String?
  }

  private let next: String
  private let failure: Failure?

  /// - Parameter next: the path of this site where it goes on.
  public init(next: String, failure: Failure? = nil) {
    self.next = next
    self.failure = failure
  }

  public func html(_ frame: Frame) -> String {
    let language = frame.language
    let words: PageWord? =
      switch failure {
      case nil: nil
      case .unknown: .tokenWrong
      case .device: .tokenOfDevice
      case .later: .tokenLater
      }
    return frame.page(
      title: language.text(.signIn),
      Templates.render(
        "sign-in",
        Context(
          t: language.texts, action: frame.link("/sign-in"), next: next,
          failure: words.map(language.text))))
  }
}
